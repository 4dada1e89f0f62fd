using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Meetpoint.Exchange.Nni;

/// <summary>The public half of an exchange's identity: a point on P-256, and the thumbprint by which neighbours pin it.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class IdentityPublicKey
{
    const int CoordinateBytes = 32;
    const int SignatureBytes = 64;

    readonly Lock _gate = new();
    readonly ECDsa _key;

    IdentityPublicKey(ECDsa key, string jwk)
    {
        _key = key;
        Jwk = jwk;
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
    }

    /// <summary>The key as a JWK with its required members in lexical order and no space, which is what RFC 7638 section 3 hashes.</summary>
    public string Jwk { get; }

    /// <summary>RFC 7638 thumbprint with SHA-256, base64url, 43 characters.</summary>
    public string Thumbprint { get; }

    /// <summary>Checks an ES256 signature (RFC 7518 section 3.4: R and S, 32 bytes each).</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
            return false;
        lock (_gate)
            return _key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Checks a signature in the DER form that certificates carry.</summary>
    internal bool VerifyDer(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
            return _key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    internal static IdentityPublicKey From(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Create(point) ?? throw new CryptographicException("the identity key is no point on P-256");
    }

    /// <summary>The key of a certificate; null when it is not on P-256.</summary>
    public static IdentityPublicKey? TryFrom(X509Certificate2 certificate)
    {
        try
        {
            using var key = certificate.GetECDsaPublicKey();
            if (key is null || key.KeySize != CoordinateBytes * 8)
                return null;
            var parameters = key.ExportParameters(includePrivateParameters: false);
            return parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value ? Create(parameters.Q) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Reads a JWK of RFC 7517; null unless it is a public EC key on P-256.</summary>
    public static IdentityPublicKey? TryFrom(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || Text(jwk, "kty") != "EC" || Text(jwk, "crv") != "P-256"
            || Text(jwk, "x") is not { } x || Text(jwk, "y") is not { } y)
            return null;
        var point = new ECPoint { X = new byte[CoordinateBytes], Y = new byte[CoordinateBytes] };
        return Jws.TryDecode(x, point.X) && Jws.TryDecode(y, point.Y) ? Create(point) : null;
    }

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static IdentityPublicKey? Create(ECPoint point)
    {
        try
        {
            // Import refuses a point that is not on the curve.
            var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            var x = Base64Url.EncodeToString(point.X);
            var y = Base64Url.EncodeToString(point.Y);
            return new IdentityPublicKey(key, $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""");
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
