using System.Text;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>What became of an edit of one hotspot.</summary>
enum HotspotOutcome
{
    /// <summary>It was not there before.</summary>
    Created,

    /// <summary>It was otherwise before.</summary>
    Changed,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>There was none to be taken out.</summary>
    Absent,

    /// <summary>It is not the one that the caller has read.</summary>
    Conflict,

    /// <summary>An import is being taken over on another node.</summary>
    Importing,

    /// <summary>The provider has <see cref="HotspotLimits.PerProvider"/> already.</summary>
    Full,
}

/// <summary>What an import did.</summary>
/// <param name="Created">Hotspots that were not there before.</param>
/// <param name="Changed">That were otherwise before.</param>
/// <param name="Unchanged">That were so already.</param>
/// <param name="Deleted">That are no more.</param>
/// <param name="Total">Hotspots of the provider now.</param>
sealed record HotspotImportResult(int Created, int Changed, int Unchanged, int Deleted, int Total);

/// <summary>Publishes hotspots of this exchange's providers: one edit at a time, durable and to be found when it is answered.</summary>
/// <remarks>Any thread.</remarks>
sealed class HotspotBook(Store store, HotspotDirectory directory, IClock clock, Ids ids) : IDisposable
{
    readonly SemaphoreSlim _turn = new(1);

    /// <summary>Makes or replaces one.</summary>
    /// <param name="provider">Whose.</param>
    /// <param name="hotspot">Without fault.</param>
    /// <param name="isExpected">Whether what stands now (null: nothing) is what the caller means to replace.</param>
    public Task<HotspotOutcome> PutAsync(string provider, Hotspot hotspot, Func<HotspotEntry?, bool>? isExpected = null) =>
        EditAsync(provider, new HotspotEdit(hotspot.Id, Encoding.UTF8.GetString(StoredHotspot.Bytes(hotspot))), isExpected);

    /// <summary>Takes one out.</summary>
    /// <inheritdoc cref="PutAsync"/>
    public Task<HotspotOutcome> RemoveAsync(string provider, string id, Func<HotspotEntry?, bool>? isExpected = null) =>
        EditAsync(provider, new HotspotEdit(id, null), isExpected);

    /// <summary>Makes a provider's hotspots what a file says; null when another node is about it, or there would be too many.</summary>
    /// <param name="provider">Whose.</param>
    /// <param name="hotspots">Each without fault and once.</param>
    /// <param name="replace">True: what is not among them is taken out.</param>
    public async Task<HotspotImportResult?> ImportAsync(string provider, IReadOnlyCollection<Hotspot> hotspots, bool replace)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await ContinueAsync(provider).ConfigureAwait(false);
            await directory.CatchUpAsync().ConfigureAwait(false);
            var (edits, result) = Difference(provider, hotspots, replace);
            if (result.Total > HotspotLimits.PerProvider || !await WriteAsync(provider, edits).ConfigureAwait(false))
                return null;
            await directory.CatchUpAsync().ConfigureAwait(false);
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether any import is decided and not yet taken over.</summary>
    public static bool IsAnyImporting(StoreReader reader) => HotspotRows.Catalogues(reader).Any(row => row.Staged > 0);

    /// <summary>Goes on with imports that a crash interrupted.</summary>
    public async Task ContinueAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (var row in store.Read(HotspotRows.Catalogues).Where(row => row.Staged > 0))
                await ContinueAsync(row.Provider).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    async Task<HotspotOutcome> EditAsync(string provider, HotspotEdit edit, Func<HotspotEntry?, bool>? isExpected)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await directory.CatchUpAsync().ConfigureAwait(false);
            var stands = directory.Entry(provider, edit.Id);
            if (isExpected?.Invoke(stands) == false)
                return HotspotOutcome.Conflict;
            if (stands is null && edit.Document is null)
                return HotspotOutcome.Absent;
            var outcome = await store.WriteAsync(transaction =>
            {
                var now = clock.GetCurrentInstant();
                var before = HotspotRows.Ensure(transaction, provider, now);
                if (before.Staged > 0)
                    return HotspotOutcome.Importing;
                if (stands is null && before.Hotspots >= HotspotLimits.PerProvider)
                    return HotspotOutcome.Full;
                var after = HotspotRows.Apply(transaction, before, [edit], now);
                HotspotRows.Update(transaction, after);
                return after.Version == before.Version ? HotspotOutcome.Unchanged : after.Hotspots > before.Hotspots ? HotspotOutcome.Created : HotspotOutcome.Changed;
            }).ConfigureAwait(false);
            await directory.CatchUpAsync().ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            _turn.Release();
        }
    }

    (List<HotspotEdit> Edits, HotspotImportResult Result) Difference(string provider, IReadOnlyCollection<Hotspot> hotspots, bool replace)
    {
        var catalogue = directory.Catalogues.GetValueOrDefault(provider);
        var edits = new List<HotspotEdit>();
        var created = 0;
        foreach (var hotspot in hotspots)
        {
            var bytes = StoredHotspot.Bytes(hotspot);
            var stands = catalogue?.Find(hotspot.Id);
            if (stands is not null && stands.Stored.SequenceEqual(bytes))
                continue;
            created += stands is null ? 1 : 0;
            edits.Add(new HotspotEdit(hotspot.Id, Encoding.UTF8.GetString(bytes)));
        }

        var changed = edits.Count;
        if (replace && catalogue is not null)
        {
            var kept = hotspots.Select(hotspot => hotspot.Id).ToHashSet(StringComparer.Ordinal);
            edits.AddRange(catalogue.After("").Where(entry => !kept.Contains(entry.Id)).Select(entry => new HotspotEdit(entry.Id, null)));
        }

        var deleted = edits.Count - changed;
        return (edits, new HotspotImportResult(created, changed - created, hotspots.Count - changed, deleted, (catalogue?.Count ?? 0) + created - deleted));
    }

    /// <summary>False when another node imports.</summary>
    async Task<bool> WriteAsync(string provider, List<HotspotEdit> edits)
    {
        var import = ids.New("imp");
        for (var place = 0; place < edits.Count; place += HotspotLimits.RowsAtOnce)
        {
            var (from, some) = (place, edits.GetRange(place, Math.Min(HotspotLimits.RowsAtOnce, edits.Count - place)));
            if (!await store.WriteAsync(transaction => HotspotStaging.TryAdd(transaction, provider, import, from, some)).ConfigureAwait(false))
                return false;
        }

        if (edits.Count > 0 && !await store.WriteAsync(transaction =>
            HotspotStaging.TryDecide(transaction, provider, import, edits.Count, clock.GetCurrentInstant())).ConfigureAwait(false))
            return false;
        await ContinueAsync(provider).ConfigureAwait(false);
        return true;
    }

    async Task ContinueAsync(string provider)
    {
        while (await store.WriteAsync(transaction => HotspotStaging.Continue(transaction, provider, clock.GetCurrentInstant())).ConfigureAwait(false))
        {
            // A few rows at a time, so that others get their turn.
        }
    }
}
