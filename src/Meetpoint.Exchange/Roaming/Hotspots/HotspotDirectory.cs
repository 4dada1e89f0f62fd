using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A hotspot as somebody may see it.</summary>
/// <param name="Provider">Id of its provider.</param>
/// <param name="Entry">The hotspot.</param>
/// <param name="Metres">How far it is; null where that was not asked.</param>
sealed record FoundHotspot(string Provider, HotspotEntry Entry, double? Metres = null);

/// <summary>
/// Every hotspot that is held here, of this exchange's providers and of others', in memory. It follows the store by the versions of the catalogues, so
/// it does not matter who wrote: this node, another one, or the process before.
/// </summary>
/// <remarks>Reads are of an immutable snapshot and take no lock; any thread.</remarks>
sealed class HotspotDirectory(Store store, Func<World> world, IClock clock) : IDisposable
{
    /// <summary>Rows read at a time.</summary>
    const int ReadAtOnce = 5_000;

    readonly SemaphoreSlim _turn = new(1);
    ImmutableSortedDictionary<string, HotspotCatalogue> _catalogues = ImmutableSortedDictionary.Create<string, HotspotCatalogue>(StringComparer.Ordinal);

    /// <summary>Every catalogue, by provider.</summary>
    public ImmutableSortedDictionary<string, HotspotCatalogue> Catalogues => Volatile.Read(ref _catalogues);

    /// <summary>The hotspot with a location id of a provider; null when there is none.</summary>
    public Hotspot? Find(string provider, string id) => Entry(provider, id)?.Hotspot;

    /// <summary>The same as it is kept.</summary>
    public HotspotEntry? Entry(string provider, string id) => Catalogues.TryGetValue(provider, out var catalogue) ? catalogue.Find(id) : null;

    /// <summary>Catalogues that a provider's customers may use: its own, and those that an agreement opens to them; null asks for all.</summary>
    public IEnumerable<HotspotCatalogue> OpenTo(string? asker)
    {
        var (now, standing) = (clock.GetCurrentInstant(), world());
        return Catalogues.Values.Where(catalogue => asker is null || RoamingCover.Covers(standing, asker, catalogue.Provider, now));
    }

    /// <summary>Hotspots in service around a point, the nearest first.</summary>
    /// <param name="asker">The provider whose customer asks; null for all.</param>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="radiusMetres">Within so many metres.</param>
    /// <param name="limit">So many at most.</param>
    public IReadOnlyList<FoundHotspot> Near(string? asker, double latitude, double longitude, double radiusMetres, int limit)
    {
        var from = SpherePoint.At(latitude, longitude);
        var nearest = new NearestHotspots(limit, GreatCircle.Chord(radiusMetres), clock.GetCurrentInstant().ToUnixTimeTicks());
        foreach (var catalogue in OpenTo(asker))
        {
            nearest.Provider = catalogue.Provider;
            catalogue.SearchNear(in from, nearest);
        }

        return [.. nearest.Found(from, radiusMetres).Select(found => new FoundHotspot(found.Provider, found.Entry, found.Metres))];
    }

    /// <summary>Hotspots in service whose name, city or address has words that begin as these do, by name; whether there may be more.</summary>
    /// <param name="asker">The provider whose customer asks; null for all.</param>
    /// <param name="text">Words; of more than <see cref="HotspotLimits.QueryWords"/> the rest is left out.</param>
    /// <param name="limit">So many at most.</param>
    public (IReadOnlyList<FoundHotspot> Found, bool HasMore) Search(string? asker, string text, int limit)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        SearchWords.Add(text, words);
        if (words.Count == 0)
            return ([], false);
        var prefixes = words.Take(HotspotLimits.QueryWords).ToList();
        var budget = new HotspotBudget(HotspotLimits.WithWords);
        var nowTicks = clock.GetCurrentInstant().ToUnixTimeTicks();
        var found = OpenTo(asker)
            .SelectMany(catalogue => catalogue.SearchWords(prefixes, nowTicks, budget).Select(entry => (catalogue.Provider, Entry: entry, entry.Hotspot.Name)))
            .OrderBy(item => item.Name, StringComparer.InvariantCultureIgnoreCase).ThenBy(item => item.Provider, StringComparer.Ordinal).ThenBy(item => item.Entry.Id, StringComparer.Ordinal)
            .Take(limit + 1).Select(item => new FoundHotspot(item.Provider, item.Entry)).ToList();
        return (found.Take(limit).ToList(), found.Count > limit || budget.IsSpent);
    }

    /// <summary>True when the store has what is not here yet.</summary>
    public bool IsBehind(StoreReader reader)
    {
        var (catalogues, rows) = (Catalogues, HotspotRows.Catalogues(reader));
        return rows.Count != catalogues.Count || rows.Any(row => !IsAt(catalogues, row));
    }

    /// <summary>Takes over what the store has; what was committed before it was called is here when it ends.</summary>
    public async Task CatchUpAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var rows = store.Read(HotspotRows.Catalogues);
            var catalogues = Catalogues;
            foreach (var row in rows)
            {
                if (!IsAt(catalogues, row))
                    catalogues = catalogues.SetItem(row.Provider, Follow(catalogues.GetValueOrDefault(row.Provider), row));
            }

            catalogues = catalogues.RemoveRange(catalogues.Keys.Except(rows.Select(row => row.Provider)).ToList());
            Volatile.Write(ref _catalogues, catalogues);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    static bool IsAt(ImmutableSortedDictionary<string, HotspotCatalogue> catalogues, HotspotCatalogueRow row) =>
        catalogues.TryGetValue(row.Provider, out var catalogue) && catalogue.Epoch == row.Epoch && catalogue.Version >= row.Version;

    HotspotCatalogue Follow(HotspotCatalogue? catalogue, HotspotCatalogueRow row)
    {
        if (catalogue is null || catalogue.Epoch != row.Epoch)
            catalogue = HotspotCatalogue.Empty(row.Provider, row.Epoch);
        var changes = new List<HotspotChange>();
        for (var version = catalogue.Version; ;)
        {
            var read = store.Read(reader => HotspotRows.After(reader, row.Provider, version, ReadAtOnce));
            changes.AddRange(read.Select(change => change.Change()));
            version = read.Count == 0 ? version : read[^1].Version;
            if (read.Count < ReadAtOnce)
                return catalogue.With(changes, Math.Max(version, row.Version));
        }
    }
}
