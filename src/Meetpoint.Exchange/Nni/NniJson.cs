using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Nni;

/// <summary>JSON objects taken from text whose origin is not trusted: bounded depth, no name twice.</summary>
static class NniJson
{
    static readonly JsonDocumentOptions Strict = new() { MaxDepth = NniLimits.JsonDepth, AllowDuplicateProperties = false };

    /// <summary>The object in a text that was checked before.</summary>
    public static JsonObject Object(string json) => JsonNode.Parse(json, documentOptions: Strict)!.AsObject();

    /// <summary>The object in these bytes; null when it is none.</summary>
    public static JsonObject? TryObject(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that is a string; null when absent or something else.</summary>
    public static string? Text(this JsonObject json, string name)
    {
        try
        {
            return json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    /// <summary>A member that is a whole number; null when absent or something else.</summary>
    public static long? Number(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>A member that is a list of at most <paramref name="max"/> strings; null when it is not.</summary>
    public static IReadOnlyList<string>? Texts(this JsonObject json, string name, int max)
    {
        if (json[name] is not JsonArray list || list.Count > max)
            return null;
        var texts = new List<string>(list.Count);
        try
        {
            foreach (var item in list)
            {
                if (item is not JsonValue value || !value.TryGetValue<string>(out var text))
                    return null;
                texts.Add(text);
            }
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are no UTF-8.
            return null;
        }

        return texts;
    }
}
