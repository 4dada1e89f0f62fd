using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Roaming;

/// <summary>
/// The whole way of a customer of Liberty's at a hotspot of Albion's: access server, FreeRADIUS of the visited network over TLS, Albion's exchange, Liberty's exchange over TLS,
/// radsecproxy over TLS, FreeRADIUS of the home.
/// </summary>
public sealed class RoamingChain : IAsyncLifetime
{
    internal const string Secret = "testing-123-4567";

    readonly WorldPlan _plan = WorldPlan.At(184);
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-chain-").FullName;
    DemoWorld _world = null!;
    RadsecProxy? _proxy;
    FreeRadius? _visited;

    internal TestAuthority Authority { get; } = new("Roaming", TimeProvider.System.GetUtcNow());

    internal DemoExchange Albion => _world.Albion;

    internal DemoExchange Liberty => _world.Liberty;

    internal ExchangeLogFile AlbionLog { get; private set; } = null!;

    internal ExchangeLogFile LibertyLog { get; private set; } = null!;

    /// <summary>Where access servers ask Albion's exchange over UDP.</summary>
    internal NetAddress Authentication => _plan.Albion.Address(1, 1_812);

    internal NetAddress Accounting => _plan.Albion.Address(1, 1_813);

    /// <summary>Where Albion's exchange is asked over TLS by who has a name.</summary>
    internal NetAddress OverTls => _plan.Albion.Address(1, 2_084);

    internal NetAddress NasAddress => _plan.Albion.Address(20, 0);

    /// <summary>Who ends sessions at Liberty.</summary>
    internal RadClient Desk => new(_plan.Liberty.Address(40, 0), Secret);

    /// <summary>Where Liberty's exchange takes Disconnect.</summary>
    internal NetAddress LibertyDynamic => _plan.Liberty.Address(1, 3_799);

    internal RadClient Nas => new(NasAddress, Secret);

    internal FreeRadius Home { get; private set; } = null!;

    /// <summary>The visited network's own server, which asks Albion's exchange over TLS.</summary>
    internal FreeRadius Visited => _visited!;

    /// <summary>A device behind the visited network's server.</summary>
    internal NetAddress DeviceAddress => _plan.Albion.Address(40, 0);

    internal string Folder => _folder;

    internal string Words => $"{_proxy?.LogTail()}\n{_visited?.LogTail()}\n{Home.LogTail()}";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _world = await DemoWorld.PrepareAsync(_plan, Path.Combine(_folder, "world"));
        foreach (var exchange in _world.Exchanges)
        {
            var name = $"radius.{exchange.Party.Domain}";
            var (certificate, key) = Certificate(name);
            await exchange.ConfigureAsync("media:\n", $"""
                radius:
                  - name: radius
                    listen: {exchange.Party.Address(1, 1_812)}
                    dynamic: {exchange.Party.Address(1, 3_799)}
                  - name: exchanges
                    transport: tls
                    listen: {exchange.Party.Address(1, 2_083)}
                  - name: outside
                    transport: tls
                    listen: {exchange.Party.Address(1, 2_084)}
                    certificate: {certificate}
                    key: {key}
                media:

                """);
        }

        Home = await HomeServer.StartAsync(_plan.Liberty.Address(10, 1_812), "liberty.example", Authority);
        _proxy = await RadsecProxy.StartAsync(
            _plan.Liberty.Address(20, 2_083), "radius.liberty.example", "liberty.example", Home.Listen, HomeServer.Secret, Certificate("proxy.liberty.example"), Authority.Pem);
        await _world.StartAsync();
        await BorderWorld.ChangeAsync(Albion, world =>
        {
            Describe(world);
            Add(world, "neighbours", $$$"""{"id":"nas","provider":"albion","kind":"radius","listener":"radius","sourceAddresses":["{{{NasAddress.Host}}}"],"radius":{"secret":"{{{Secret}}}","dynamicServers":["{{{NasAddress.WithPort(3_799)}}}"]}}""");
            Add(world, "neighbours", $$$"""{"id":"airport","provider":"albion","kind":"radius","tlsNames":["visited.albion.example"],"tlsCa":{{{JsonValue.Create(Authority.Pem).ToJsonString()}}},"radius":{}}""");
        });
        await BorderWorld.ChangeAsync(Liberty, world =>
        {
            Describe(world);
            Add(world, "neighbours", $$$"""{"id":"proxy","provider":"liberty","kind":"radius","tlsNames":["proxy.liberty.example"],"tlsCa":{{{JsonValue.Create(Authority.Pem).ToJsonString()}}},"radius":{"servers":["{{{_plan.Liberty.Address(20, 2_083)}}}"]}}""");
        });
        // Liberty's desk, which ends sessions of its customers.
        await BorderWorld.ChangeAsync(Liberty, world => Add(
            world, "neighbours", $$$"""{"id":"desk","provider":"liberty","kind":"radius","listener":"radius","sourceAddresses":["{{{_plan.Liberty.Address(40, 0).Host}}}"],"radius":{"secret":"{{{Secret}}}"}}"""));
        _visited = await FreeRadius.StartAsync(_plan.Albion.Address(30, 1_812), VisitedServer(), [.. Files("visited.albion.example")]);
        foreach (var exchange in _world.Exchanges)
        {
            await Expect.EventuallyAsync(
                async () => await WayAsync(exchange) == "alive" ? "yes" : null, BorderWorld.Soon, $"{exchange.Party.Domain} to be connected towards Liberty's home", exchange.Process.LogTail);
        }

        AlbionLog = new ExchangeLogFile(Albion.Process);
        LibertyLog = new ExchangeLogFile(Liberty.Process);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var peer in (IAsyncDisposable?[])[_visited, _proxy, Home, _world])
        {
            if (peer is not null)
                await peer.DisposeAsync();
        }

        Authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The way from an exchange to Liberty's home, in words.</summary>
    internal static async Task<string> WayAsync(DemoExchange exchange)
    {
        var realms = await exchange.Api.GetAsync("radius/realms");
        return string.Join(", ", realms["items"]!.AsArray().Where(realm => (string?)realm!["realm"] == "liberty.example").SelectMany(realm => realm!["servers"]!.AsArray()).Select(server => (string?)server!["state"]).Distinct());
    }

    /// <summary>A certificate of the authority that all of them believe: files of certificate and key.</summary>
    internal (string Certificate, string Key) Certificate(string name)
    {
        using var leaf = Authority.Leaf([name]);
        return Authority.Write(leaf, _folder, name);
    }

    IEnumerable<(string Name, string Text)> Files(string name)
    {
        var (certificate, key) = Certificate(name);
        return [("server.pem", File.ReadAllText(certificate)), ("server.key", File.ReadAllText(key)), ("ca.pem", Authority.Pem)];
    }

    void Describe(JsonObject world)
    {
        foreach (var provider in world["providers"]!.AsArray())
            provider!["realms"] = new JsonArray(new JsonObject { ["name"] = (string?)provider["domains"]![0] });
        foreach (var neighbour in world["neighbours"]!.AsArray().Where(neighbour => (string?)neighbour!["kind"] == "exchange"))
        {
            var party = (string?)neighbour!["exchange"] == _plan.Albion.Domain ? _plan.Albion : _plan.Liberty;
            neighbour["radius"] = new JsonObject { ["servers"] = new JsonArray($"{party.Address(1, 2_083)}") };
        }

        foreach (var agreement in world["agreements"]!.AsArray())
        {
            agreement!["services"]!.AsArray().Add(new JsonObject { ["service"] = "roaming" });
            agreement["version"] = (int?)agreement["version"] + 1;
        }
    }

    static void Add(JsonObject world, string list, string item)
    {
        if (world[list] is not JsonArray items)
            world[list] = items = [];
        items.Add(JsonNode.Parse(item));
    }

    string VisitedServer() =>
        $$"""
        proxy_requests = yes
        client devices {
         ipaddr = {{DeviceAddress.Host}}
         secret = {{Secret}}
        }
        proxy server {
         default_fallback = no
        }
        home_server exchange {
         type = auth+acct
         ipaddr = {{OverTls.Host}}
         port = {{OverTls.Port}}
         proto = tcp
         secret = radsec
         response_window = 8
         status_check = none
         tls {
          certificate_file = FOLDER/server.pem
          private_key_file = FOLDER/server.key
          ca_file = FOLDER/ca.pem
          fragment_size = 8192
         }
        }
        home_server_pool exchanges {
         type = fail-over
         home_server = exchange
        }
        realm liberty.example {
         pool = exchanges
         nostrip
        }
        modules {
         realm suffix {
          format = suffix
          delimiter = "@"
         }
        }
        server default {
         listen {
          type = auth
          ipaddr = {{_plan.Albion.Address(30, 0).Host}}
          port = 1812
         }
         listen {
          type = acct
          ipaddr = {{_plan.Albion.Address(30, 0).Host}}
          port = 1813
         }
         authorize {
          suffix
         }
         preacct {
          suffix
         }
        }

        """;
}
