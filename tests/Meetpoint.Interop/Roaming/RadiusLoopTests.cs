using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop.Roaming;

/// <summary>Two exchanges that each lead a realm to the other, and do not know that who asks is who is asked.</summary>
public sealed class RadiusLoopTests : IAsyncLifetime
{
    const string Secret = "between-two-hubs";

    readonly WorldPlan _plan = WorldPlan.At(183);
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-roaming-").FullName;
    DemoWorld _world = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _world = await DemoWorld.PrepareAsync(_plan, Path.Combine(_folder, "world"));
        foreach (var exchange in _world.Exchanges)
            await exchange.ConfigureAsync("media:\n", $"radius:\n  - name: radius\n    listen: {exchange.Party.Address(1, 1_812)}\nmedia:\n");
        await Task.WhenAll(_world.Exchanges.Select(exchange => exchange.StartAsync()));
        await _world.Albion.ApplyAsync(World(_plan.Albion, _plan.Liberty));
        await _world.Liberty.ApplyAsync(World(_plan.Liberty, _plan.Albion));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Realm_ThatEachLeadsToTheOther_IsRejectedWhereItComesBack()
    {
        var log = new ExchangeLogFile(_world.Albion.Process);
        var mark = log.Mark();
        var answer = await new RadClient(_plan.Albion.Address(20, 0), Secret).AskAsync(
            _plan.Albion.Address(1, 1_812), "auth", $"User-Name = \"alice@west.example\", User-Password = \"x\", {RadClient.MessageAuthenticator}");
        Assert.True(answer.Code == "Access-Reject", answer.Text);
        await log.LinesAsync(mark, "loop");
    }

    /// <summary>The other exchange is where West's realm is asked, and asks itself, for Albion's access servers.</summary>
    static string World(PartyPlan own, PartyPlan other) =>
        $$"""
        providers:
          - { id: albion, name: Albion, domains: [albion.example], exchange: {{own.Domain}}, realms: [{ name: albion.example }] }
          - { id: west, name: West, domains: [west.example], exchange: {{own.Domain}}, realms: [{ name: west.example }] }
        neighbours:
          - id: nas
            provider: albion
            kind: radius
            listener: radius
            sourceAddresses: ["{{own.Address(20, 0).Host}}"]
            radius: { secret: {{Secret}} }
          - id: asks
            provider: west
            kind: radius
            listener: radius
            sourceAddresses: ["127.0.0.1"]
            speaksFor: [albion]
            radius: { secret: {{Secret}} }
          - id: is-asked
            provider: west
            kind: radius
            radius: { secret: {{Secret}}, servers: ["{{other.Address(1, 1_812)}}"] }
        agreements:
          - { id: albion-west, parties: [albion, west], stage: commercial, services: [{ service: roaming }] }
        """;
}
