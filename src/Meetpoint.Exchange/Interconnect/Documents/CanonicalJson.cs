using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// JSON with members in ordinal order and no spaces, so that two parties that hold the same terms hold the same bytes: the form of RFC 8785
/// for documents whose numbers are whole (exact decimals are strings here).
/// </summary>
public static class CanonicalJson
{
    static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>SHA-256 of a version of an agreement in canonical form, in lower-case hex.</summary>
    public static string Hash(Agreement agreement) =>
        Convert.ToHexStringLower(SHA256.HashData(Write(JsonSerializer.SerializeToNode(agreement, WorldJson.Default.Agreement))));

    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, _options))
            Write(writer, node);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The canonical text.</summary>
    public static string Text(JsonNode? node) => Encoding.UTF8.GetString(Write(node));

    static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
