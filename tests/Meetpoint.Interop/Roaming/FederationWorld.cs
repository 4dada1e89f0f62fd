using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Roaming;

/// <summary>Albion's exchange, an access server of its own, and the DNS server that its machine asks: by it the servers of a federation's realms are found.</summary>
sealed class FederationWorld : IAsyncDisposable
{
    internal const string Secret = "testing-123-4567";

    readonly ThreadEventLoop _loop = new("names", TimeProvider.System, static _ => { });
    DemoWorld? _world;
    DnsServer? _names;

    /// <param name="second">Of the addresses: 127.second.0.0.</param>
    internal FederationWorld(int second) => Plan = WorldPlan.At(second);

    internal WorldPlan Plan { get; }

    /// <summary>Folder for files of a test.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("meetpoint-federation-").FullName;

    /// <summary>The federation's.</summary>
    internal TestAuthority Authority { get; } = new("Federation", TimeProvider.System.GetUtcNow());

    internal DemoExchange Exchange => _world!.Albion;

    internal NetAddress NasAddress => Plan.Albion.Address(20, 0);

    internal NetAddress Hub => Plan.Albion.Address(1, 1_812);

    internal NetAddress Accounting => Plan.Albion.Address(1, 1_813);

    internal RadClient Nas => new(NasAddress, Secret);

    NetAddress NameServer => Plan.Albion.Address(53, 5_353);

    /// <summary>Writes the exchange's configuration, and has the DNS answer.</summary>
    /// <param name="listeners">More RADIUS listeners beside the hub's, as the configuration has them.</param>
    /// <param name="zones">What the DNS knows.</param>
    internal async Task PrepareAsync(string listeners, params DnsZone[] zones)
    {
        _world = await DemoWorld.PrepareAsync(Plan, Path.Combine(Folder, "world"));
        _names = new DnsServer(new SocketNetwork(), _loop, NameServer, zones);
        await Exchange.ConfigureAsync($"name_servers: [\"{Plan.NameServer}\"]", $"name_servers: [\"{NameServer}\"]");
        await Exchange.ConfigureAsync("media:\n", $"radius:\n  - name: radius\n    listen: {Hub}\n{listeners}media:\n");
    }

    /// <summary>Starts the exchange.</summary>
    internal async Task StartAsync(string world)
    {
        await Exchange.StartAsync();
        await Exchange.ApplyAsync(world);
    }

    /// <summary>Runs a command of the program against the exchange.</summary>
    internal Task<CommandOutcome> RunAsync(params IReadOnlyList<string> arguments) => Exchange.RunAsync(Folder, arguments);

    /// <summary>Albion with its access server, and a federation of all realms.</summary>
    /// <param name="federation">Its id.</param>
    /// <param name="discovery">How its servers are found and proved: members of the neighbour's <c>radius</c>.</param>
    /// <param name="agreement">More members of the agreement with it.</param>
    internal string World(string federation, string discovery, string agreement = "version: 1") =>
        $$"""
        providers:
          - { id: albion, name: Albion, domains: [albion.example], exchange: {{Plan.Albion.Domain}}, realms: [{ name: albion.example }] }
          - { id: {{federation}}, name: {{federation}}, exchange: {{Plan.Albion.Domain}}, realms: [{ name: "*" }] }
        neighbours:
          - id: nas
            provider: albion
            kind: radius
            listener: radius
            sourceAddresses: ["{{NasAddress.Host}}"]
            radius: { secret: {{Secret}} }
          - id: {{federation}}
            provider: {{federation}}
            kind: radius
            tlsCa: {{JsonValue.Create(Authority.Pem).ToJsonString()}}
            radius: { {{discovery}} }
        agreements:
          - { id: albion-{{federation}}, parties: [albion, {{federation}}], stage: commercial, services: [{ service: roaming }], {{agreement}} }
        """;

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        if (_names is { } names)
            _loop.Post(names.Dispose);
        _loop.Dispose();
        Authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
