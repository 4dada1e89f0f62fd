using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Nni;

/// <summary>The body of every NNI request: unsigned addressing, so that a carrier need not open what it carries, around signed parts.</summary>
/// <param name="Origin">Who signed the parts; must agree with each of them.</param>
/// <param name="Destination">Who they are for.</param>
/// <param name="Nonce">Repeated in a signed acknowledgement, which so cannot be an older one.</param>
/// <param name="Path">Exchanges that carried it, in order; empty on a direct NNI.</param>
/// <param name="Jws">One hello or question, or messages in order of their sequence.</param>
public sealed record NniRequest(string Origin, string Destination, string Nonce, IReadOnlyList<string> Path, IReadOnlyList<string> Jws)
{
    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("origin", Origin);
            json.WriteString("destination", Destination);
            json.WriteString("nonce", Nonce);
            Write(json, "path", Path);
            Write(json, "jws", Jws);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static NniRequest? TryParse(ReadOnlySpan<byte> bytes) =>
        NniJson.TryObject(bytes) is { } json
        && json.Text("origin") is { Length: > 0 and <= NniLimits.DomainChars } origin
        && json.Text("destination") is { Length: > 0 and <= NniLimits.DomainChars } destination
        && json.Text("nonce") is { Length: > 0 and <= NniLimits.NameChars } nonce
        && json.Texts("path", NniLimits.Hops + 1) is { } path
        && json.Texts("jws", NniLimits.BatchMessages) is { Count: > 0 } jws
            ? new NniRequest(origin, destination, nonce, path, jws)
            : null;

    static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}

/// <summary>The body of every answer with status 200.</summary>
/// <param name="Jws">Signed by the destination for the origin.</param>
public sealed record NniAnswer(string Jws)
{
    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["jws"] = Jws });

    internal static NniAnswer? TryParse(ReadOnlySpan<byte> bytes) =>
        NniJson.TryObject(bytes)?.Text("jws") is { } jws ? new NniAnswer(jws) : null;
}

/// <summary>How far a receiver has come in a stream. Part of a hello's answer and of every acknowledgement.</summary>
/// <param name="Epoch">Of the stream that it follows.</param>
/// <param name="Last">The last sequence taken; 0 before the first.</param>
/// <param name="LastId">Id of that message, so that a sender whose memory was restored from a copy notices.</param>
/// <param name="Voided">Sequences near the last whose message had no effect because it was void or expired.</param>
sealed record StreamPosition(long Epoch, long Last, string LastId, IReadOnlyList<long> Voided)
{
    public JsonObject ToJson() => new()
    {
        ["epoch"] = Epoch,
        ["last"] = Last,
        ["lastId"] = LastId,
        ["voided"] = new JsonArray([.. Voided.Select(sequence => (JsonNode)sequence)]),
    };

    public static StreamPosition? TryRead(JsonObject json)
    {
        if (json.Number("epoch") is not { } epoch || json.Number("last") is not (>= 0 and var last) || json.Text("lastId") is not { } lastId
            || json["voided"] is not JsonArray { Count: <= NniLimits.VoidsRemembered } list)
            return null;
        var voided = new List<long>(list.Count);
        foreach (var item in list)
        {
            if (item is not JsonValue value || !value.TryGetValue<long>(out var sequence))
                return null;
            voided.Add(sequence);
        }

        return new StreamPosition(epoch, last, lastId, voided);
    }
}

/// <summary>Types of what the protocol itself says; a service's types may not begin with "nni.".</summary>
static class NniTypes
{
    public const string Reserved = "nni.";
    public const string Hello = "nni.hello";
    public const string HelloAnswer = "nni.hello.answer";
    public const string Acknowledgement = "nni.ack";
    public const string Void = "nni.void";
    public const string Answer = "nni.answer";
}
