using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Net;
using Meetpoint.Radius.Discovery;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>What a home server is asked for: over UDP each has a port of its own.</summary>
enum HomeServerUse
{
    Authentication,
    Accounting,

    /// <summary>Disconnect and CoA, of access servers.</summary>
    Dynamic,
}

/// <summary>
/// Who is asked about the customers of each provider of a world, in order of preference: its own home servers, the exchange that serves it, and neighbours that speak for it.
/// Those that stay the same go on through a change of the world. On the hub's loop.
/// </summary>
sealed class HomeServers : IDisposable
{
    const int DefaultPort = 1_812;
    const int DefaultTlsPort = 2_083;
    const int DefaultDynamicPort = 3_799;

    /// <summary>Pays for questions to the DNS where no neighbour asks, as for accounting that is sent on: no neighbour's id, nor the share of realms that are looked up again.</summary>
    const string NobodysQuestions = "?";

    readonly Dictionary<Key, HomeServer> _servers = [];
    Dictionary<(string Provider, HomeServerUse Use), HomeServer[]> _byProvider = [];
    Dictionary<string, HomeServer[]> _byNeighbour = [];

    readonly INetwork _network;
    readonly IEventLoop _loop;
    readonly IHomeServerUser _user;
    readonly RadiusTls? _tls;
    readonly Random _random;

    public HomeServers(RoamingContext context, IHomeServerUser user, Random random)
    {
        (_network, _loop, _tls, _user, _random) = (context.Network, context.Loop, context.Tls, user, random);
        Found = new DiscoveredServers(context.Discovery, ConnectFound);
    }

    /// <summary>Those that the DNS named.</summary>
    public DiscoveredServers Found { get; }

    /// <summary>Those of a provider that the world names.</summary>
    public ReadOnlySpan<HomeServer> Of(Provider provider, HomeServerUse use) => _byProvider.GetValueOrDefault((provider.Id, use));

    /// <summary>The first of a provider that is there for a realm; null when none is.</summary>
    /// <param name="route">The realm.</param>
    /// <param name="use">What for.</param>
    /// <param name="nowNs">The loop's time.</param>
    /// <param name="but">One that was asked already.</param>
    /// <param name="sender">The neighbour that asks: it is not asked back.</param>
    public HomeServer? Choose(RealmRoute route, HomeServerUse use, long nowNs, HomeServer? but = null, string? sender = null)
    {
        if (route.Discoverer is not null)
        {
            foreach (var server in Found.Of(route, use, sender ?? NobodysQuestions, nowNs, null, out _))
            {
                if (server != but && server.IsUsableFor(route.Number, nowNs))
                    return server;
            }
        }

        foreach (var server in Of(route.Provider, use))
        {
            if (server != but && server.IsUsableFor(route.Number, nowNs) && server.Entry.Neighbour.Id != sender)
                return server;
        }

        return null;
    }

    /// <summary>True when one of a realm's may be there in a moment: it is being connected to, or looked for.</summary>
    /// <param name="route">The realm.</param>
    /// <param name="use">What for.</param>
    /// <param name="sender">The neighbour that asks.</param>
    /// <param name="nowNs">The loop's time.</param>
    /// <param name="found">Hears when a lookup has ended; null where somebody waits already.</param>
    /// <param name="state">What is known of a realm of the DNS; found for others.</param>
    public bool IsAnyOpening(RealmRoute route, HomeServerUse use, string sender, long nowNs, Action? found, out DiscoveryState state)
    {
        state = DiscoveryState.Found;
        if (route.Discoverer is not null && (Found.Of(route, use, sender, nowNs, found, out state).Any(server => server.IsOpening) || state == DiscoveryState.Looking))
            return true;
        foreach (var server in Of(route.Provider, use))
        {
            if (server.IsOpening && server.Entry.Neighbour.Id != sender)
                return true;
        }

        return false;
    }

    /// <summary>True when a server may be asked about a realm.</summary>
    public bool Has(RealmRoute route, HomeServer server, long nowNs) => Of(route.Provider, HomeServerUse.Authentication).Contains(server)
        || (route.Discoverer is not null && Found.Of(route, HomeServerUse.Authentication, NobodysQuestions, nowNs, null, out _).Contains(server));

    /// <summary>Where a neighbour's access servers take Disconnect and CoA over UDP: the one with the address of the access server, or the first. Null where its record names none.</summary>
    public HomeServer? Dynamic(NeighbourEntry entry, string nas)
    {
        var all = _byNeighbour.GetValueOrDefault(entry.Neighbour.Id, []);
        return Array.Find(all, server => server.Name.StartsWith($"{nas}:", StringComparison.Ordinal) || server.Name.StartsWith($"[{nas}]:", StringComparison.Ordinal)) ?? all.FirstOrDefault();
    }

    /// <summary>A server of a neighbour to which a connection is up; null without one.</summary>
    public HomeServer? Connected(NeighbourEntry entry) =>
        _servers.Values.FirstOrDefault(server => server.IsStream && server.IsUp && server.Entry.Neighbour.Id == entry.Neighbour.Id) ?? Found.Connected(entry.Neighbour.Id);

    /// <summary>Another world is in force.</summary>
    public void Follow(World world)
    {
        var kept = new Dictionary<Key, HomeServer>();
        var byProvider = new Dictionary<(string, HomeServerUse), HomeServer[]>();
        foreach (var provider in world.Providers)
        {
            foreach (var use in (ReadOnlySpan<HomeServerUse>)[HomeServerUse.Authentication, HomeServerUse.Accounting])
                byProvider[(provider.Id, use)] = [.. NeighboursOf(world, provider).SelectMany(entry => ServersOf(entry, use, kept)).Distinct()];
        }

        _byProvider = byProvider;
        _byNeighbour = world.Neighbours.Where(entry => entry.Neighbour.Radius is { DynamicServers.IsEmpty: false }).ToDictionary(
            entry => entry.Neighbour.Id,
            entry => entry.Neighbour.Radius!.DynamicServers.Select(place => Keep(entry, HomeServerUse.Dynamic, AddressOf(place, DefaultDynamicPort).ToString(), kept)).ToArray(), StringComparer.Ordinal);
        foreach (var (key, server) in _servers)
        {
            if (kept.ContainsKey(key))
                continue;
            _servers.Remove(key);
            server.Leave(_loop.NowNs);
        }

        Found.Follow(world, _loop.NowNs);
    }

    /// <summary>Time has passed.</summary>
    public void Advance(long nowNs)
    {
        foreach (var server in _servers.Values)
            server.Advance(nowNs);
        Found.Advance(nowNs);
    }

    public void Dispose()
    {
        foreach (var server in _servers.Values)
            server.Dispose();
        Found.Dispose();
    }

    static IEnumerable<NeighbourEntry> NeighboursOf(World world, Provider provider)
    {
        var all = world.Neighbours.Where(entry => entry.Neighbour.Radius is { Servers.IsEmpty: false });
        return all.Where(entry => entry.Neighbour.Provider == provider.Id && entry.Neighbour.Kind == NeighbourKind.Radius)
            .Concat(all.Where(entry => entry.Neighbour.Exchange is { } exchange && exchange.Equals(provider.Exchange, StringComparison.OrdinalIgnoreCase)))
            .Concat(all.Where(entry => entry.Neighbour.SpeaksFor.Contains(provider.Id)));
    }

    IEnumerable<HomeServer> ServersOf(NeighbourEntry entry, HomeServerUse use, Dictionary<Key, HomeServer> kept)
    {
        var radius = entry.Neighbour.Radius!;
        for (var i = 0; i < radius.Servers.Length; i++)
        {
            if (entry.Neighbour.HasRadiusTls)
            {
                if (_tls is not null)
                    yield return Keep(entry, HomeServerUse.Authentication, radius.Servers[i], kept);
            }
            else if (use == HomeServerUse.Authentication || radius.AccountingServers.IsEmpty)
            {
                var address = AddressOf(radius.Servers[i], DefaultPort);
                yield return Keep(entry, use, (use == HomeServerUse.Authentication ? address : address.WithPort(Math.Min(address.Port + 1, ushort.MaxValue))).ToString(), kept);
            }
            else
            {
                yield return Keep(entry, use, AddressOf(radius.AccountingServers[i], DefaultPort + 1).ToString(), kept);
            }
        }
    }

    HomeServer Keep(NeighbourEntry entry, HomeServerUse use, string place, Dictionary<Key, HomeServer> kept)
    {
        var key = Key.Of(entry.Neighbour, use, place);
        if (!_servers.TryGetValue(key, out var server))
        {
            _servers[key] = server = new HomeServer(_user, entry, place, _random, probes: use != HomeServerUse.Dynamic && entry.Neighbour.Radius!.StatusServer);
            server.Connect(entry.Neighbour.HasRadiusTls
                ? new TlsServerLink(_tls!, _loop, server, entry, ServerPlace.TryParse(place, DefaultTlsPort, out var at) ? at : throw NoAddress(place), _tls!.ForServer(entry.Neighbour, place), _random)
                : new UdpServerLink(_network, _loop, server, AddressOf(place, DefaultPort), RadiusClient.SecurityOf(entry.Neighbour.Radius!)));
        }

        kept[key] = server;
        return server;
    }

    HomeServer ConnectFound(NeighbourEntry entry, string realm, DiscoveredServer found)
    {
        var server = new HomeServer(_user, entry, $"{found.Host} {found.Address}", _random, probes: entry.Neighbour.Radius!.StatusServer);
        server.Connect(_tls is { } tls
            ? new TlsServerLink(tls, _loop, server, entry, new ServerPlace(found.Host, found.Address.Port, found.Address), tls.ForDiscovered(entry.Neighbour, realm, found.Host), _random)
            : throw new InvalidOperationException("the hub has no TLS"));
        return server;
    }

    static NetAddress AddressOf(string text, int port) => NetAddress.TryParse(text, port, out var address) ? address : throw NoAddress(text);

    static InvalidOperationException NoAddress(string text) => new($"'{text}' is no address");

    /// <summary>What makes a server another one when it changes.</summary>
    readonly record struct Key(string Neighbour, HomeServerUse Use, string Place, string? Secret, RadiusProtection Protection, bool StatusServer, string? Peer)
    {
        public static Key Of(Neighbour neighbour, HomeServerUse use, string place) => new(
            neighbour.Id, use, place, neighbour.Radius!.Secret, neighbour.Radius.Protection, neighbour.Radius.StatusServer,
            neighbour.HasRadiusTls ? $"{neighbour.Exchange} {string.Join(' ', neighbour.TlsNames)} {neighbour.IdentityKey} {neighbour.TlsCa} {neighbour.Radius.Version}" : null);
    }
}
