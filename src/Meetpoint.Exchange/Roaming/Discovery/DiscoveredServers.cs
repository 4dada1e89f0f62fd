using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Net;
using Meetpoint.Radius.Discovery;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>
/// The servers that discovery found, connected: each for the realm that its certificate must prove, since what proves it for one realm proves nothing for another. Those that nobody asks
/// are let go. On the hub's loop.
/// </summary>
/// <param name="discovery">Finds them.</param>
/// <param name="connect">Makes one: the neighbour that discovers, the realm, where it is.</param>
sealed class DiscoveredServers(RealmDiscovery discovery, Func<NeighbourEntry, string, DiscoveredServer, HomeServer> connect) : IDisposable
{
    /// <summary>Connected at one time; further realms are refused as overload.</summary>
    public const int MaxServers = 2_000;

    /// <summary>Of one realm, the first that the DNS names.</summary>
    public const int MaxOfRealm = 4;

    /// <summary>A connection that nobody has needed for so long is closed.</summary>
    const long IdleNs = 600 * MonotonicTime.Second;

    readonly Dictionary<(string Neighbour, string Realm, NetAddress Address), Entry> _servers = [];

    /// <summary>Those of a realm, in order; empty while there are none.</summary>
    /// <param name="route">With who discovers.</param>
    /// <param name="use">What for.</param>
    /// <param name="payer">Id of the neighbour that asks, which pays for questions.</param>
    /// <param name="nowNs">The loop's time.</param>
    /// <param name="found">Hears when a lookup that is under way has ended.</param>
    /// <param name="state">What is known of the realm.</param>
    public HomeServer[] Of(RealmRoute route, HomeServerUse use, string payer, long nowNs, Action? found, out DiscoveryState state)
    {
        var discoverer = route.Discoverer!;
        var realm = discovery.Find(
            Encoding.UTF8.GetBytes(route.Realm), DiscoveryTerms.ServiceOf(discoverer.Neighbour.Radius!, use), payer, nowNs, found is null ? null : _ => found());
        state = realm.State;
        if (state != DiscoveryState.Found)
            return [];
        var servers = new List<HomeServer>(MaxOfRealm);
        foreach (var server in realm.Servers.Take(MaxOfRealm))
        {
            if (Server(discoverer, route.Realm, server, nowNs) is { } connected)
                servers.Add(connected);
        }

        if (servers.Count == 0)
            state = DiscoveryState.TooMany;
        return [.. servers];
    }

    /// <summary>A server's connection could not be opened. Where its certificate is why, and no other of its realm is up, the realm has none for a while.</summary>
    public void OnFault(HomeServer server, long nowNs)
    {
        if (server.Fault?.Contains("certificate.", StringComparison.Ordinal) != true || Key(server) is not { } key)
            return;
        if (_servers.Any(other => other.Key.Neighbour == key.Neighbour && other.Key.Realm == key.Realm && (other.Value.Server.IsUp || other.Value.Server.IsOpening)))
            return;
        foreach (var service in Enum.GetValues<DiscoveryService>())
            discovery.Distrust(Encoding.UTF8.GetBytes(key.Realm), service, nowNs);
    }

    /// <summary>Another world: who discovers no more, or otherwise, has none.</summary>
    public void Follow(World world, long nowNs) => Drop(
        nowNs, (key, connected) => world.FindNeighbour(key.Neighbour)?.Neighbour is not { Radius.Discover: not null } neighbour || neighbour.TlsCa != connected.Server.Entry.Neighbour.TlsCa
            || neighbour.Radius.Proof != connected.Server.Entry.Neighbour.Radius!.Proof || !neighbour.Radius.Policies.SequenceEqual(connected.Server.Entry.Neighbour.Radius.Policies));

    /// <summary>Time has passed.</summary>
    public void Advance(long nowNs)
    {
        foreach (var connected in _servers.Values.ToArray())
            connected.Server.Advance(nowNs);
        Drop(nowNs, (_, connected) => nowNs - connected.UsedNs >= IdleNs && connected.Server.Requests.Count == 0);
    }

    /// <summary>Those of a realm that were asked for lately, without asking or connecting anybody.</summary>
    public IEnumerable<HomeServer> Known(string neighbour, string realm) => _servers.Where(each => each.Key.Neighbour == neighbour && each.Key.Realm == realm).Select(each => each.Value.Server);

    /// <summary>One of them that has a connection to a neighbour; null without.</summary>
    public HomeServer? Connected(string neighbour) => _servers.FirstOrDefault(each => each.Key.Neighbour == neighbour && each.Value.Server.IsUp).Value?.Server;

    public void Dispose()
    {
        foreach (var connected in _servers.Values)
            connected.Server.Dispose();
    }

    HomeServer? Server(NeighbourEntry discoverer, string realm, DiscoveredServer server, long nowNs)
    {
        var key = (discoverer.Neighbour.Id, realm, server.Address);
        if (!_servers.TryGetValue(key, out var connected))
        {
            if (_servers.Count >= MaxServers)
                return null;
            _servers[key] = connected = new Entry(connect(discoverer, realm, server));
            connected.Server.Advance(nowNs); // which begins to connect
        }

        connected.UsedNs = nowNs;
        return connected.Server;
    }

    (string Neighbour, string Realm, NetAddress Address)? Key(HomeServer server)
    {
        foreach (var (key, connected) in _servers)
        {
            if (connected.Server == server)
                return key;
        }

        return null;
    }

    void Drop(long nowNs, Func<(string Neighbour, string Realm, NetAddress Address), Entry, bool> isOver)
    {
        foreach (var (key, connected) in _servers)
        {
            if (!isOver(key, connected))
                continue;
            _servers.Remove(key);
            connected.Server.Leave(nowNs);
        }
    }

    sealed class Entry(HomeServer server)
    {
        public HomeServer Server => server;

        public long UsedNs { get; set; }
    }
}
