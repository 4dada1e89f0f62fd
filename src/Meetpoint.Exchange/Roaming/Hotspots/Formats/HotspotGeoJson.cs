using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Hotspots as GeoJSON (RFC 7946): a FeatureCollection of Points, longitude first; every other member stands in the properties.</summary>
static class HotspotGeoJson
{
    /// <summary>What stands before the first feature.</summary>
    public const string Start = "{\"type\":\"FeatureCollection\",\"features\":[";

    /// <summary>What stands after the last.</summary>
    public const string End = "]}";

    const int MaxDepth = 32;

    static readonly JsonDocumentOptions _strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
    static readonly JsonSerializerOptions _shown = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Appends one feature.</summary>
    public static void Append(StringBuilder to, Hotspot hotspot)
    {
        var properties = JsonSerializer.SerializeToNode(hotspot, HotspotJson.Default.Hotspot)!.AsObject();
        properties.Remove("id");
        properties.Remove("latitude");
        properties.Remove("longitude");
        to.Append("{\"type\":\"Feature\",\"id\":").Append(JsonValue.Create(hotspot.Id).ToJsonString(_shown))
            .Append(CultureInfo.InvariantCulture, $",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{hotspot.Longitude},{hotspot.Latitude}]}},\"properties\":")
            .Append(properties.ToJsonString(_shown)).Append('}');
    }

    /// <summary>Reads a file; a fault names its feature, from 0: "/features/2/properties/country".</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static HotspotFile Read(Stream file)
    {
        var import = new HotspotImport();
        try
        {
            using var document = JsonDocument.Parse(file, _strict);
            Read(document.RootElement, import);
        }
        catch (InvalidOperationException)
        {
            import.Add(HalfCharacter("")); // in the name of a member, or in a type
        }

        return import.End();
    }

    static void Read(JsonElement root, HotspotImport import)
    {
        if (!IsOfType(root, "FeatureCollection") || !root.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
        {
            import.Add(new Fault("", "wrong-type", "this is no FeatureCollection", "write {\"type\": \"FeatureCollection\", \"features\": [...]}"));
            return;
        }

        var index = 0;
        foreach (var feature in features.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"/features/{index++}");
            try
            {
                ReadFeature(feature, at, import);
            }
            catch (InvalidOperationException)
            {
                import.Add(HalfCharacter(at));
            }
        }
    }

    static Fault HalfCharacter(string at) => new(at, "not-unicode", "a text has half a character", "take it out");

    static void ReadFeature(JsonElement feature, string at, HotspotImport import)
    {
        if (!IsOfType(feature, "Feature"))
        {
            import.Add(new Fault(at, "wrong-type", "this is no Feature", "write {\"type\": \"Feature\", \"id\": ..., \"geometry\": ..., \"properties\": ...}"));
            return;
        }

        if (!feature.TryGetProperty("geometry", out var geometry) || !IsOfType(geometry, "Point") || !TryCoordinates(geometry, out var longitude, out var latitude))
        {
            import.Add(new Fault($"{at}/geometry", "wrong-type", "this is no Point", "write {\"type\": \"Point\", \"coordinates\": [LONGITUDE, LATITUDE]}, longitude first"));
            return;
        }

        var members = feature.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object ? JsonObject.Create(properties)! : [];
        if (members.ContainsKey("latitude") || members.ContainsKey("longitude"))
        {
            import.Add(new Fault($"{at}/properties", "twice", "where it is stands in the geometry already", "take 'latitude' and 'longitude' out of the properties"));
            return;
        }

        if (feature.TryGetProperty("id", out var id))
            members["id"] = JsonNode.Parse(id.GetRawText());
        members["longitude"] = longitude;
        members["latitude"] = latitude;
        import.Read(members, $"{at}/properties", $"{at}/id");
    }

    static bool IsOfType(JsonElement element, string type) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var given) && given.ValueKind == JsonValueKind.String && given.ValueEquals(type);

    // A third coordinate is the height (section 3.1.1), which nobody asks for here.
    static bool TryCoordinates(JsonElement point, out decimal longitude, out decimal latitude)
    {
        longitude = latitude = 0;
        return point.TryGetProperty("coordinates", out var coordinates) && coordinates.ValueKind == JsonValueKind.Array && coordinates.GetArrayLength() is 2 or 3
            && TryDegrees(coordinates[0], out longitude) && TryDegrees(coordinates[1], out latitude);
    }

    static bool TryDegrees(JsonElement number, out decimal degrees)
    {
        degrees = 0;
        return number.ValueKind == JsonValueKind.Number && decimal.TryParse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out degrees);
    }
}
