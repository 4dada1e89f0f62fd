using System.Security.Cryptography;
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

/// <summary>HMAC-SHA1 that copies the hashed key blocks instead of hashing them again.</summary>
sealed unsafe class HmacSha1Native : HmacSha1
{
    const int BlockBytes = 64;
    const byte InnerPad = 0x36;
    const byte OuterPad = 0x5c;

    // Three SHA_CTX: inner key block hashed, outer key block hashed, and the one at work. Pinned: the collector leaves no copies.
    readonly byte[] _contexts = GC.AllocateArray<byte>(3 * LibCrypto.ShaContextBytes, pinned: true);

    public HmacSha1Native(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        Prepare(key, InnerPad, 0);
        Prepare(key, OuterPad, LibCrypto.ShaContextBytes);
    }

    public override void Compute(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digest.Length, DigestBytes);
        const int Size = LibCrypto.ShaContextBytes;
        fixed (byte* contexts = _contexts, data = message, output = digest)
        {
            var work = contexts + (2 * Size);
            Buffer.MemoryCopy(contexts, work, Size, Size);
            if (message.Length <= LibCrypto.ShortMessageBytes)
            {
                _ = LibCrypto.Sha1UpdateShort(work, data, (nuint)message.Length);
            }
            else
            {
                _ = LibCrypto.Sha1Update(work, data, (nuint)message.Length);
            }
            _ = LibCrypto.Sha1Final(output, work);
            Buffer.MemoryCopy(contexts + Size, work, Size, Size);
            _ = LibCrypto.Sha1UpdateShort(work, output, DigestBytes);
            _ = LibCrypto.Sha1Final(output, work);
        }
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(_contexts);

    void Prepare(ReadOnlySpan<byte> key, byte pad, int offset)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        block.Fill(pad);
        for (var i = 0; i < key.Length; i++)
        {
            block[i] ^= key[i];
        }
        fixed (byte* context = &_contexts[offset], data = block)
        {
            _ = LibCrypto.Sha1Init(context);
            _ = LibCrypto.Sha1Update(context, data, BlockBytes);
        }
        CryptographicOperations.ZeroMemory(block);
    }
}

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
