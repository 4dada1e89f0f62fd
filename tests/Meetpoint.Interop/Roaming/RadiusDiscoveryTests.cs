using System.Text.Json.Nodes;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Net.Dns;

namespace Meetpoint.Interop.Roaming;

/// <summary>A federation's realms are found by the DNS that the exchange's machine asks; a command shows how.</summary>
public sealed class RadiusDiscoveryTests : IAsyncLifetime
{
    readonly FederationWorld _world = new(184);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _world.PrepareAsync("", new DnsZone("campus.example", 300)
            .Naptr("@", 100, 10, "x-eduroam:radius.tls", "_radsec._tcp.campus.example").Srv("_radsec._tcp", 0, 0, 2_083, "radius.campus.example")
            .Address("radius", _world.Plan.Liberty.Address(10, 0).Host));
        await _world.StartAsync(_world.World("eduroam", "discover: x-eduroam, proof: member, policies: [\"1.3.6.1.4.1.25178.3.1.2\"]"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Discover_Realm_ShowsItsStepsAndWhatIsRemembered()
    {
        var (_, code, text) = await _world.RunAsync("roaming", "discover", "campus.example", "-o", "json");
        Assert.True(code == 0, text);
        var found = JsonNode.Parse(text)!;
        Assert.Equal("found", (string?)found["found"]!["state"]);
        Assert.Equal($"{_world.Plan.Liberty.Address(10, 2_083)}", (string?)found["found"]!["servers"]![0]!["address"]);
        Assert.Equal("NAPTR campus.example: 100 10 \"s\" \"x-eduroam:radius.tls\" _radsec._tcp.campus.example, for 300 s", (string?)found["steps"]![0]);

        (_, code, text) = await _world.RunAsync("roaming", "realms", "--discovered");
        Assert.True(code == 0 && text.Contains("campus.example", StringComparison.Ordinal) && text.Contains("radius.campus.example", StringComparison.Ordinal), text);
    }

    [Theory]
    [InlineData("nobody.campus.example", "the DNS names no server for it")]
    [InlineData("printer.local", "it is no name of the DNS")]
    [InlineData("albion.example", "stand in the world, and are not looked for")]
    public async Task Discover_WhatIsNotThere_IsSaidAndTheCommandFails(string realm, string words)
    {
        var (_, code, text) = await _world.RunAsync("roaming", "discover", realm);
        Assert.True(code == 1 && text.Contains(words, StringComparison.Ordinal), $"{code}: {text}");
    }

    [Fact]
    public async Task Access_WithoutALeaveInTheAgreement_IsRejectedAndSaysWhy()
    {
        var log = new ExchangeLogFile(_world.Exchange.Process);
        var mark = log.Mark();
        var answer = await _world.Nas.AskAsync(_world.Hub, "auth", $"User-Name = \"alice@campus.example\", User-Password = \"x\", {RadClient.MessageAuthenticator}");
        Assert.True(answer.Code == "Access-Reject", answer.Text);
        await log.LinesAsync(mark, "[1024]", "refused.discovery-not-agreed");
    }
}
