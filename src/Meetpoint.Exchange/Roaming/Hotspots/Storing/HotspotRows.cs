using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A provider's catalogue as a row.</summary>
/// <param name="Provider">Whose.</param>
/// <param name="Epoch">Milliseconds since 1970 at which its versions began here.</param>
/// <param name="Version">Grows by one with every hotspot that changes.</param>
/// <param name="Floor">Removals up to this version are forgotten: who has read less reads everything again.</param>
/// <param name="Hotspots">Hotspots in it.</param>
/// <param name="Staged">Rows of an import that is decided and waits to be taken over; 0 without.</param>
/// <param name="Source">The exchange that it is read from; null for what is published here.</param>
/// <param name="SourceEpoch">Epoch of the catalogue there.</param>
/// <param name="SourceVersion">The version there up to which it was read.</param>
/// <param name="Sweep">Counts the times that everything was read.</param>
/// <param name="IsSweeping">True while everything is being read.</param>
sealed record HotspotCatalogueRow(
    string Provider, long Epoch, long Version, long Floor, long Hotspots, long Staged, string? Source, long SourceEpoch, long SourceVersion, long Sweep, bool IsSweeping);

/// <summary>A hotspot as a row; without document it was taken out.</summary>
sealed record HotspotRow(string Id, long Version, long UpdatedMs, string? Document)
{
    /// <summary>What it changes in memory.</summary>
    public HotspotChange Change() => new(
        Id, Document is null ? null : new HotspotEntry(System.Text.Encoding.UTF8.GetBytes(Document), Version, Instant.FromUnixTimeMilliseconds(UpdatedMs)));
}

/// <summary>What a hotspot is to be: its document, or null to take it out.</summary>
readonly record struct HotspotEdit(string Id, string? Document);

/// <summary>Hotspots in the store. Every change has a version of its own, so that whoever follows reads what is behind the last one that he has.</summary>
static class HotspotRows
{
    /// <summary>The schema.</summary>
    public static readonly Migration[] Migrations =
    [
        new("hotspots-001", "hotspots by provider and version, imports under way",
            """
            CREATE TABLE hotspot_catalogues (provider {text} PRIMARY KEY, epoch {bigint} NOT NULL, version {bigint} NOT NULL, floor {bigint} NOT NULL,
                hotspots {bigint} NOT NULL, staged {bigint} NOT NULL, source {text}, source_epoch {bigint} NOT NULL, source_version {bigint} NOT NULL,
                sweep {bigint} NOT NULL, is_sweeping {bigint} NOT NULL){strict}
            """,
            """
            CREATE TABLE hotspots (provider {text} NOT NULL, id {text} NOT NULL, version {bigint} NOT NULL, updated_ms {bigint} NOT NULL, sweep {bigint} NOT NULL,
                document {text}, PRIMARY KEY (provider, id)){strict}
            """,
            "CREATE UNIQUE INDEX hotspots_by_version ON hotspots (provider, version)",
            "CREATE TABLE hotspots_staged (provider {text} NOT NULL, place {bigint} NOT NULL, import {text} NOT NULL, id {text} NOT NULL, document {text}, PRIMARY KEY (provider, place)){strict}"),
    ];

    const string CatalogueColumns = "provider, epoch, version, floor, hotspots, staged, source, source_epoch, source_version, sweep, is_sweeping";

    /// <summary>Every catalogue.</summary>
    public static IReadOnlyList<HotspotCatalogueRow> Catalogues(StoreReader reader) =>
        reader.Query<HotspotCatalogueRow>($"SELECT {CatalogueColumns} FROM hotspot_catalogues ORDER BY provider");

    /// <summary>One catalogue, or null.</summary>
    public static HotspotCatalogueRow? Catalogue(StoreReader reader, string provider) =>
        reader.Single<HotspotCatalogueRow>($"SELECT {CatalogueColumns} FROM hotspot_catalogues WHERE provider = @provider", new { provider });

    /// <summary>The catalogue, begun now when there is none.</summary>
    public static HotspotCatalogueRow Ensure(StoreTransaction transaction, string provider, Instant now)
    {
        if (Catalogue(transaction, provider) is { } found)
            return found;
        var begun = new HotspotCatalogueRow(provider, now.ToUnixTimeMilliseconds(), 0, 0, 0, 0, null, 0, 0, 0, false);
        transaction.Execute(
            $"""
            INSERT INTO hotspot_catalogues ({CatalogueColumns})
            VALUES (@provider, @epoch, @version, @floor, @hotspots, @staged, @source, @source_epoch, @source_version, @sweep, @is_sweeping)
            """,
            begun);
        return begun;
    }

    /// <summary>Writes a catalogue's row.</summary>
    public static void Update(StoreTransaction transaction, HotspotCatalogueRow row) => transaction.Execute(
        """
        UPDATE hotspot_catalogues SET version = @version, floor = @floor, hotspots = @hotspots, staged = @staged, source = @source, source_epoch = @source_epoch,
            source_version = @source_version, sweep = @sweep, is_sweeping = @is_sweeping
        WHERE provider = @provider
        """,
        row);

    /// <summary>Makes hotspots what they are to be; gives the catalogue as it is then, not yet written. What is so already keeps its version.</summary>
    public static HotspotCatalogueRow Apply(StoreTransaction transaction, HotspotCatalogueRow catalogue, IEnumerable<HotspotEdit> edits, Instant now)
    {
        var (version, hotspots) = (catalogue.Version, catalogue.Hotspots);
        foreach (var edit in edits)
        {
            var stands = transaction.Single<HotspotRow>(
                "SELECT id, version, updated_ms, document FROM hotspots WHERE provider = @provider AND id = @id", new { catalogue.Provider, edit.Id });
            if (stands?.Document == edit.Document)
            {
                if (stands is not null && catalogue.IsSweeping)
                    transaction.Execute("UPDATE hotspots SET sweep = @sweep WHERE provider = @provider AND id = @id", new { catalogue.Sweep, catalogue.Provider, edit.Id });
                continue;
            }

            hotspots += (edit.Document is null ? 0 : 1) - (stands?.Document is null ? 0 : 1);
            transaction.Execute(
                """
                INSERT INTO hotspots (provider, id, version, updated_ms, sweep, document) VALUES (@provider, @id, @version, @updated_ms, @sweep, @document)
                ON CONFLICT (provider, id) DO UPDATE SET version = @version, updated_ms = @updated_ms, sweep = @sweep, document = @document
                """,
                new { catalogue.Provider, edit.Id, version = ++version, updatedMs = now.ToUnixTimeMilliseconds(), catalogue.Sweep, edit.Document });
        }

        return catalogue with { Version = version, Hotspots = hotspots };
    }

    /// <summary>Changes behind a version, in order.</summary>
    public static IReadOnlyList<HotspotRow> After(StoreReader reader, string provider, long version, int limit) => reader.Query<HotspotRow>(
        "SELECT id, version, updated_ms, document FROM hotspots WHERE provider = @provider AND version > @version ORDER BY version LIMIT @limit", new { provider, version, limit });

    /// <summary>Ids that were not there when everything was read.</summary>
    public static IReadOnlyList<string> NotSwept(StoreReader reader, string provider, long sweep, int limit) => reader.Query<string>(
        "SELECT id FROM hotspots WHERE provider = @provider AND sweep < @sweep AND document IS NOT NULL LIMIT @limit", new { provider, sweep, limit });

    /// <summary>Forgets some removals that are older; false when there were none. Gives the catalogue as it is then, written.</summary>
    public static bool ForgetRemovals(StoreTransaction transaction, string provider, Instant before, int limit)
    {
        var old = transaction.Query<HotspotRow>(
            "SELECT id, version, updated_ms, document FROM hotspots WHERE provider = @provider AND document IS NULL AND updated_ms < @beforeMs ORDER BY version LIMIT @limit",
            new { provider, beforeMs = before.ToUnixTimeMilliseconds(), limit });
        if (old.Count == 0 || Catalogue(transaction, provider) is not { } catalogue)
            return false;
        foreach (var row in old)
            transaction.Execute("DELETE FROM hotspots WHERE provider = @provider AND id = @id", new { provider, row.Id });
        Update(transaction, catalogue with { Floor = Math.Max(catalogue.Floor, old[^1].Version) });
        return true;
    }

    /// <summary>Forgets some of a provider's hotspots, and the catalogue with the last; false when it is gone.</summary>
    public static bool Drop(StoreTransaction transaction, string provider, int limit)
    {
        var ids = transaction.Query<string>("SELECT id FROM hotspots WHERE provider = @provider LIMIT @limit", new { provider, limit });
        foreach (var id in ids)
            transaction.Execute("DELETE FROM hotspots WHERE provider = @provider AND id = @id", new { provider, id });
        // What is left is read by nobody: the catalogue that names it has another epoch when it comes back.
        transaction.Execute("DELETE FROM hotspot_catalogues WHERE provider = @provider", new { provider });
        return ids.Count == limit;
    }
}
