using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Digest secrets go in and never come out: what is shown lacks them, and what comes back without them keeps those that stand.
/// </summary>
static class WorldSecrets
{
    /// <summary>Takes the secret out of an endpoint; other objects have none.</summary>
    public static void Hide(JsonObject doc) => (doc["digest"] as JsonObject)?.Remove("secret");

    /// <summary>Puts the secret that stands into an endpoint that names the same digest user and no secret.</summary>
    public static void Keep(JsonObject doc, Endpoint? standing)
    {
        if (standing?.Digest is { } known && doc["digest"] is JsonObject digest && !digest.ContainsKey("secret")
            && digest["user"] is JsonValue value && value.TryGetValue<string>(out var user) && user == known.User)
            digest["secret"] = known.Secret;
    }

    /// <summary>As <see cref="Keep(JsonObject, Endpoint?)"/> for every endpoint of a document that is to be applied.</summary>
    public static void Keep(JsonObject root, WorldDocument standing)
    {
        if (root["endpoints"] is not JsonArray endpoints)
            return;
        var known = standing.Endpoints.ToDictionary(endpoint => endpoint.Id, StringComparer.Ordinal);
        foreach (var node in endpoints)
        {
            if (node is JsonObject doc && doc["id"] is JsonValue value && value.TryGetValue<string>(out var id))
                Keep(doc, known.GetValueOrDefault(id));
        }
    }
}
