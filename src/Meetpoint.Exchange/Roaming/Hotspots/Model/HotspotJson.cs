using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A hotspot as JSON: camel case, no nulls.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(Hotspot))]
sealed partial class HotspotJson : JsonSerializerContext;

/// <summary>A hotspot as it is stored and told to other exchanges. Equal hotspots are equal bytes.</summary>
static class StoredHotspot
{
    static readonly HotspotJson _json = new(new JsonSerializerOptions(HotspotJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The stored bytes of a hotspot.</summary>
    public static byte[] Bytes(Hotspot hotspot) => JsonSerializer.SerializeToUtf8Bytes(hotspot, _json.Hotspot);

    /// <summary>The hotspot of stored bytes.</summary>
    public static Hotspot Read(ReadOnlySpan<byte> stored) => JsonSerializer.Deserialize(stored, _json.Hotspot)!;
}
