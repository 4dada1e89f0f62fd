using Meetpoint.Media.Srtp.Native;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>HMAC-SHA1 (RFC 2104) with one key for many short messages. Not thread-safe.</summary>
abstract class HmacSha1 : IDisposable
{
    public const int KeyBytes = 20;
    public const int DigestBytes = 20;

    /// <summary>libcrypto where it is present, else the platform's own.</summary>
    public static HmacSha1 Create(ReadOnlySpan<byte> key) => LibCrypto.IsAvailable ? new HmacSha1Native(key) : new HmacSha1Portable(key);

    /// <summary>Writes the whole 20-byte code.</summary>
    public abstract void Compute(ReadOnlySpan<byte> message, Span<byte> digest);

    /// <summary>Wipes the key.</summary>
    public abstract void Dispose();
}
