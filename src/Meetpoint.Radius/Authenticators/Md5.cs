using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meetpoint.Radius.Authenticators;

/// <summary>The four words that MD5 carries from block to block (RFC 1321 section 3.3).</summary>
/// <remarks>
/// MD5 of our own: here it is a form of the wire and no protection (that is TLS, or the network), and the platform's costs more for each call than
/// for the two blocks of a usual packet. docs/decisions has the figures.
/// </remarks>
partial struct Md5
{
    /// <summary>Octets of a block.</summary>
    internal const int BlockLength = 64;

    /// <summary>Octets of a digest.</summary>
    internal const int DigestLength = 16;

    /// <summary>The most octets that padding adds: the 0x80, up to 63 zeros, and the length in bits.</summary>
    internal const int MaxPadding = BlockLength + 8;

    uint _a;
    uint _b;
    uint _c;
    uint _d;

    /// <summary>Before the first block.</summary>
    internal static Md5 Start => new() { _a = 0x67452301, _b = 0xefcdab89, _c = 0x98badcfe, _d = 0x10325476 };

    /// <summary>
    /// Pads a message that stands at the start of a buffer and takes it in (RFC 1321 sections 3.1, 3.2). The buffer is at least
    /// <see cref="MaxPadding"/> longer than the message, and is overwritten there.
    /// </summary>
    /// <param name="buffer">The message and room behind it.</param>
    /// <param name="length">Octets of the message.</param>
    /// <param name="before">Octets that were taken in before, whole blocks.</param>
    internal void Finish(Span<byte> buffer, int length, int before) => Take(buffer[..Pad(buffer, length, before)]);

    /// <summary>Takes in whole blocks; what is left of a last one is not read.</summary>
    internal void Take(ReadOnlySpan<byte> blocks)
    {
        ref var block = ref MemoryMarshal.GetReference(blocks);
        var (a, b, c, d) = (_a, _b, _c, _d);
        for (var left = blocks.Length / BlockLength; left > 0; left--)
        {
            var (a0, b0, c0, d0) = (a, b, c, d);
            a = F(a, b, c, d, W(ref block, 0), 0xd76aa478, 7);
            d = F(d, a, b, c, W(ref block, 1), 0xe8c7b756, 12);
            c = F(c, d, a, b, W(ref block, 2), 0x242070db, 17);
            b = F(b, c, d, a, W(ref block, 3), 0xc1bdceee, 22);
            a = F(a, b, c, d, W(ref block, 4), 0xf57c0faf, 7);
            d = F(d, a, b, c, W(ref block, 5), 0x4787c62a, 12);
            c = F(c, d, a, b, W(ref block, 6), 0xa8304613, 17);
            b = F(b, c, d, a, W(ref block, 7), 0xfd469501, 22);
            a = F(a, b, c, d, W(ref block, 8), 0x698098d8, 7);
            d = F(d, a, b, c, W(ref block, 9), 0x8b44f7af, 12);
            c = F(c, d, a, b, W(ref block, 10), 0xffff5bb1, 17);
            b = F(b, c, d, a, W(ref block, 11), 0x895cd7be, 22);
            a = F(a, b, c, d, W(ref block, 12), 0x6b901122, 7);
            d = F(d, a, b, c, W(ref block, 13), 0xfd987193, 12);
            c = F(c, d, a, b, W(ref block, 14), 0xa679438e, 17);
            b = F(b, c, d, a, W(ref block, 15), 0x49b40821, 22);

            a = G(a, b, c, d, W(ref block, 1), 0xf61e2562, 5);
            d = G(d, a, b, c, W(ref block, 6), 0xc040b340, 9);
            c = G(c, d, a, b, W(ref block, 11), 0x265e5a51, 14);
            b = G(b, c, d, a, W(ref block, 0), 0xe9b6c7aa, 20);
            a = G(a, b, c, d, W(ref block, 5), 0xd62f105d, 5);
            d = G(d, a, b, c, W(ref block, 10), 0x02441453, 9);
            c = G(c, d, a, b, W(ref block, 15), 0xd8a1e681, 14);
            b = G(b, c, d, a, W(ref block, 4), 0xe7d3fbc8, 20);
            a = G(a, b, c, d, W(ref block, 9), 0x21e1cde6, 5);
            d = G(d, a, b, c, W(ref block, 14), 0xc33707d6, 9);
            c = G(c, d, a, b, W(ref block, 3), 0xf4d50d87, 14);
            b = G(b, c, d, a, W(ref block, 8), 0x455a14ed, 20);
            a = G(a, b, c, d, W(ref block, 13), 0xa9e3e905, 5);
            d = G(d, a, b, c, W(ref block, 2), 0xfcefa3f8, 9);
            c = G(c, d, a, b, W(ref block, 7), 0x676f02d9, 14);
            b = G(b, c, d, a, W(ref block, 12), 0x8d2a4c8a, 20);

            a = H(a, b, c, d, W(ref block, 5), 0xfffa3942, 4);
            d = H(d, a, b, c, W(ref block, 8), 0x8771f681, 11);
            c = H(c, d, a, b, W(ref block, 11), 0x6d9d6122, 16);
            b = H(b, c, d, a, W(ref block, 14), 0xfde5380c, 23);
            a = H(a, b, c, d, W(ref block, 1), 0xa4beea44, 4);
            d = H(d, a, b, c, W(ref block, 4), 0x4bdecfa9, 11);
            c = H(c, d, a, b, W(ref block, 7), 0xf6bb4b60, 16);
            b = H(b, c, d, a, W(ref block, 10), 0xbebfbc70, 23);
            a = H(a, b, c, d, W(ref block, 13), 0x289b7ec6, 4);
            d = H(d, a, b, c, W(ref block, 0), 0xeaa127fa, 11);
            c = H(c, d, a, b, W(ref block, 3), 0xd4ef3085, 16);
            b = H(b, c, d, a, W(ref block, 6), 0x04881d05, 23);
            a = H(a, b, c, d, W(ref block, 9), 0xd9d4d039, 4);
            d = H(d, a, b, c, W(ref block, 12), 0xe6db99e5, 11);
            c = H(c, d, a, b, W(ref block, 15), 0x1fa27cf8, 16);
            b = H(b, c, d, a, W(ref block, 2), 0xc4ac5665, 23);

            a = I(a, b, c, d, W(ref block, 0), 0xf4292244, 6);
            d = I(d, a, b, c, W(ref block, 7), 0x432aff97, 10);
            c = I(c, d, a, b, W(ref block, 14), 0xab9423a7, 15);
            b = I(b, c, d, a, W(ref block, 5), 0xfc93a039, 21);
            a = I(a, b, c, d, W(ref block, 12), 0x655b59c3, 6);
            d = I(d, a, b, c, W(ref block, 3), 0x8f0ccc92, 10);
            c = I(c, d, a, b, W(ref block, 10), 0xffeff47d, 15);
            b = I(b, c, d, a, W(ref block, 1), 0x85845dd1, 21);
            a = I(a, b, c, d, W(ref block, 8), 0x6fa87e4f, 6);
            d = I(d, a, b, c, W(ref block, 15), 0xfe2ce6e0, 10);
            c = I(c, d, a, b, W(ref block, 6), 0xa3014314, 15);
            b = I(b, c, d, a, W(ref block, 13), 0x4e0811a1, 21);
            a = I(a, b, c, d, W(ref block, 4), 0xf7537e82, 6);
            d = I(d, a, b, c, W(ref block, 11), 0xbd3af235, 10);
            c = I(c, d, a, b, W(ref block, 2), 0x2ad7d2bb, 15);
            b = I(b, c, d, a, W(ref block, 9), 0xeb86d391, 21);

            a += a0;
            b += b0;
            c += c0;
            d += d0;
            block = ref Unsafe.Add(ref block, BlockLength);
        }

        (_a, _b, _c, _d) = (a, b, c, d);
    }

    /// <summary>Writes the digest: 16 octets.</summary>
    internal readonly void Write(Span<byte> digest)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(digest, _a);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[4..], _b);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[8..], _c);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[12..], _d);
    }

    /// <summary>The digest of what a buffer begins with; the rest of the buffer is overwritten.</summary>
    internal static void Hash(Span<byte> buffer, int length, Span<byte> digest)
    {
        var state = Start;
        state.Finish(buffer, length, 0);
        state.Write(digest);
    }

    /// <summary>Octets of the message with its padding.</summary>
    static int Pad(Span<byte> buffer, int length, int before)
    {
        var padded = (length + 8 + BlockLength) & ~(BlockLength - 1);
        buffer[length..padded].Clear();
        buffer[length] = 0x80;
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[(padded - 8)..], (ulong)(length + before) * 8);
        return padded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint W(ref byte block, int index)
    {
        var word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref block, index * sizeof(uint)));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint F(uint a, uint b, uint c, uint d, uint word, uint constant, int shift) =>
        BitOperations.RotateLeft(a + word + constant + (d ^ (b & (c ^ d))), shift) + b;

    // A sum instead of an or: both terms are disjoint, and only one of them waits for b, which comes last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint G(uint a, uint b, uint c, uint d, uint word, uint constant, int shift) =>
        BitOperations.RotateLeft(a + word + constant + (~d & c) + (d & b), shift) + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint H(uint a, uint b, uint c, uint d, uint word, uint constant, int shift) =>
        BitOperations.RotateLeft(a + word + constant + (b ^ (c ^ d)), shift) + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint I(uint a, uint b, uint c, uint d, uint word, uint constant, int shift) =>
        BitOperations.RotateLeft(a + word + constant + (c ^ (b | ~d)), shift) + b;
}
