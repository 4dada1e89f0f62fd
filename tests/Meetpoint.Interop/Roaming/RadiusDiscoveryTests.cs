using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Roaming;

/// <summary>A federation's realms are found by the DNS that the exchange's machine asks; a command shows how.</summary>
public sealed class RadiusDiscoveryTests : IAsyncLifetime
{
    const string Secret = "testing-123-4567";

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    readonly WorldPlan _plan = WorldPlan.At(184);
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-discovery-").FullName;
    readonly TestAuthority _authority = new("Federation", TimeProvider.System.GetUtcNow());
    readonly ThreadEventLoop _loop = new("names", TimeProvider.System, static _ => { });
    DemoWorld _world = null!;
    DnsServer _names = null!;

    NetAddress NameServer => _plan.Albion.Address(53, 5_353);

    NetAddress Nas => _plan.Albion.Address(20, 0);

    NetAddress Hub => _plan.Albion.Address(1, 1_812);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _world = await DemoWorld.PrepareAsync(_plan, Path.Combine(_folder, "world"));
        _names = new DnsServer(new SocketNetwork(), _loop, NameServer, new DnsZone("campus.example", 300)
            .Naptr("@", 100, 10, "x-eduroam:radius.tls", "_radsec._tcp.campus.example").Srv("_radsec._tcp", 0, 0, 2_083, "radius.campus.example").Address("radius", _plan.Liberty.Address(10, 0).Host));
        await _world.Albion.ConfigureAsync($"name_servers: [\"{_plan.NameServer}\"]", $"name_servers: [\"{NameServer}\"]");
        await _world.Albion.ConfigureAsync("media:\n", $"radius:\n  - name: radius\n    listen: {Hub}\nmedia:\n");
        await _world.Albion.StartAsync();
        await _world.Albion.ApplyAsync(World());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        if (_names is { } names)
            _loop.Post(names.Dispose);
        _loop.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Discover_Realm_ShowsItsStepsAndWhatIsRemembered()
    {
        var (code, text) = await PrintAsync("roaming", "discover", "campus.example", "-o", "json");
        Assert.True(code == 0, text);
        var found = JsonNode.Parse(text)!;
        Assert.Equal("found", (string?)found["found"]!["state"]);
        Assert.Equal($"{_plan.Liberty.Address(10, 2_083)}", (string?)found["found"]!["servers"]![0]!["address"]);
        Assert.Equal("NAPTR campus.example: 100 10 \"s\" \"x-eduroam:radius.tls\" _radsec._tcp.campus.example, for 300 s", (string?)found["steps"]![0]);

        (code, text) = await PrintAsync("roaming", "realms", "--discovered");
        Assert.True(code == 0 && text.Contains("campus.example", StringComparison.Ordinal) && text.Contains("radius.campus.example", StringComparison.Ordinal), text);
    }

    [Theory]
    [InlineData("nobody.campus.example", "the DNS names no server for it")]
    [InlineData("printer.local", "it is no name of the DNS")]
    [InlineData("albion.example", "stand in the world, and are not looked for")]
    public async Task Discover_WhatIsNotThere_IsSaidAndTheCommandFails(string realm, string words)
    {
        var (code, text) = await PrintAsync("roaming", "discover", realm);
        Assert.True(code == 1 && text.Contains(words, StringComparison.Ordinal), $"{code}: {text}");
    }

    [Fact]
    public async Task Access_WithoutALeaveInTheAgreement_IsRejectedAndSaysWhy()
    {
        var log = new ExchangeLogFile(_world.Albion.Process);
        var mark = log.Mark();
        var answer = await new RadClient(Nas, Secret).AskAsync(Hub, "auth", $"User-Name = \"alice@campus.example\", User-Password = \"x\", {RadClient.MessageAuthenticator}");
        Assert.True(answer.Code == "Access-Reject", answer.Text);
        await log.LinesAsync(mark, "[1024]", "refused.discovery-not-agreed");
    }

    async Task<(int Code, string Text)> PrintAsync(params IReadOnlyList<string> arguments)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        await using var process = await ChildProcess.StartAsync(
            "meetpoint", folder, Path.Combine(AppContext.BaseDirectory, "meetpoint"), [.. arguments, "--config", _world.Albion.ConfigurationPath]);
        var code = await process.Exited.WithinAsync(_soon, $"meetpoint {string.Join(' ', arguments)} to end", process.LogTail);
        return (code, await File.ReadAllTextAsync(process.LogPath));
    }

    string World() =>
        $$"""
        providers:
          - { id: albion, name: Albion, domains: [albion.example], exchange: {{_plan.Albion.Domain}}, realms: [{ name: albion.example }] }
          - { id: eduroam, name: eduroam, exchange: {{_plan.Albion.Domain}}, realms: [{ name: "*" }] }
        neighbours:
          - id: nas
            provider: albion
            kind: radius
            listener: radius
            sourceAddresses: ["{{Nas.Host}}"]
            radius: { secret: {{Secret}} }
          - id: eduroam
            provider: eduroam
            kind: radius
            tlsCa: {{JsonValue.Create(_authority.Pem).ToJsonString()}}
            radius: { discover: x-eduroam, proof: member, policies: ["1.3.6.1.4.1.25178.3.1.2"] }
        agreements:
          - { id: albion-eduroam, parties: [albion, eduroam], stage: commercial, services: [{ service: roaming }] }
        """;
}
