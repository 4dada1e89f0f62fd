using System.Collections.Frozen;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>Where a realm leads: the provider whose customers have it. Part of <see cref="RealmRoutes"/>.</summary>
/// <param name="Number">Among the realms of one world, from 0.</param>
/// <param name="Realm">As the provider wrote it; of servers that are found by DNS, the realm itself in lower case.</param>
/// <param name="Written">As the provider wrote it.</param>
/// <param name="Provider">Whose customers they are.</param>
/// <param name="Discoverer">The neighbour of the provider whose servers are found by DNS; null without.</param>
sealed record RealmRoute(int Number, string Realm, string Written, Provider Provider, NeighbourEntry? Discoverer);

/// <summary>All realms of a world, the longest that fits first; and those that stand under one of them in the DNS, as they are asked for. On the hub's loop.</summary>
sealed class RealmRoutes
{
    readonly RealmTable<RealmRoute> _table;
    /// <summary>Realms of the DNS that are remembered by number; when full it begins anew, and the health of each with it.</summary>
    const int MaxDiscovered = 10_000;

    readonly FrozenDictionary<string, RealmRoute> _named;
    readonly Dictionary<string, RealmRoute> _discovered = new(StringComparer.Ordinal);
    int _next;

    RealmRoutes(World world, RealmTable<RealmRoute> table, IEnumerable<RealmRoute> routes)
    {
        (World, _table) = (world, table);
        _next = world.Providers.Sum(provider => provider.Realms.Length);
        _named = routes.ToFrozenDictionary(route => route.Realm, StringComparer.Ordinal);
    }

    /// <summary>Every realm.</summary>
    public IEnumerable<RealmRoute> All => _named.Values;

    /// <summary>Of which world.</summary>
    public World World { get; }

    /// <summary>Compiles them; the rules of the world have seen to it that they are realms, each of one provider.</summary>
    public static RealmRoutes Of(World world)
    {
        var number = 0;
        var discoverers = world.Neighbours.Where(entry => entry.Neighbour is { Kind: NeighbourKind.Radius, Radius.Discover: not null }).ToDictionary(entry => entry.Neighbour.Provider, StringComparer.Ordinal);
        RealmRoute[] routes =
            [.. world.Providers.SelectMany(provider => provider.Realms.Select(realm => new RealmRoute(number++, realm.Name, realm.Name, provider, discoverers.GetValueOrDefault(provider.Id))))];
        return RealmTable<RealmRoute>.TryBuild(routes.Select(route => KeyValuePair.Create(route.Realm, route)), out var table, out var error) ? new RealmRoutes(world, table, routes)
            : throw new InvalidOperationException($"the realms of this world cannot be compiled: {error}");
    }

    /// <summary>Where a realm leads; null when it is nobody's here.</summary>
    public RealmRoute? Find(ReadOnlySpan<byte> realm) => _table.Find(realm) is { } route ? route.Discoverer is null ? route : Discovered(route, Encoding.UTF8.GetString(realm)) : null;

    /// <summary>The same without servers that the DNS names: those of its provider that the world names, if there are any.</summary>
    public RealmRoute Undiscovered(RealmRoute route) => route.Discoverer is null ? route : _named.Values.First(named => named.Provider.Id == route.Provider.Id) with { Discoverer = null };

    /// <summary>The route of a realm as the world has it or had it: where it is gone, another of its provider. Null where that has none any more.</summary>
    public RealmRoute? Named(string realm, string provider)
    {
        if (_named.GetValueOrDefault(realm) is { Discoverer: null } route && route.Provider.Id == provider)
            return route;
        return Find(Encoding.UTF8.GetBytes(realm)) is { } found && found.Provider.Id == provider ? found : _named.Values.FirstOrDefault(other => other.Provider.Id == provider);
    }

    RealmRoute Discovered(RealmRoute under, string realm)
    {
        realm = realm.ToLowerInvariant();
        if (_discovered.TryGetValue(realm, out var known))
            return known;
        if (_discovered.Count >= MaxDiscovered)
            _discovered.Clear();
        return _discovered[realm] = under with { Number = unchecked(_next++ & int.MaxValue), Realm = realm };
    }
}
