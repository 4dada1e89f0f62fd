using System.Runtime.Intrinsics;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>
/// AES with a 128-bit key: a single block, and counter mode with the counter in the last 32 bits, big-endian. Not thread-safe.
/// </summary>
abstract class Aes128 : IDisposable
{
    public const int KeyBytes = 16;
    public const int BlockBytes = 16;

    /// <summary>Blocks of keystream made at a time: enough to hide the latency of one AES round behind the others.</summary>
    protected const int BlocksAtOnce = 8;

    /// <summary>The processor's instructions where they exist, else the platform's library. Both take the same time for every key.</summary>
    public static Aes128 Create(ReadOnlySpan<byte> key) => Aes128Intrinsic.IsSupported ? new Aes128Intrinsic(key) : new Aes128Portable(key);

    /// <summary>Encrypts one block.</summary>
    public abstract Vector128<byte> EncryptBlock(Vector128<byte> block);

    /// <summary>Encrypts or decrypts in place: XORs the keystream that starts at the given counter block.</summary>
    public abstract void XorKeystream(Span<byte> data, Vector128<byte> counter);

    /// <summary>Wipes the key.</summary>
    public abstract void Dispose();

    /// <summary>XORs as much keystream as there is data; the keystream is at least as long.</summary>
    protected static void Xor(Span<byte> data, ReadOnlySpan<byte> keystream)
    {
        while (data.Length >= BlockBytes)
        {
            (Vector128.Create<byte>(data) ^ Vector128.Create(keystream)).CopyTo(data);
            data = data[BlockBytes..];
            keystream = keystream[BlockBytes..];
        }
        for (var i = 0; i < data.Length; i++)
        {
            data[i] ^= keystream[i];
        }
    }
}
