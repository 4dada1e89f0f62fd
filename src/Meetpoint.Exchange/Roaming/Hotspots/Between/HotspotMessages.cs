using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>What exchanges tell each other of hotspots.</summary>
static class HotspotTypes
{
    /// <summary>A message: these catalogues have changed here. Who follows them asks.</summary>
    public const string Changed = "hotspot.changed";

    /// <summary>A question: what has changed in a catalogue since.</summary>
    public const string Page = "hotspot.page";
}

/// <summary>hotspot.page.</summary>
/// <param name="Provider">Whose catalogue.</param>
/// <param name="Epoch">Of the catalogue there, as it was told last; 0 at first.</param>
/// <param name="Version">Up to which it is known.</param>
sealed record HotspotQuestion(string Provider, long Epoch, long Version);

/// <summary>The answer to hotspot.page.</summary>
/// <param name="IsOpen">False: there is no such catalogue, or no agreement opens it to whoever asks.</param>
/// <param name="Epoch">Of the catalogue.</param>
/// <param name="Version">Up to which this page leads.</param>
/// <param name="Count">Hotspots in the whole catalogue; who has all changes and another number has lost some.</param>
/// <param name="IsReset">True: what was known before does not count; these are the first of everything.</param>
/// <param name="HasMore">More follow.</param>
/// <param name="Items">Changes in the order of versions.</param>
sealed record HotspotPage(bool IsOpen, long Epoch, long Version, long Count, bool IsReset, bool HasMore, IReadOnlyList<HotspotItem> Items)
{
    /// <summary>The answer to who may not see it.</summary>
    public static HotspotPage Closed { get; } = new(false, 0, 0, 0, false, false, []);

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, HotspotMessageJson.Default.HotspotPage)!.AsObject();

    /// <summary>From another exchange; null when it is no such answer.</summary>
    public static HotspotPage? TryRead(JsonObject answer)
    {
        try
        {
            return answer.Deserialize(HotspotMessageJson.Default.HotspotPage) is { Items: not null, Version: >= 0, Epoch: >= 0, Count: >= 0 } page && page.Items.All(item => item?.Id is not null)
                ? page : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>One change.</summary>
/// <param name="Id">Location id.</param>
/// <param name="Hotspot">The hotspot; null: it was taken out.</param>
sealed record HotspotItem(string Id, JsonObject? Hotspot);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HotspotQuestion))]
[JsonSerializable(typeof(HotspotPage))]
sealed partial class HotspotMessageJson : JsonSerializerContext;
