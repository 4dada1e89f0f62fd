using System.Collections.Frozen;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>Where a realm leads: the provider whose customers have it. Part of <see cref="RealmRoutes"/>.</summary>
/// <param name="Number">Among the realms of one world, from 0.</param>
/// <param name="Realm">As the provider wrote it.</param>
/// <param name="Provider">Whose customers they are.</param>
/// <param name="Discoverer">The neighbour of the provider whose servers are found by DNS; null without.</param>
sealed record RealmRoute(int Number, string Realm, Provider Provider, NeighbourEntry? Discoverer);

/// <summary>All realms of a world, the longest that fits first. Immutable.</summary>
sealed class RealmRoutes
{
    readonly RealmTable<RealmRoute> _table;
    readonly FrozenDictionary<string, RealmRoute> _named;

    RealmRoutes(World world, RealmTable<RealmRoute> table, IEnumerable<RealmRoute> routes)
    {
        (World, _table) = (world, table);
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
            [.. world.Providers.SelectMany(provider => provider.Realms.Select(realm => new RealmRoute(number++, realm.Name, provider, discoverers.GetValueOrDefault(provider.Id))))];
        return RealmTable<RealmRoute>.TryBuild(routes.Select(route => KeyValuePair.Create(route.Realm, route)), out var table, out var error) ? new RealmRoutes(world, table, routes)
            : throw new InvalidOperationException($"the realms of this world cannot be compiled: {error}");
    }

    /// <summary>Where a realm leads; null when it is nobody's here.</summary>
    public RealmRoute? Find(ReadOnlySpan<byte> realm) => _table.Find(realm);

    /// <summary>The route of a realm as the world has it or had it: where it is gone, another of its provider. Null where that has none any more.</summary>
    public RealmRoute? Named(string realm, string provider) =>
        _named.GetValueOrDefault(realm) is { } route && route.Provider.Id == provider ? route : _named.Values.FirstOrDefault(other => other.Provider.Id == provider);
}
