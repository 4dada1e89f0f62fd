using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Meetpoint.Media.Srtp.Crypto;

namespace Meetpoint.Media.Srtp;

/// <summary>Where the keystream of a packet starts.</summary>
static class SaltedCounter
{
    /// <summary>The salt as a block, zeros behind it.</summary>
    public static Vector128<byte> Pad(ReadOnlySpan<byte> salt)
    {
        Span<byte> block = stackalloc byte[Aes128.BlockBytes];
        block.Clear();
        salt.CopyTo(block);
        return Vector128.Create<byte>(block);
    }

    /// <summary>RFC 3711 4.1.1: SSRC in bytes 4 to 7, the 48-bit index in 8 to 13, the block number in the last two.</summary>
    public static Vector128<byte> ForCounterMode(Vector128<byte> salt, uint ssrc, ulong index) => salt ^ BigEndian(ssrc, index << 16);

    /// <summary>RFC 7714 8.1 and 9.1: SSRC in bytes 2 to 5, the 48-bit index in 6 to 11, the block number in the last four.</summary>
    public static Vector128<byte> ForGcm(Vector128<byte> salt, uint ssrc, ulong index, uint block) =>
        salt ^ BigEndian(((ulong)ssrc << 16) | (index >> 32), (index << 32) | block);

    static Vector128<byte> BigEndian(ulong first, ulong second)
    {
        if (BitConverter.IsLittleEndian)
        {
            first = BinaryPrimitives.ReverseEndianness(first);
            second = BinaryPrimitives.ReverseEndianness(second);
        }
        return Vector128.Create(first, second).AsByte();
    }
}
