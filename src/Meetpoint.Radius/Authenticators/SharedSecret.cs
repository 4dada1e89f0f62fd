using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Meetpoint.Radius.Authenticators;

/// <summary>What two neighbours share (RFC 2865 section 3), with the state of HMAC-MD5 (RFC 2104) after its key, so that a packet costs two blocks less. Immutable.</summary>
public sealed class SharedSecret
{
    /// <summary>The most octets of a secret; no server is known to take more.</summary>
    public const int MaxLength = 255;

    readonly byte[] _secret;
    readonly Md5 _inner;
    readonly Md5 _outer;

    /// <summary>Takes a copy.</summary>
    /// <param name="secret">1 to 255 octets.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is empty or longer.</exception>
    public SharedSecret(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfZero(secret.Length, nameof(secret));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, MaxLength, nameof(secret));
        _secret = secret.ToArray();
        Span<byte> buffer = stackalloc byte[MaxLength + Md5.MaxPadding];
        Span<byte> key = stackalloc byte[Md5.BlockLength];
        key.Clear();
        if (secret.Length <= Md5.BlockLength)
        {
            secret.CopyTo(key);
        }
        else
        {
            secret.CopyTo(buffer);
            Md5.Hash(buffer, secret.Length, key);
        }

        _inner = Keyed(key, 0x36);
        _outer = Keyed(key, 0x5c);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(buffer);
    }

    /// <summary>The fixed secret inside TLS (RFC 6614 section 2.3): "radsec".</summary>
    public static SharedSecret RadSec { get; } = new("radsec"u8);

    internal int Length => _secret.Length;

    /// <summary>HMAC-MD5 of what a buffer begins with. The buffer is <see cref="Md5.MaxPadding"/> longer, and overwritten there.</summary>
    internal void Mac(Span<byte> buffer, int length, Span<byte> mac)
    {
        var inner = _inner;
        inner.Finish(buffer, length, Md5.BlockLength);
        Seal(inner, mac);
    }

    /// <summary>
    /// <see cref="Digest"/> of one buffer and <see cref="Mac"/> of another, both of that length, in little more than the time of one.
    /// </summary>
    internal void DigestAndMac(Span<byte> digestBuffer, Span<byte> macBuffer, int length, Span<byte> digest, Span<byte> mac)
    {
        _secret.CopyTo(digestBuffer[length..]);
        var (state, inner) = (Md5.Start, _inner);
        Md5.FinishBoth(ref state, digestBuffer, length + _secret.Length, 0, ref inner, macBuffer, length, Md5.BlockLength);
        state.Write(digest);
        Seal(inner, mac);
    }

    /// <summary>
    /// MD5 of what a buffer begins with and the secret behind it (RFC 2865 section 3). The buffer is longer by the secret and
    /// <see cref="Md5.MaxPadding"/>, and overwritten there.
    /// </summary>
    internal void Digest(Span<byte> buffer, int length, Span<byte> digest)
    {
        _secret.CopyTo(buffer[length..]);
        Md5.Hash(buffer, length + _secret.Length, digest);
    }

    /// <summary>MD5 of the secret and what follows it: 16 octets that a value is hidden with (RFC 2865 section 5.2, RFC 2868 section 3.5).</summary>
    /// <param name="first">0 to 16 octets.</param>
    /// <param name="second">0 to 16 octets.</param>
    /// <param name="key">16 octets.</param>
    [SkipLocalsInit]
    internal void HidingKey(scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second, scoped Span<byte> key)
    {
        Span<byte> buffer = stackalloc byte[MaxLength + (2 * Md5.DigestLength) + Md5.MaxPadding];
        _secret.CopyTo(buffer);
        first.CopyTo(buffer[_secret.Length..]);
        second.CopyTo(buffer[(_secret.Length + first.Length)..]);
        Md5.Hash(buffer, _secret.Length + first.Length + second.Length, key);
    }

    /// <summary>The outer half of HMAC.</summary>
    void Seal(in Md5 inner, Span<byte> mac)
    {
        Span<byte> last = stackalloc byte[Md5.DigestLength + Md5.MaxPadding];
        inner.Write(last);
        var outer = _outer;
        outer.Finish(last, Md5.DigestLength, Md5.BlockLength);
        outer.Write(mac);
    }

    static Md5 Keyed(ReadOnlySpan<byte> key, byte pad)
    {
        Span<byte> block = stackalloc byte[Md5.BlockLength];
        for (var i = 0; i < block.Length; i++)
            block[i] = (byte)(key[i] ^ pad);
        var state = Md5.Start;
        state.Take(block);
        return state;
    }
}
