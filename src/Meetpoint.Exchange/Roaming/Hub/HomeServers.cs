using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>What a home server is asked for: each has a port of its own.</summary>
enum HomeServerUse
{
    Authentication,
    Accounting,
}

/// <summary>The home servers of all providers of a world, in order of preference. Those whose address, secret and kind stay the same go on through a change of the world. On the hub's loop.</summary>
sealed class HomeServers(INetwork network, IEventLoop loop, IHomeServerUser user, Random random) : IDisposable
{
    readonly Dictionary<Key, HomeServer> _servers = [];
    Dictionary<(string Provider, HomeServerUse Use), HomeServer[]> _byProvider = [];

    /// <summary>All of them; for timers and for people.</summary>
    public IReadOnlyCollection<HomeServer> All => _servers.Values;

    /// <summary>Those of a provider.</summary>
    public ReadOnlySpan<HomeServer> Of(Provider provider, HomeServerUse use) => _byProvider.GetValueOrDefault((provider.Id, use));

    /// <summary>The first of a provider that is there for a realm; null when none is.</summary>
    public HomeServer? Choose(RealmRoute route, HomeServerUse use, long nowNs, HomeServer? but = null)
    {
        foreach (var server in Of(route.Provider, use))
        {
            if (server != but && server.Health.IsUsableFor(route.Number, nowNs))
                return server;
        }

        return null;
    }

    /// <summary>Another world is in force.</summary>
    public void Follow(World world)
    {
        var kept = new HashSet<Key>();
        var byProvider = new Dictionary<(string, HomeServerUse), List<HomeServer>>();
        foreach (var entry in world.Neighbours)
        {
            if (entry.Neighbour is not { Kind: NeighbourKind.Radius, Radius: { } radius })
                continue;
            for (var i = 0; i < radius.Servers.Length; i++)
            {
                Add(entry, HomeServerUse.Authentication, AddressOf(radius.Servers[i], DefaultPort));
                Add(entry, HomeServerUse.Accounting, radius.AccountingServers.IsEmpty
                    ? AddressOf(radius.Servers[i], DefaultPort) is var auth ? auth.WithPort(Math.Min(auth.Port + 1, ushort.MaxValue)) : default
                    : AddressOf(radius.AccountingServers[i], DefaultPort + 1));
            }
        }

        _byProvider = byProvider.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        foreach (var (key, server) in _servers)
        {
            if (kept.Contains(key))
                continue;
            _servers.Remove(key);
            server.Leave(loop.NowNs);
        }

        void Add(NeighbourEntry entry, HomeServerUse use, NetAddress address)
        {
            var key = new Key(entry.Neighbour.Id, entry.Neighbour.Provider, use, address, entry.Neighbour.Radius!.Secret, entry.Neighbour.Radius.Protection, entry.Neighbour.Radius.StatusServer);
            if (!_servers.TryGetValue(key, out var server))
                _servers[key] = server = new HomeServer(network, loop, user, entry, address, random);
            kept.Add(key);
            if (!byProvider.TryGetValue((entry.Neighbour.Provider, use), out var all))
                byProvider[(entry.Neighbour.Provider, use)] = all = [];
            all.Add(server);
        }
    }

    /// <summary>Time has passed.</summary>
    public void Advance(long nowNs)
    {
        foreach (var server in _servers.Values)
            server.Advance(nowNs);
    }

    public void Dispose()
    {
        foreach (var server in _servers.Values)
            server.Dispose();
    }

    const int DefaultPort = 1_812;

    static NetAddress AddressOf(string text, int port) => NetAddress.TryParse(text, port, out var address) ? address : throw new InvalidOperationException($"'{text}' is no address");

    readonly record struct Key(string Neighbour, string Provider, HomeServerUse Use, NetAddress Address, string Secret, RadiusProtection Protection, bool StatusServer);
}
