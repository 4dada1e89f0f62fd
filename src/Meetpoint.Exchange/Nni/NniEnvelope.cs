using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>What is signed: who says what to whom, when, and (for ordered messages) where in which stream.</summary>
/// <param name="Origin">The exchange that signs.</param>
/// <param name="Destination">The exchange that it is for.</param>
/// <param name="Id">Unique, chosen by the origin.</param>
/// <param name="Type">Such as "booking.hold".</param>
/// <param name="Epoch">Of the stream; 0 for what is not ordered (hello, questions, answers).</param>
/// <param name="Sequence">In the stream, from 1; 0 for what is not ordered.</param>
/// <param name="Issued">When it was made, in whole milliseconds.</param>
/// <param name="Expires">When it is void, in whole milliseconds.</param>
/// <param name="BodyJson">A JSON object as text.</param>
sealed record NniEnvelope(
    string Origin, string Destination, string Id, string Type, long Epoch, long Sequence, Instant Issued, Instant Expires, string BodyJson)
{
    /// <summary>The protocol version that this code speaks; the payload's "ver".</summary>
    public const int Version = 1;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = NniLimits.JsonDepth, AllowDuplicateProperties = false };

    /// <summary>The body as an object of its own.</summary>
    public JsonObject Body() => NniJson.Object(BodyJson);

    /// <summary>The payload to be signed.</summary>
    public byte[] ToPayload()
    {
        var buffer = new ArrayBufferWriter<byte>(256 + BodyJson.Length);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("ver", Version);
            json.WriteString("origin", Origin);
            json.WriteString("destination", Destination);
            json.WriteString("id", Id);
            json.WriteString("type", Type);
            json.WriteNumber("epoch", Epoch);
            json.WriteNumber("seq", Sequence);

            // Seconds with a fraction: NumericDate of RFC 7519 section 2.
            json.WriteNumber("iat", Issued.ToUnixTimeMilliseconds() / 1000m);
            json.WriteNumber("exp", Expires.ToUnixTimeMilliseconds() / 1000m);
            json.WritePropertyName("body");
            json.WriteRawValue(BodyJson);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload whose signature held. Members that are not known are left alone, for later versions.</summary>
    public static NniRefusal TryParse(ReadOnlyMemory<byte> payload, out NniEnvelope? envelope)
    {
        envelope = null;
        try
        {
            using var document = JsonDocument.Parse(payload, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !TryNumber(root, "ver", out var version))
                return NniRefusal.Malformed;
            if (version != Version)
                return NniRefusal.VersionMismatch;
            if (!TryText(root, "origin", NniLimits.DomainChars, out var origin)
                || !TryText(root, "destination", NniLimits.DomainChars, out var destination)
                || !TryText(root, "id", NniLimits.NameChars, out var id) || !TryText(root, "type", NniLimits.NameChars, out var type)
                || !TryNumber(root, "epoch", out var epoch) || epoch < 0 || !TryNumber(root, "seq", out var sequence) || sequence < 0
                || !TryDate(root, "iat", out var issued) || !TryDate(root, "exp", out var expires)
                || !root.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object)
                return NniRefusal.Malformed;
            var text = body.GetRawText();
            if (Encoding.UTF8.GetByteCount(text) > NniLimits.BodyBytes)
                return NniRefusal.TooLarge;
            envelope = new NniEnvelope(origin, destination, id, type, epoch, sequence, issued, expires, text);
            return NniRefusal.None;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return NniRefusal.Malformed;
        }
    }

    static bool TryText(JsonElement json, string name, int maxChars, [NotNullWhen(true)] out string? text)
    {
        text = json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: > 0 } && text.Length <= maxChars;
    }

    static bool TryNumber(JsonElement json, string name, out long number)
    {
        number = 0;
        return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    static bool TryDate(JsonElement json, string name, out Instant date)
    {
        // Up to the year 9999, which is as far as an Instant goes.
        const decimal LastSecond = 253_402_300_799m;
        date = default;
        if (!json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var seconds)
            || seconds is < 0 or > LastSecond)
            return false;
        date = Instant.FromUnixTimeMilliseconds((long)(seconds * 1000m));
        return true;
    }
}
