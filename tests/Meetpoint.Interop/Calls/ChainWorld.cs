using System.Text.Json.Nodes;
using Meetpoint.Commands;
using Meetpoint.Demo.World;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Tests.Support;
using NodaTime;

namespace Meetpoint.Interop.Calls;

/// <summary>
/// One exchange between two providers, each with a Kamailio of its own between the exchange and its phones: Thames in the north, Albion in the south,
/// over UDP, TCP or TLS.
/// </summary>
public sealed class ChainWorld : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-chain-").FullName;
    readonly TestAuthority _authority = new("Chain", TimeProvider.System.GetUtcNow());
    readonly Dictionary<string, (ChildProcess North, ChildProcess South)> _proxies = [];
    string _anchor = "";
    int _version;

    internal DemoWorld World { get; private set; } = null!;

    internal DemoExchange Albion => World.Albion;

    internal NetAddress NorthPhone => Albion.Party.Address(61, 5_060);

    internal NetAddress SouthPhone => Albion.Party.Address(71, 5_060);

    NetAddress SipTcp => Albion.Party.Address(1, 5_062);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        World = await DemoWorld.PrepareAsync(WorldPlan.At(176), Path.Combine(_folder, "world"));
        await Albion.ListenAsync("tcp", "tcp", SipTcp);
        await World.StartAsync();
        var output = new StringWriter();
        var around = new Surroundings(Albion.Folder, _ => null, output, TextWriter.Null, TextReader.Null, IsTerminal: false, SystemClock.Instance, DateTimeZone.Utc);
        Assert.Equal(0, await CommandLine.RunAsync(["identity", "certificate"], around, TestContext.Current.CancellationToken));
        _anchor = output.ToString();
        await BorderWorld.ChangeAsync(Albion, world => BorderWorld.Add(
            world, "providers", """{"id":"thames","name":"Thames Tel","domains":["thames.example"],"prefixes":["+4421"],"exchange":"albion.example"}"""));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (north, south) in _proxies.Values)
        {
            await north.DisposeAsync();
            await south.DisposeAsync();
        }

        if (World is not null)
            await World.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Has both proxies speak that transport with the exchange, and calls cross in that mode. Gives where the proxies listen.</summary>
    internal async Task<(NetAddress North, NetAddress South)> UseAsync(string transport, string mode)
    {
        var port = transport switch { "udp" => 5_060, "tcp" => 5_070, _ => 5_080 };
        var (north, south) = (Albion.Party.Address(60, port), Albion.Party.Address(70, port));
        await BorderWorld.ChangeAsync(Albion, world =>
        {
            BorderWorld.Replace(world, "neighbours", Neighbour("north", "thames", north, transport));
            BorderWorld.Replace(world, "neighbours", Neighbour("south", "albion", south, transport));
            BorderWorld.Replace(world, "routes", """{"id":"to-north","prefix":"+4421","provider":"thames","candidates":[{"via":"north"}]}""");
            BorderWorld.Replace(world, "routes", """{"id":"to-south","prefix":"+44161","provider":"albion","candidates":[{"via":"south"}]}""");
            BorderWorld.Replace(world, "agreements", $$"""{"id":"thames-albion","parties":["thames","albion"],"version":{{++_version}},"stage":"commercial","services":[{"service":"call"}],"calls":{"mode":"{{mode}}" } }""");
        });
        if (!_proxies.ContainsKey(transport))
        {
            _proxies[transport] = (await StartAsync("north.thames.example", north, NorthPhone, transport), await StartAsync("south.albion.example", south, SouthPhone, transport));
        }

        return (north, south);
    }

    /// <summary>The same over UDP, with an rtpengine behind the northern proxy; the phone of that user, in front of which it stands, is at <see cref="NorthPhone"/>.</summary>
    internal async Task<ChildProcess> UseMediaRelayAsync(string mode, string user)
    {
        var north = Albion.Party.Address(63, 5_060);
        await BorderWorld.ChangeAsync(Albion, world =>
        {
            BorderWorld.Replace(world, "neighbours", Neighbour("relayed", "thames", north, "udp"));
            BorderWorld.Replace(world, "routes", """{"id":"to-north","prefix":"+4421","provider":"thames","candidates":[{"via":"relayed"}]}""");
            BorderWorld.Replace(world, "agreements", $$"""{"id":"thames-albion","parties":["thames","albion"],"version":{{++_version}},"stage":"commercial","services":[{"service":"call"}],"calls":{"mode":"{{mode}}" } }""");
        });
        return await Kamailio.StartWithMediaRelayAsync(north, NorthPhone, user, Albion.Party.Trunk, RtpEngine.NgPort);
    }

    internal string Logs(string transport) => $"{_proxies[transport].North.LogTail()}\n{_proxies[transport].South.LogTail()}\n{Albion.Process.LogTail()}";

    async Task<ChildProcess> StartAsync(string name, NetAddress listen, NetAddress phone, string transport)
    {
        var exchange = transport switch { "udp" => Albion.Party.Trunk, "tcp" => SipTcp, _ => Albion.Party.SipTls };
        if (transport != "tls")
            return await Kamailio.StartBetweenAsync(listen, phone, exchange, transport);
        using var leaf = _authority.Leaf([name]);
        var (certificate, key) = _authority.Write(leaf, _folder, name);
        return await Kamailio.StartBetweenAsync(listen, phone, exchange, transport, (certificate, key, _anchor, name, Albion.Party.Domain));
    }

    JsonObject Neighbour(string id, string provider, NetAddress proxy, string transport)
    {
        var neighbour = new JsonObject { ["id"] = id, ["provider"] = provider, ["kind"] = "sip-trunk" };
        if (transport == "tls")
        {
            var name = $"{id}.{provider}.example";
            neighbour["sipUri"] = $"sip:{proxy.WithPort(proxy.Port + 1)};transport=tls";
            neighbour["tlsNames"] = new JsonArray(name);
            neighbour["tlsCa"] = _authority.Pem;
        }
        else
        {
            neighbour["sipUri"] = $"sip:{proxy};transport={transport}";
            neighbour["listener"] = transport == "udp" ? "trunk" : "tcp";
            neighbour["sourceAddresses"] = new JsonArray(proxy.Host);
        }

        return neighbour;
    }
}
