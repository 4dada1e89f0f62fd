using System.Security.Cryptography;
using System.Text;

namespace Meetpoint.Sip;

/// <summary>Hashes of digest authentication in SIP (RFC 8760).</summary>
public enum DigestAlgorithm : byte
{
    /// <summary>MD5: what old endpoints speak.</summary>
    Md5,

    /// <summary>SHA-256.</summary>
    Sha256,
}

/// <summary>The arithmetic of RFC 7616 section 3.4.</summary>
static class DigestHash
{
    public static string Name(this DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Md5 ? "MD5" : "SHA-256";

    public static DigestAlgorithm? Parse(string? name) => name switch
    {
        null => DigestAlgorithm.Md5,
        _ when name.Equals("MD5", StringComparison.OrdinalIgnoreCase) => DigestAlgorithm.Md5,
        _ when name.Equals("SHA-256", StringComparison.OrdinalIgnoreCase) => DigestAlgorithm.Sha256,
        _ => null,
    };

#pragma warning disable CA5351, CA1308 // MD5 is what RFC 3261 endpoints have; digests are written in lower case.
    public static string Hash(DigestAlgorithm algorithm, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexString(algorithm == DigestAlgorithm.Md5 ? MD5.HashData(bytes) : SHA256.HashData(bytes)).ToLowerInvariant();
    }
#pragma warning restore CA5351, CA1308

    public static string Secret(DigestAlgorithm algorithm, string user, string realm, string password) => Hash(algorithm, $"{user}:{realm}:{password}");

    /// <summary>The response to a challenge; without qop as RFC 2069 had it.</summary>
    public static string Response(DigestAlgorithm algorithm, string secret, string method, string uri, string nonce, string? qop, string? nonceCount, string? clientNonce)
    {
        var request = Hash(algorithm, $"{method}:{uri}");
        return qop is null ? Hash(algorithm, $"{secret}:{nonce}:{request}")
            : Hash(algorithm, $"{secret}:{nonce}:{nonceCount}:{clientNonce}:{qop}:{request}");
    }
}
