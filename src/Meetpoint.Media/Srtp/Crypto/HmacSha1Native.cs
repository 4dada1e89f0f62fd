using System.Security.Cryptography;
using Meetpoint.Media.Srtp.Native;

namespace Meetpoint.Media.Srtp.Crypto;

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
