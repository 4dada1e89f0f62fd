using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Digest secrets and those of RADIUS go in and never come out: what is shown lacks them, and what comes back without them keeps those that stand.
/// </summary>
static class WorldSecrets
{
    /// <summary>Takes the secret out of an endpoint or a neighbour; other objects have none.</summary>
    public static void Hide(JsonObject doc)
    {
        (doc["digest"] as JsonObject)?.Remove("secret");
        (doc["radius"] as JsonObject)?.Remove("secret");
    }

    /// <summary>Puts the secret that stands into a neighbour that names none.</summary>
    public static void Keep(JsonObject doc, Neighbour? standing)
    {
        if (standing?.Radius is { Secret: not null } known && doc["radius"] is JsonObject radius && !radius.ContainsKey("secret"))
            radius["secret"] = known.Secret;
    }

    /// <summary>Puts the secret that stands into an endpoint that names the same digest user and no secret.</summary>
    public static void Keep(JsonObject doc, Endpoint? standing)
    {
        if (standing?.Digest is { } known && doc["digest"] is JsonObject digest && !digest.ContainsKey("secret")
            && digest["user"] is JsonValue value && value.TryGetValue<string>(out var user) && user == known.User)
            digest["secret"] = known.Secret;
    }

    /// <summary>The same for every endpoint and neighbour of a document that is to be applied.</summary>
    public static void Keep(JsonObject root, WorldDocument standing)
    {
        KeepEach(root["endpoints"], standing.Endpoints, endpoint => endpoint.Id, Keep);
        KeepEach(root["neighbours"], standing.Neighbours, neighbour => neighbour.Id, Keep);
    }

    static void KeepEach<T>(JsonNode? docs, IEnumerable<T> standing, Func<T, string> idOf, Action<JsonObject, T?> keep)
        where T : class
    {
        if (docs is not JsonArray array)
            return;
        var known = standing.ToDictionary(idOf, StringComparer.Ordinal);
        foreach (var node in array)
        {
            if (node is JsonObject doc && doc["id"] is JsonValue value && value.TryGetValue<string>(out var id))
                keep(doc, known.GetValueOrDefault(id));
        }
    }
}
