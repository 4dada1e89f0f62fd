using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Roaming;

/// <summary>The operator's command follows real requests as they pass, while radclient and a device ask.</summary>
public sealed class RadiusWatchTests(RadiusWatchTests.OnItsOwn world) : IClassFixture<RadiusWatchTests.OnItsOwn>
{
    const string Alice = $"User-Name = \"alice@liberty.example\", User-Password = \"s3cret\", {RadClient.MessageAuthenticator}";

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(15);

    /// <summary>Nobody else asks there.</summary>
    public sealed class OnItsOwn() : RoamingWorld(189);

    [Fact]
    public async Task Explain_Live_ShowsOneConversationOfAUser_AndEnds()
    {
        await using var command = await StartAsync("Watching", "alice@liberty.example");
        var bob = await world.Nas.AskAsync(world.Authentication, "auth", Alice.Replace("alice", "bob", StringComparison.Ordinal));
        Assert.True(bob.Code == "Access-Reject", bob.Text);
        var answer = await world.Nas.AskAsync(world.Authentication, "auth", Alice);
        Assert.True(answer.Code == "Access-Accept", answer.Text);
        var text = await EndAsync(command);
        foreach (var words in (string[])[
            "AccessRequest ", "from albion-nas at ", "over UDP", "realm liberty.example is liberty.example of liberty", "agreement albion-liberty version ", "User-Name = \"alice@liberty.example\"", "User-Password = <masked>",
            "+ Operator-Name = \"1albion.example\"", $"AccessAccept from liberty-aaa at {world.First.Listen} after ", "- Filter-Id = \"home-only\"", "AccessAccept to albion-nas"])
            Assert.True(text.Contains(words, StringComparison.Ordinal), $"expected '{words}' in: {text}");
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_LiveOfARealm_ShowsADevicesConversationAsLines_AndNobodysName()
    {
        var trusted = Path.Combine(world.Folder, "watched-ca.pem");
        await File.WriteAllTextAsync(trusted, world.Authority.Pem);
        await using var command = await StartAsync("\"watching\"", "@liberty.example", "-o", "json");
        EapolTest.AssertIn(await new EapolTest(world.NasAddress, RoamingWorld.Secret).RunAsync(
            world.Authentication, $"eap=PEAP\n phase2=\"auth=MSCHAPV2\"\n identity=\"alice@liberty.example\"\n anonymous_identity=\"@liberty.example\"\n password=\"s3cret\"\n ca_cert=\"{trusted}\""));
        var text = await EndAsync(command);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Where(line => (long)line["conversation"]! > 0).ToList();
        Assert.All(lines, line => Assert.Equal((long)lines[0]["conversation"]!, (long)line["conversation"]!));
        Assert.True(lines.Count(line => (string?)line["step"] == "request") > 5, "a request for each round of the handshake: " + text);
        Assert.Equal("AccessAccept to albion-nas", (string?)lines[^1]["text"]);
        Assert.True((bool)lines[^1]["isLast"]!);
        Assert.Contains(lines.SelectMany(line => line["attributes"]!.AsArray()), attribute => ((string?)attribute)!.StartsWith("EAP-Message = Request PEAP id ", StringComparison.Ordinal));
        Assert.DoesNotContain("alice", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("616c696365", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Explain_Live_SaysWhyAWrongSecretGetsNoAnswer()
    {
        await using var command = await StartAsync("Watching", "alice@liberty.example");
        var answer = await new RadClient(world.NasAddress, "another-secret-than-ours").AskAsync(world.Authentication, "auth", Alice, patience: 1);
        Assert.True(answer.Code == "silence", answer.Text);
        Assert.Contains("it gets no answer", await EndAsync(command), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice", "is no user of a realm")]
    [InlineData("alice@liberty.example --seconds 0", "is no time to watch")]
    public async Task Explain_WhatCannotBeWatched_IsSaid(string arguments, string words)
    {
        await using var command = await StartAsync(words, arguments.Split(' '));
        Assert.NotEqual(0, await command.Exited.WithinAsync(_soon, "the command to end", command.LogTail));
    }

    /// <summary>Starts the command, and waits until it says something.</summary>
    async Task<ChildProcess> StartAsync(string says, params IReadOnlyList<string> arguments)
    {
        var folder = Directory.CreateDirectory(Path.Combine(world.Folder, Guid.NewGuid().ToString("N"))).FullName;
        var process = await ChildProcess.StartAsync(
            "meetpoint", folder, Path.Combine(AppContext.BaseDirectory, "meetpoint"), ["roaming", "explain", .. arguments, "--config", world.Exchange.ConfigurationPath]);
        await Expect.EventuallyAsync(async () => (await File.ReadAllTextAsync(process.LogPath)).Contains(says, StringComparison.Ordinal) ? "yes" : null, _soon, $"the command to say {says}", process.LogTail);
        return process;
    }

    static async Task<string> EndAsync(ChildProcess command)
    {
        var code = await command.Exited.WithinAsync(_soon, "the command to end with its conversation", command.LogTail);
        var text = await File.ReadAllTextAsync(command.LogPath);
        Assert.True(code == 0, text);
        return text;
    }
}
