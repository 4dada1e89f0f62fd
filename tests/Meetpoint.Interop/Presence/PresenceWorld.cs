using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Interop.Xmpp;
using Meetpoint.Net.Dns;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Presence;

/// <summary>
/// One exchange with the people of Albion, and around it those whom presence is had from and given to: Albion's own systems in two makers' styles, Tyne's SIP network, and the XMPP servers
/// of Thames and of Humber, which prove themselves by certificate, and of Severn, whose certificate nobody here believes. Forth is a partner in the Microsoft style over TLS.
/// </summary>
public sealed class PresenceWorld : IAsyncLifetime
{
    internal const string Thames = "thames.example";
    internal const string Severn = "severn.example";
    internal const string Humber = "humber.example";
    internal const string Tyne = "tyne.example";
    internal const string Forth = "forth.example";

    /// <summary>By which Forth's edge server proves itself; the name server knows where it is.</summary>
    internal const string ForthEdge = "core.albion.example";

    /// <summary>By which phones that register prove themselves.</summary>
    internal const string Secret = "a-secret";

    readonly string _folder = RealPeer.NewFolder("presence");
    readonly TestAuthority _authority = new("Presence", TimeProvider.System.GetUtcNow());
    readonly TestAuthority _stranger = new("Stranger", TimeProvider.System.GetUtcNow());
    ThreadEventLoop? _loop;
    DnsServer? _names;
    DnsServer? _lettered;
    Task<XmppNeighbour>? _ejabberd;

    internal DemoWorld World { get; private set; } = null!;

    internal DemoExchange Albion => World.Albion;

    /// <summary>Where Albion's phones publish from.</summary>
    internal NetAddress Publisher => Albion.Party.Address(60, 5_060);

    /// <summary>Where Albion's people watch from.</summary>
    internal NetAddress Watcher => Albion.Party.Address(61, 5_060);

    /// <summary>Albion's system in the Microsoft style, over TCP.</summary>
    internal NetAddress Microsoft => Albion.Party.Address(62, 5_060);

    /// <summary>Albion's call control in the Cisco style.</summary>
    internal NetAddress Cisco => Albion.Party.Address(63, 5_060);

    /// <summary>The gateway of Albion's call control that tells of lines by uaCSTA.</summary>
    internal NetAddress CstaGateway => Albion.Party.Address(64, 5_060);

    /// <summary>Tyne's presence server and proxy.</summary>
    internal NetAddress TyneServer => Albion.Party.Address(70, 5_060);

    /// <summary>A phone of Tyne's.</summary>
    internal NetAddress TynePhone => Albion.Party.Address(71, 5_060);

    /// <summary>The listener for trunks over TCP.</summary>
    internal NetAddress SipTcp => Albion.Party.Address(1, 5_062);

    /// <summary>The listener whose certificate partners believe.</summary>
    internal NetAddress SipTls => Albion.Party.Address(1, 5_063);

    NetAddress NameServer => Albion.Party.Address(53, 5_353);

    /// <summary>Gives the exchange's address itself as target of its SRV record: ejabberd asks the machine for what others ask the name server for.</summary>
    NetAddress LetteredNameServer => Albion.Party.Address(54, 5_353);

    NetAddress Xmpp => Albion.Party.Xmpp;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        World = await DemoWorld.PrepareAsync(WorldPlan.At(172), Path.Combine(_folder, "world"));
        var trusted = Path.Combine(_folder, "trusted.pem");
        await File.WriteAllTextAsync(trusted, _authority.Pem);
        using var leaf = _authority.Leaf([Albion.Party.Domain]);
        var (certificate, key) = _authority.Write(leaf, _folder, "exchange");
        await Albion.ConfigureAsync("xmpp:\n", $"trusted_certificates: {trusted}\nxmpp:\n  certificate: {certificate}\n  key: {key}\n");
        await Albion.ListenAsync("tcp", "tcp", SipTcp);
        await Albion.ListenAsync("federation", "tls", SipTls, (certificate, key));
        _loop = new ThreadEventLoop("xmpp-names", TimeProvider.System, static _ => { });
        var zone = new DnsZone(Albion.Party.Domain).Srv("_xmpp-server._tcp", 0, 5, Xmpp.Port, $"xmpp.{Albion.Party.Domain}").Address("xmpp", Xmpp.Host);
        _names = new DnsServer(new SocketNetwork(), _loop, NameServer, zone);
        var lettered = new DnsZone(Albion.Party.Domain).Srv("_xmpp-server._tcp", 0, 5, Xmpp.Port, Xmpp.Host);
        _lettered = new DnsServer(new SocketNetwork(), _loop, LetteredNameServer, lettered);
        await World.StartAlbionAsync();
        await BorderWorld.ChangeAsync(Albion, AddParties);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ejabberd is { IsCompletedSuccessfully: true })
            await (await _ejabberd).DisposeAsync();
        if (World is not null)
            await World.DisposeAsync();
        if (_loop is { } loop)
        {
            if (_names is { } names)
                loop.Post(names.Dispose);
            if (_lettered is { } lettered)
                loop.Post(lettered.Dispose);
            loop.Dispose();
        }

        _authority.Dispose();
        _stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts the XMPP server of Thames or of Severn.</summary>
    internal Task<XmppNeighbour> StartProsodyAsync(string domain) => Prosody.StartAsync(Settings(domain, NameServer));

    /// <summary>The XMPP server of Humber, an ejabberd; one for all tests, since its start takes long.</summary>
    internal Task<XmppNeighbour> EjabberdAsync() => _ejabberd ??= Ejabberd.StartAsync(Settings(Humber, LetteredNameServer));

    /// <summary>The edge server of Forth, a partner in the Microsoft style; it takes no connections yet.</summary>
    internal FederationEdge Edge() => new(_authority, ForthEdge, Albion.Party.Core, Albion.Party.Domain);

    NeighbourSettings Settings(string domain, NetAddress nameServer)
    {
        var authority = domain == Severn ? _stranger : _authority;
        using var leaf = authority.Leaf([domain]);
        return new NeighbourSettings(
            XmppHost(domain), [domain], nameServer, authority.Write(leaf, _folder, domain), Path.Combine(_folder, "trusted.pem"), RequiresCertificate: domain == Thames);
    }

    /// <summary>Ends the exchange as a crash of the machine does, and starts it again after something was done.</summary>
    internal async Task KillAsync(Func<Task> meanwhile)
    {
        await Albion.Process.KillAsync();
        await meanwhile();
        await Albion.StartAsync();
    }

    NetAddress XmppHost(string domain) => Albion.Party.Address(domain switch { Thames => 77, Severn => 78, _ => 79 }, 5_269);

    void AddParties(JsonObject world)
    {
        foreach (var (id, domain, exchange) in ((string, string, string)[])[("thames", Thames, Thames), ("severn", Severn, Albion.Party.Domain), ("humber", Humber, Humber), ("tyne", Tyne, Albion.Party.Domain), ("clyde", "clyde.example", Albion.Party.Domain), ("forth", Forth, Albion.Party.Domain)])
        {
            BorderWorld.Add(world, "providers", $$"""{"id":"{{id}}","name":"{{id}}","domains":["{{domain}}"],"exchange":"{{exchange}}"}""");
            BorderWorld.Add(world, "agreements", $$"""{"id":"{{id}}-albion","parties":["{{id}}","albion"],"version":1,"stage":"commercial","services":[{"service":"presence"},{"service":"message"}]}""");
        }

        BorderWorld.Add(world, "neighbours", $$"""{"id":"thames-xmpp","provider":"thames","kind":"xmpp","xmppHost":"{{XmppHost(Thames)}}"}""");
        BorderWorld.Add(world, "neighbours", $$"""{"id":"severn-xmpp","provider":"severn","kind":"xmpp","xmppHost":"{{XmppHost(Severn)}}","dialback":true}""");
        BorderWorld.Add(world, "neighbours", $$"""{"id":"humber-xmpp","provider":"humber","kind":"xmpp","xmppHost":"{{XmppHost(Humber)}}"}""");
        // A provider that this exchange serves says by a route that its people are met on an XMPP server.
        BorderWorld.Add(world, "routes", """{"id":"severn","domain":"severn.example","candidates":[{"via":"severn-xmpp"}]}""");
        Trunk("tyne-network", "tyne", TyneServer, "trunk", $",\"sipUri\":\"sip:{TyneServer}\"");
        Trunk("albion-phones", "albion", Publisher, "trunk", ",\"presence\":{\"subscribe\":false}");
        Trunk("albion-desks", "albion", Watcher, "trunk", ",\"presence\":{\"subscribe\":false}");
        Trunk("albion-microsoft", "albion", Microsoft, "tcp", ",\"profile\":\"microsoft-client\",\"presence\":{\"subscribe\":false}");
        Trunk("albion-cisco", "albion", Cisco, "trunk", ",\"profile\":\"cisco-call-control\",\"presence\":{\"subscribe\":false}");
        BorderWorld.Add(
            world, "neighbours", $$"""{"id":"forth-edge","provider":"forth","kind":"sip-trunk","sipUri":"sip:{{ForthEdge}}:{{Albion.Party.Core.Port}};transport=tls","tlsNames":["{{ForthEdge}}"],"profile":"microsoft-client"}""");
        // Another provider's: whoever is not known at Albion is asked for at each of its systems.
        Trunk("clyde-csta", "clyde", CstaGateway, "trunk", $",\"sipUri\":\"sip:{CstaGateway}\",\"presence\":{{\"subscribe\":false,\"csta\":true}}");
        BorderWorld.Add(
            world, "users",
            $$$"""{"id":"fay","organisation":"{{{Albion.Party.OrganisationId}}}","name":"fay","sip":"fay@albion.example","timeZone":"Europe/London","presence":{"systems":[{"neighbour":"clyde-csta","address":"+442079460064"}]}}""");
        foreach (var name in (string[])["dora", "erin"])
        {
            BorderWorld.Add(world, "users", $$"""{"id":"{{name}}","organisation":"{{Albion.Party.OrganisationId}}","name":"{{name}}","sip":"{{name}}@albion.example","timeZone":"Europe/London"}""");
            BorderWorld.Add(
                world, "endpoints",
                $$"""{"id":"{{name}}-phone","user":"{{name}}","kind":"phone","name":"{{name}}","sip":"{{name}}@albion.example","digest":{"user":"{{name}}","secret":"{{Secret}}"},"profile":"baresip"}""");
        }

        void Trunk(string id, string provider, NetAddress from, string listener, string more) => BorderWorld.Add(
            world, "neighbours", $$"""{"id":"{{id}}","provider":"{{provider}}","kind":"sip-trunk","listener":"{{listener}}","sourceAddresses":["{{from.Host}}"]{{more}}}""");
    }
}

/// <summary>All tests of presence with real peers share one world.</summary>
[CollectionDefinition(Name)]
public sealed class PresenceCollection : ICollectionFixture<PresenceWorld>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "presence";
}
