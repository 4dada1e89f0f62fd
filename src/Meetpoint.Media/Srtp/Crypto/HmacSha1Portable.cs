using System.Security.Cryptography;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>HMAC-SHA1 of the platform, three times slower on short messages.</summary>
sealed class HmacSha1Portable(ReadOnlySpan<byte> key) : HmacSha1
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, key);

    public override void Compute(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        _hash.AppendData(message);
        _hash.GetHashAndReset(digest);
    }

    public override void Dispose() => _hash.Dispose();
}
