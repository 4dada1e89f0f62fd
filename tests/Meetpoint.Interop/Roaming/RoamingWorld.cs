using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Roaming;

/// <summary>
/// One exchange, where the customers of Liberty roam at Albion's hotspots: Liberty has two home servers. Thames has none of the agreements, and the servers of Severn are never there.
/// </summary>
public class RoamingWorld : IAsyncLifetime
{
    internal const string Secret = "testing-123-4567";

    readonly WorldPlan _plan;
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-roaming-").FullName;
    DemoWorld _world = null!;

    /// <summary>In 127.180.0.0.</summary>
    public RoamingWorld()
        : this(180)
    {
    }

    private protected RoamingWorld(int second) => _plan = WorldPlan.At(second);

    internal TestAuthority Authority { get; } = new("Liberty", TimeProvider.System.GetUtcNow());

    internal DemoExchange Exchange => _world.Albion;

    internal ExchangeLogFile Log { get; private set; } = null!;

    internal NetAddress Authentication => _plan.Albion.Address(1, 1_812);

    internal NetAddress Accounting => _plan.Albion.Address(1, 1_813);

    /// <summary>Albion's access server.</summary>
    internal RadClient Nas => new(NasAddress, Secret);

    internal NetAddress NasAddress => _plan.Albion.Address(20, 0);

    /// <summary>An old one, which knows no Message-Authenticator.</summary>
    internal RadClient OldNas => new(_plan.Albion.Address(21, 0), Secret);

    /// <summary>Where Severn's server would be.</summary>
    internal NetAddress Severn => _plan.Liberty.Address(30, 1_812);

    internal FreeRadius First { get; private set; } = null!;

    internal FreeRadius Second { get; private set; } = null!;

    /// <summary>Folder for files of a test.</summary>
    internal string Folder => _folder;

    internal NetAddress Address(int last, int port) => _plan.Albion.Address(last, port);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _world = await DemoWorld.PrepareAsync(_plan, Path.Combine(_folder, "world"));
        await Exchange.ConfigureAsync("media:\n", $"radius:\n  - name: radius\n    listen: {Authentication}\nmedia:\n");
        (First, Second) = (await HomeServer.StartAsync(_plan.Liberty.Address(10, 1_812), "liberty.example", Authority), await HomeServer.StartAsync(_plan.Liberty.Address(11, 1_812), "liberty.example", Authority));
        await Exchange.StartAsync();
        Log = new ExchangeLogFile(Exchange.Process);
        await Exchange.ApplyAsync(World());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var home in (FreeRadius?[])[First, Second])
        {
            if (home is not null)
                await home.DisposeAsync();
        }

        if (_world is not null)
            await _world.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Kills the exchange, and starts it on the same store.</summary>
    internal async Task RestartAsync(Func<Task>? between = null)
    {
        await Exchange.Process.KillAsync();
        await Exchange.Process.DisposeAsync();
        if (between is not null)
            await between();
        await Exchange.StartAsync();
        Log = new ExchangeLogFile(Exchange.Process);
    }

    /// <summary>The agreement of Albion and Liberty with another stage; null for none.</summary>
    internal async Task WithStageAsync(string? stage, Func<Task> during)
    {
        await ChangeAsync(agreement => agreement["stage"] = stage, stage is null);
        try
        {
            await during();
        }
        finally
        {
            await Exchange.ApplyAsync(World());
        }
    }

    internal Task ChangeAsync(Action<JsonObject> change, bool removes = false) => BorderWorld.ChangeAsync(Exchange, world =>
    {
        var agreements = world["agreements"]!.AsArray();
        var agreement = agreements.Single(each => (string?)each!["id"] == "albion-liberty")!.AsObject();
        if (removes)
            agreements.Remove(agreement);
        else
            change(agreement);
        agreement["version"] = ++_version;
    });

    int _version = 1;

    string World() =>
        $$"""
        providers:
        {{Provider("albion")}}
        {{Provider("liberty")}}
        {{Provider("thames")}}
        {{Provider("severn")}}
        neighbours:
          - id: albion-nas
            provider: albion
            kind: radius
            listener: radius
            sourceAddresses: ["{{NasAddress.Host}}"]
            radius: { secret: {{Secret}} }
          - id: albion-old-nas
            provider: albion
            kind: radius
            listener: radius
            sourceAddresses: ["{{_plan.Albion.Address(21, 0).Host}}"]
            radius: { secret: {{Secret}}, protection: legacy }
          - id: liberty-aaa
            provider: liberty
            kind: radius
            radius: { secret: {{HomeServer.Secret}}, servers: ["{{First.Listen}}", "{{Second.Listen}}"] }
          - id: severn-aaa
            provider: severn
            kind: radius
            radius: { secret: {{HomeServer.Secret}}, servers: ["{{Severn}}"] }
        agreements:
        {{Agreement("liberty", ++_version)}}
        {{Agreement("severn", _version)}}
        """;

    static string Provider(string id) => $"  - {{ id: {id}, name: {id}, domains: [{id}.example], exchange: albion.example, realms: [{{ name: {id}.example }}] }}";

    static string Agreement(string with, int version) => $"  - {{ id: albion-{with}, parties: [albion, {with}], version: {version}, stage: commercial, services: [{{ service: roaming }}] }}";
}
