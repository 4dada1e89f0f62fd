using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Client;

/// <summary>Reads members of an answer without believing that they are there.</summary>
static class JsonReading
{
    /// <summary>A member as text; numbers and words as they are written; null when it is absent or null.</summary>
    public static string? Text(this JsonNode? node, string member) => (node as JsonObject)?[member] is JsonValue value
        ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()
        : null;

    /// <summary>The members of a list; none when it is absent.</summary>
    public static IEnumerable<JsonNode?> Items(this JsonNode? node, string member) => (node as JsonObject)?[member] as JsonArray ?? [];

    /// <summary>True when the member is true.</summary>
    public static bool IsTrue(this JsonNode? node, string member) => node.Text(member) == "true";
}
