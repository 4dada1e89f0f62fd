using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>What a pull of a catalogue came to.</summary>
enum PullOutcome
{
    /// <summary>Everything that there is is here.</summary>
    UpToDate,

    /// <summary>The other exchange shows nothing of it.</summary>
    Closed,

    /// <summary>It gave no answer, or none that can be read; to be tried again later.</summary>
    Failed,

    /// <summary>Something was lost; everything is to be read again.</summary>
    Lost,
}

/// <summary>
/// Follows a catalogue of another exchange: asks for what has changed, page by page, and writes page and position together. When the other has begun
/// anew, or forgotten removals that are not known here, everything is read, and what did not come is taken out at the end.
/// </summary>
/// <remarks>One pull of a provider at a time.</remarks>
sealed class HotspotFollower(Store store, INniOutbox outbox, IClock clock)
{
    /// <summary>Reads all that is new.</summary>
    /// <param name="provider">Whose catalogue.</param>
    /// <param name="source">The exchange that is asked.</param>
    public async Task<PullOutcome> PullAsync(string provider, string source)
    {
        while (true)
        {
            var row = store.Read(reader => HotspotRows.Catalogue(reader, provider));
            var isSame = row is not null && string.Equals(row.Source, source, StringComparison.OrdinalIgnoreCase);
            var question = new HotspotQuestion(provider, isSame ? row!.SourceEpoch : 0, isSame ? row!.SourceVersion : 0);
            if (await AskAsync(source, question).ConfigureAwait(false) is not { } page)
                return PullOutcome.Failed;
            if (!page.IsOpen)
                return PullOutcome.Closed;
            // An answer that leads nowhere would be asked for ever.
            if (!isSame && !page.IsReset || page.HasMore && page.Items.Count == 0 || !page.IsReset && (page.Epoch != question.Epoch || page.Version < question.Version))
                return PullOutcome.Failed;
            var edits = Edits(page);
            var taken = await store.WriteAsync(transaction => Take(transaction, provider, source, page, edits)).ConfigureAwait(false);
            if (page.HasMore)
                continue;
            while (taken.IsSweeping)
                taken = await store.WriteAsync(transaction => Sweep(transaction, provider)).ConfigureAwait(false);
            // Rows that were refused here count as lost only while they come anew.
            return taken.Hotspots == page.Count || page.IsReset || edits.Count < page.Items.Count ? PullOutcome.UpToDate : PullOutcome.Lost;
        }
    }

    /// <summary>Makes the next pull of a catalogue read everything.</summary>
    public Task ForgetPositionAsync(string provider) => store.WriteAsync(transaction =>
    {
        if (HotspotRows.Catalogue(transaction, provider) is { Source: not null } row)
            HotspotRows.Update(transaction, row with { SourceEpoch = 0, SourceVersion = 0 });
    });

    /// <summary>Forgets a catalogue that is followed no more.</summary>
    public async Task DropAsync(string provider)
    {
        while (await store.WriteAsync(transaction => HotspotRows.Drop(transaction, provider, HotspotLimits.RowsAtOnce)).ConfigureAwait(false))
        {
            // A few rows at a time, so that others get their turn.
        }
    }

    async Task<HotspotPage?> AskAsync(string source, HotspotQuestion question)
    {
        try
        {
            var body = JsonSerializer.SerializeToNode(question, HotspotMessageJson.Default.HotspotQuestion)!.AsObject();
            return HotspotPage.TryRead(await outbox.AskAsync(source, HotspotTypes.Page, body, NniLimits.RequestTimeout).ConfigureAwait(false));
        }
        catch (NniUnreachableException)
        {
            return null;
        }
    }

    /// <summary>What of a page can be taken: another exchange's hotspots keep the rules that ours keep.</summary>
    static List<HotspotEdit> Edits(HotspotPage page)
    {
        var edits = new List<HotspotEdit>(page.Items.Count);
        var faults = new List<Fault>();
        foreach (var item in page.Items.Take(HotspotLimits.PageRows))
        {
            if (item.Hotspot is null)
                edits.Add(new HotspotEdit(item.Id, null));
            else if (HotspotReader.Read(item.Hotspot, "", faults) is { } hotspot && hotspot.Id == item.Id)
                edits.Add(new HotspotEdit(hotspot.Id, Encoding.UTF8.GetString(StoredHotspot.Bytes(hotspot))));
        }

        return edits;
    }

    HotspotCatalogueRow Take(StoreTransaction transaction, string provider, string source, HotspotPage page, List<HotspotEdit> edits)
    {
        var now = clock.GetCurrentInstant();
        var row = HotspotRows.Ensure(transaction, provider, now);
        if (page.IsReset)
            row = row with { Source = source, Sweep = row.Sweep + 1, IsSweeping = true };
        if (row.Hotspots + edits.Count > HotspotLimits.PerProvider)
            edits = [.. edits.Where(edit => edit.Document is null)];
        row = HotspotRows.Apply(transaction, row, edits, now) with { SourceEpoch = page.Epoch, SourceVersion = page.Version };
        HotspotRows.Update(transaction, row);
        return row;
    }

    HotspotCatalogueRow Sweep(StoreTransaction transaction, string provider)
    {
        var now = clock.GetCurrentInstant();
        var row = HotspotRows.Ensure(transaction, provider, now);
        var left = HotspotRows.NotSwept(transaction, provider, row.Sweep, HotspotLimits.RowsAtOnce);
        row = HotspotRows.Apply(transaction, row, left.Select(id => new HotspotEdit(id, null)), now) with { IsSweeping = left.Count == HotspotLimits.RowsAtOnce };
        HotspotRows.Update(transaction, row);
        return row;
    }
}
