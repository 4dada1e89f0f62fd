using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>
/// Answers other exchanges that follow a catalogue: page by page, in the order in which hotspots changed. An exchange in the middle answers for what
/// it follows itself, with versions of its own.
/// </summary>
/// <remarks>Keeps nothing of who asks; any thread.</remarks>
sealed class HotspotPages(Store store, Func<World> world, IClock clock)
{
    /// <summary>Answers hotspot.page.</summary>
    public Task<JsonObject> AnswerAsync(string origin, JsonObject question) => Task.FromResult(Answer(origin, question).ToJson());

    HotspotPage Answer(string origin, JsonObject body)
    {
        HotspotQuestion? question;
        try
        {
            question = body.Deserialize(HotspotMessageJson.Default.HotspotQuestion);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            question = null;
        }

        if (question is null || !IsOpenTo(origin, question.Provider))
            return HotspotPage.Closed;
        return store.Read(reader =>
        {
            if (HotspotRows.Catalogue(reader, question.Provider) is not { } catalogue || string.Equals(catalogue.Source, origin, StringComparison.OrdinalIgnoreCase))
                return HotspotPage.Closed;
            var isReset = question.Epoch != catalogue.Epoch || question.Version > catalogue.Version || question.Version < catalogue.Floor;
            return Page(reader, catalogue, isReset ? 0 : question.Version, isReset);
        });
    }

    bool IsOpenTo(string exchange, string provider)
    {
        var (standing, now) = (world(), clock.GetCurrentInstant());
        return standing.Providers.Any(home => string.Equals(home.Exchange, exchange, StringComparison.OrdinalIgnoreCase) && home.Id != provider
            && RoamingCover.Covers(standing, home.Id, provider, now));
    }

    static HotspotPage Page(StoreReader reader, HotspotCatalogueRow catalogue, long since, bool isReset)
    {
        var rows = HotspotRows.After(reader, catalogue.Provider, since, HotspotLimits.PageRows);
        var items = new List<HotspotItem>(rows.Count);
        var chars = 0;
        foreach (var row in rows)
        {
            chars += row.Document?.Length ?? 0;
            if (items.Count > 0 && chars > HotspotLimits.PageChars)
                break;
            items.Add(new HotspotItem(row.Id, row.Document is null ? null : JsonNode.Parse(row.Document)!.AsObject()));
        }

        var hasMore = items.Count < rows.Count || rows.Count == HotspotLimits.PageRows;
        return new HotspotPage(true, catalogue.Epoch, hasMore ? rows[items.Count - 1].Version : catalogue.Version, catalogue.Hotspots, isReset, hasMore, items);
    }
}
