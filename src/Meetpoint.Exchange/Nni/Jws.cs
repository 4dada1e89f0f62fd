using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Meetpoint.Exchange.Nni;

/// <summary>
/// JSON Web Signatures in the compact form (RFC 7515 section 7.1), with one algorithm: ES256. The header carries the key itself, so
/// that a kept message can be verified on its own; whether that key is believed is for the caller.
/// </summary>
static class Jws
{
    const string Type = "nni+jws";
    const int MaxHeaderChars = 1024;
    const int MaxKnownHeaders = 1024;

    static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>The first part for all that this key signs.</summary>
    public static string Header(IdentityPublicKey key) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
        $$"""{"alg":"ES256","typ":"{{Type}}","kid":"{{key.Thumbprint}}","jwk":{{key.Jwk}}}"""));

    public static string Sign(IdentityKey key, string header, ReadOnlySpan<byte> payload)
    {
        var signed = string.Concat(header, ".", Base64Url.EncodeToString(payload));
        return string.Concat(signed, ".", Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed))));
    }

    /// <summary>
    /// Verifies against the key in the header, provided that <paramref name="believed"/> says yes to its thumbprint; nothing of the
    /// payload is looked at before.
    /// </summary>
    public static NniRefusal TryVerify(
        string compact, ConcurrentDictionary<string, IdentityPublicKey> known, Func<string, bool> believed, out byte[] payload)
    {
        payload = [];
        var first = compact.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : compact.IndexOf('.', first + 1);
        if (first is <= 0 or > MaxHeaderChars || second <= first + 1)
            return NniRefusal.Malformed;
        var header = compact[..first];
        if (!known.TryGetValue(header, out var key))
        {
            var refusal = TryReadHeader(header, out key);
            if (refusal != NniRefusal.None)
                return refusal;
        }

        if (!believed(key!.Thumbprint))
            return NniRefusal.UnknownKey;
        if (known.Count < MaxKnownHeaders)
            known.TryAdd(header, key);

        Span<byte> signature = stackalloc byte[64];
        if (!TryDecode(compact.AsSpan(second + 1), signature))
            return NniRefusal.BadSignature;
        if (!key.Verify(Encoding.Latin1.GetBytes(compact, 0, second), signature))
            return NniRefusal.BadSignature;
        return TryDecode(compact.AsSpan(first + 1, second - first - 1), out payload) ? NniRefusal.None : NniRefusal.Malformed;
    }

    /// <summary>Decodes base64url without padding into exactly the length of <paramref name="bytes"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes) =>
        !text.ContainsAnyExcept(Alphabet) && Base64Url.GetMaxDecodedLength(text.Length) == bytes.Length
        && Decodes(text, bytes);

    static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.ContainsAnyExcept(Alphabet) || text.Length % 4 == 1)
            return false;
        bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Decodes(text, bytes);
    }

    /// <summary>False also where the library throws: a last character with bits that no byte has.</summary>
    static bool Decodes(ReadOnlySpan<char> text, Span<byte> bytes) =>
        Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done && written == bytes.Length;

    static NniRefusal TryReadHeader(string header, out IdentityPublicKey? key)
    {
        key = null;
        if (!TryDecode(header, out var json))
            return NniRefusal.Malformed;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "typ") != Type)
                return NniRefusal.Malformed;

            // RFC 8725 section 3.1: the algorithm is ours to choose, never the message's. RFC 7515 section 4.1.11: an
            // extension marked critical that is not understood (none is) makes the signature invalid.
            if (Text(root, "alg") != "ES256" || root.TryGetProperty("crit", out _))
                return NniRefusal.BadSignature;
            if (!root.TryGetProperty("jwk", out var jwk) || IdentityPublicKey.TryFrom(jwk) is not { } read
                || Text(root, "kid") != read.Thumbprint)
                return NniRefusal.UnknownKey;
            key = read;
            return NniRefusal.None;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no UTF-8, or has half a surrogate pair.
            return NniRefusal.Malformed;
        }
    }

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
