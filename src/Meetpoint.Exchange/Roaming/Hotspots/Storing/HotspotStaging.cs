using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>
/// A large import on its way. Its rows are written aside, a few at a time; then one row says that it is decided, and they are taken over, a few at a
/// time. A crash before leaves nothing of it, a crash after leaves nothing out, and what is answered in between never waits for a million rows.
/// </summary>
static class HotspotStaging
{
    sealed record StagedRow(long Place, string Id, string? Document);

    /// <summary>Writes rows aside, from a place on; false when they cannot be. At place 0 what an import before left undecided is forgotten.</summary>
    public static bool TryAdd(StoreTransaction transaction, string provider, string import, int place, IReadOnlyList<HotspotEdit> edits)
    {
        // The row before is gone when another node has begun an import meanwhile.
        if (HotspotRows.Catalogue(transaction, provider) is { Staged: > 0 } || (place > 0 && transaction.Single<string>(
            "SELECT import FROM hotspots_staged WHERE provider = @provider AND place = @place", new { provider, place = place - 1 }) != import))
            return false;
        if (place == 0)
            transaction.Execute("DELETE FROM hotspots_staged WHERE provider = @provider", new { provider });
        foreach (var edit in edits)
        {
            transaction.Execute(
                "INSERT INTO hotspots_staged (provider, place, import, id, document) VALUES (@provider, @place, @import, @id, @document)",
                new { provider, place = place++, import, edit.Id, edit.Document });
        }

        return true;
    }

    /// <summary>From here on it is done, whatever happens. False when another node has begun one meanwhile, whose rows took the place of these.</summary>
    public static bool TryDecide(StoreTransaction transaction, string provider, string import, int rows, Instant now)
    {
        if (HotspotRows.Ensure(transaction, provider, now) is not { Staged: 0 } catalogue || Count(transaction, provider, import) != rows)
            return false;
        HotspotRows.Update(transaction, catalogue with { Staged = rows });
        return true;
    }

    /// <summary>Takes some rows over; false when there are none left.</summary>
    public static bool Continue(StoreTransaction transaction, string provider, Instant now)
    {
        if (HotspotRows.Catalogue(transaction, provider) is not { Staged: > 0 } catalogue)
            return false;
        var rows = transaction.Query<StagedRow>(
            "SELECT place, id, document FROM hotspots_staged WHERE provider = @provider ORDER BY place LIMIT @limit", new { provider, limit = HotspotLimits.RowsAtOnce });
        catalogue = HotspotRows.Apply(transaction, catalogue, rows.Select(row => new HotspotEdit(row.Id, row.Document)), now);
        if (rows.Count > 0)
            transaction.Execute("DELETE FROM hotspots_staged WHERE provider = @provider AND place <= @place", new { provider, rows[^1].Place });
        HotspotRows.Update(transaction, catalogue with { Staged = Math.Max(0, rows.Count < HotspotLimits.RowsAtOnce ? 0 : catalogue.Staged - rows.Count) });
        return rows.Count == HotspotLimits.RowsAtOnce && catalogue.Staged > rows.Count;
    }

    static int Count(StoreReader reader, string provider, string import) =>
        reader.Single<int>("SELECT COUNT(*) FROM hotspots_staged WHERE provider = @provider AND import = @import", new { provider, import });
}
