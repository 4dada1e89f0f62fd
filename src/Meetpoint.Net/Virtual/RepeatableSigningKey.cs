using System.Numerics;
using System.Security.Cryptography;

namespace Meetpoint.Net.Virtual;

/// <summary>
/// ECDSA on P-256 whose signatures follow from key and message alone (RFC 6979), where the system's draw a random number each. Anyone's
/// ECDSA verifies them.
/// </summary>
sealed class RepeatableSigningKey : ECDsa
{
    readonly byte[] _scalar;
    readonly ECDsa _key;

    public RepeatableSigningKey(byte[] scalar)
    {
        _scalar = scalar;
        _key = OfScalar(scalar);
    }

    public override int KeySize
    {
        get => _key.KeySize;
        set => throw new NotSupportedException();
    }

    public override byte[] SignHash(byte[] hash)
    {
        var (number, secret) = (P256.Number(hash) % P256.Order, P256.Number(_scalar));
        foreach (var nonce in Nonces(P256.Octets(number)))
        {
            var r = P256.Number(PointOf(nonce).X) % P256.Order;
            var s = P256.Inverse(P256.Number(nonce)) * (number + (r * secret)) % P256.Order;
            if (P256.IsScalar(r) && P256.IsScalar(s))
                return [.. P256.Octets(r), .. P256.Octets(s)];
        }

        throw new CryptographicException("there is always a next nonce");
    }

    public override bool VerifyHash(byte[] hash, byte[] signature) => _key.VerifyHash(hash, signature);

    public override ECParameters ExportParameters(bool includePrivateParameters) => _key.ExportParameters(includePrivateParameters);

    protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) =>
        hashAlgorithm == HashAlgorithmName.SHA256 ? SHA256.HashData(data.AsSpan(offset, count)) : throw new NotSupportedException(hashAlgorithm.Name);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _key.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>RFC 6979 section 3.2, steps b to h.</summary>
    IEnumerable<byte[]> Nonces(byte[] digest)
    {
        var v = new byte[P256.Bytes];
        Array.Fill(v, (byte)1);
        var k = new byte[P256.Bytes];
        foreach (byte step in new byte[] { 0, 1 })
        {
            k = HMACSHA256.HashData(k, (byte[])[.. v, step, .. _scalar, .. digest]);
            v = HMACSHA256.HashData(k, v);
        }

        while (true)
        {
            v = HMACSHA256.HashData(k, v);
            if (P256.IsScalar(P256.Number(v)))
                yield return v;
            k = HMACSHA256.HashData(k, (byte[])[.. v, 0]);
            v = HMACSHA256.HashData(k, v);
        }
    }

    static ECDsa OfScalar(byte[] scalar) => Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });

    /// <summary>The base point so many times.</summary>
    static ECPoint PointOf(byte[] scalar)
    {
        using var key = OfScalar(scalar);
        return key.ExportParameters(includePrivateParameters: false).Q;
    }
}
