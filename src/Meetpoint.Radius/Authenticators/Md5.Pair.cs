using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meetpoint.Radius.Authenticators;

/// <summary>Two messages step by step beside each other: each step of one waits for the step before, and a processor does the other's meanwhile. A pair costs little more than one.</summary>
partial struct Md5
{
    /// <summary>As <see cref="Finish"/>, of two messages at once; it is quickest when both have as many blocks.</summary>
    internal static void FinishBoth(ref Md5 first, Span<byte> buffer, int length, int before, ref Md5 second, Span<byte> otherBuffer, int otherLength, int otherBefore)
    {
        var (padded, otherPadded) = (Pad(buffer, length, before), Pad(otherBuffer, otherLength, otherBefore));
        var common = Math.Min(padded, otherPadded);
        TakeBoth(ref first, buffer[..common], ref second, otherBuffer[..common]);
        first.Take(buffer[common..padded]);
        second.Take(otherBuffer[common..otherPadded]);
    }

    static void TakeBoth(ref Md5 first, ReadOnlySpan<byte> blocks, ref Md5 second, ReadOnlySpan<byte> otherBlocks)
    {
        ref var block = ref MemoryMarshal.GetReference(blocks);
        ref var block1 = ref MemoryMarshal.GetReference(otherBlocks);
        var (a, b, c, d) = (first._a, first._b, first._c, first._d);
        var (a1, b1, c1, d1) = (second._a, second._b, second._c, second._d);
        for (var left = blocks.Length / BlockLength; left > 0; left--)
        {
            a = F(a, b, c, d, W(ref block, 0), 0xd76aa478, 7);
            a1 = F(a1, b1, c1, d1, W(ref block1, 0), 0xd76aa478, 7);
            d = F(d, a, b, c, W(ref block, 1), 0xe8c7b756, 12);
            d1 = F(d1, a1, b1, c1, W(ref block1, 1), 0xe8c7b756, 12);
            c = F(c, d, a, b, W(ref block, 2), 0x242070db, 17);
            c1 = F(c1, d1, a1, b1, W(ref block1, 2), 0x242070db, 17);
            b = F(b, c, d, a, W(ref block, 3), 0xc1bdceee, 22);
            b1 = F(b1, c1, d1, a1, W(ref block1, 3), 0xc1bdceee, 22);
            a = F(a, b, c, d, W(ref block, 4), 0xf57c0faf, 7);
            a1 = F(a1, b1, c1, d1, W(ref block1, 4), 0xf57c0faf, 7);
            d = F(d, a, b, c, W(ref block, 5), 0x4787c62a, 12);
            d1 = F(d1, a1, b1, c1, W(ref block1, 5), 0x4787c62a, 12);
            c = F(c, d, a, b, W(ref block, 6), 0xa8304613, 17);
            c1 = F(c1, d1, a1, b1, W(ref block1, 6), 0xa8304613, 17);
            b = F(b, c, d, a, W(ref block, 7), 0xfd469501, 22);
            b1 = F(b1, c1, d1, a1, W(ref block1, 7), 0xfd469501, 22);
            a = F(a, b, c, d, W(ref block, 8), 0x698098d8, 7);
            a1 = F(a1, b1, c1, d1, W(ref block1, 8), 0x698098d8, 7);
            d = F(d, a, b, c, W(ref block, 9), 0x8b44f7af, 12);
            d1 = F(d1, a1, b1, c1, W(ref block1, 9), 0x8b44f7af, 12);
            c = F(c, d, a, b, W(ref block, 10), 0xffff5bb1, 17);
            c1 = F(c1, d1, a1, b1, W(ref block1, 10), 0xffff5bb1, 17);
            b = F(b, c, d, a, W(ref block, 11), 0x895cd7be, 22);
            b1 = F(b1, c1, d1, a1, W(ref block1, 11), 0x895cd7be, 22);
            a = F(a, b, c, d, W(ref block, 12), 0x6b901122, 7);
            a1 = F(a1, b1, c1, d1, W(ref block1, 12), 0x6b901122, 7);
            d = F(d, a, b, c, W(ref block, 13), 0xfd987193, 12);
            d1 = F(d1, a1, b1, c1, W(ref block1, 13), 0xfd987193, 12);
            c = F(c, d, a, b, W(ref block, 14), 0xa679438e, 17);
            c1 = F(c1, d1, a1, b1, W(ref block1, 14), 0xa679438e, 17);
            b = F(b, c, d, a, W(ref block, 15), 0x49b40821, 22);
            b1 = F(b1, c1, d1, a1, W(ref block1, 15), 0x49b40821, 22);

            a = G(a, b, c, d, W(ref block, 1), 0xf61e2562, 5);
            a1 = G(a1, b1, c1, d1, W(ref block1, 1), 0xf61e2562, 5);
            d = G(d, a, b, c, W(ref block, 6), 0xc040b340, 9);
            d1 = G(d1, a1, b1, c1, W(ref block1, 6), 0xc040b340, 9);
            c = G(c, d, a, b, W(ref block, 11), 0x265e5a51, 14);
            c1 = G(c1, d1, a1, b1, W(ref block1, 11), 0x265e5a51, 14);
            b = G(b, c, d, a, W(ref block, 0), 0xe9b6c7aa, 20);
            b1 = G(b1, c1, d1, a1, W(ref block1, 0), 0xe9b6c7aa, 20);
            a = G(a, b, c, d, W(ref block, 5), 0xd62f105d, 5);
            a1 = G(a1, b1, c1, d1, W(ref block1, 5), 0xd62f105d, 5);
            d = G(d, a, b, c, W(ref block, 10), 0x02441453, 9);
            d1 = G(d1, a1, b1, c1, W(ref block1, 10), 0x02441453, 9);
            c = G(c, d, a, b, W(ref block, 15), 0xd8a1e681, 14);
            c1 = G(c1, d1, a1, b1, W(ref block1, 15), 0xd8a1e681, 14);
            b = G(b, c, d, a, W(ref block, 4), 0xe7d3fbc8, 20);
            b1 = G(b1, c1, d1, a1, W(ref block1, 4), 0xe7d3fbc8, 20);
            a = G(a, b, c, d, W(ref block, 9), 0x21e1cde6, 5);
            a1 = G(a1, b1, c1, d1, W(ref block1, 9), 0x21e1cde6, 5);
            d = G(d, a, b, c, W(ref block, 14), 0xc33707d6, 9);
            d1 = G(d1, a1, b1, c1, W(ref block1, 14), 0xc33707d6, 9);
            c = G(c, d, a, b, W(ref block, 3), 0xf4d50d87, 14);
            c1 = G(c1, d1, a1, b1, W(ref block1, 3), 0xf4d50d87, 14);
            b = G(b, c, d, a, W(ref block, 8), 0x455a14ed, 20);
            b1 = G(b1, c1, d1, a1, W(ref block1, 8), 0x455a14ed, 20);
            a = G(a, b, c, d, W(ref block, 13), 0xa9e3e905, 5);
            a1 = G(a1, b1, c1, d1, W(ref block1, 13), 0xa9e3e905, 5);
            d = G(d, a, b, c, W(ref block, 2), 0xfcefa3f8, 9);
            d1 = G(d1, a1, b1, c1, W(ref block1, 2), 0xfcefa3f8, 9);
            c = G(c, d, a, b, W(ref block, 7), 0x676f02d9, 14);
            c1 = G(c1, d1, a1, b1, W(ref block1, 7), 0x676f02d9, 14);
            b = G(b, c, d, a, W(ref block, 12), 0x8d2a4c8a, 20);
            b1 = G(b1, c1, d1, a1, W(ref block1, 12), 0x8d2a4c8a, 20);

            a = H(a, b, c, d, W(ref block, 5), 0xfffa3942, 4);
            a1 = H(a1, b1, c1, d1, W(ref block1, 5), 0xfffa3942, 4);
            d = H(d, a, b, c, W(ref block, 8), 0x8771f681, 11);
            d1 = H(d1, a1, b1, c1, W(ref block1, 8), 0x8771f681, 11);
            c = H(c, d, a, b, W(ref block, 11), 0x6d9d6122, 16);
            c1 = H(c1, d1, a1, b1, W(ref block1, 11), 0x6d9d6122, 16);
            b = H(b, c, d, a, W(ref block, 14), 0xfde5380c, 23);
            b1 = H(b1, c1, d1, a1, W(ref block1, 14), 0xfde5380c, 23);
            a = H(a, b, c, d, W(ref block, 1), 0xa4beea44, 4);
            a1 = H(a1, b1, c1, d1, W(ref block1, 1), 0xa4beea44, 4);
            d = H(d, a, b, c, W(ref block, 4), 0x4bdecfa9, 11);
            d1 = H(d1, a1, b1, c1, W(ref block1, 4), 0x4bdecfa9, 11);
            c = H(c, d, a, b, W(ref block, 7), 0xf6bb4b60, 16);
            c1 = H(c1, d1, a1, b1, W(ref block1, 7), 0xf6bb4b60, 16);
            b = H(b, c, d, a, W(ref block, 10), 0xbebfbc70, 23);
            b1 = H(b1, c1, d1, a1, W(ref block1, 10), 0xbebfbc70, 23);
            a = H(a, b, c, d, W(ref block, 13), 0x289b7ec6, 4);
            a1 = H(a1, b1, c1, d1, W(ref block1, 13), 0x289b7ec6, 4);
            d = H(d, a, b, c, W(ref block, 0), 0xeaa127fa, 11);
            d1 = H(d1, a1, b1, c1, W(ref block1, 0), 0xeaa127fa, 11);
            c = H(c, d, a, b, W(ref block, 3), 0xd4ef3085, 16);
            c1 = H(c1, d1, a1, b1, W(ref block1, 3), 0xd4ef3085, 16);
            b = H(b, c, d, a, W(ref block, 6), 0x04881d05, 23);
            b1 = H(b1, c1, d1, a1, W(ref block1, 6), 0x04881d05, 23);
            a = H(a, b, c, d, W(ref block, 9), 0xd9d4d039, 4);
            a1 = H(a1, b1, c1, d1, W(ref block1, 9), 0xd9d4d039, 4);
            d = H(d, a, b, c, W(ref block, 12), 0xe6db99e5, 11);
            d1 = H(d1, a1, b1, c1, W(ref block1, 12), 0xe6db99e5, 11);
            c = H(c, d, a, b, W(ref block, 15), 0x1fa27cf8, 16);
            c1 = H(c1, d1, a1, b1, W(ref block1, 15), 0x1fa27cf8, 16);
            b = H(b, c, d, a, W(ref block, 2), 0xc4ac5665, 23);
            b1 = H(b1, c1, d1, a1, W(ref block1, 2), 0xc4ac5665, 23);

            a = I(a, b, c, d, W(ref block, 0), 0xf4292244, 6);
            a1 = I(a1, b1, c1, d1, W(ref block1, 0), 0xf4292244, 6);
            d = I(d, a, b, c, W(ref block, 7), 0x432aff97, 10);
            d1 = I(d1, a1, b1, c1, W(ref block1, 7), 0x432aff97, 10);
            c = I(c, d, a, b, W(ref block, 14), 0xab9423a7, 15);
            c1 = I(c1, d1, a1, b1, W(ref block1, 14), 0xab9423a7, 15);
            b = I(b, c, d, a, W(ref block, 5), 0xfc93a039, 21);
            b1 = I(b1, c1, d1, a1, W(ref block1, 5), 0xfc93a039, 21);
            a = I(a, b, c, d, W(ref block, 12), 0x655b59c3, 6);
            a1 = I(a1, b1, c1, d1, W(ref block1, 12), 0x655b59c3, 6);
            d = I(d, a, b, c, W(ref block, 3), 0x8f0ccc92, 10);
            d1 = I(d1, a1, b1, c1, W(ref block1, 3), 0x8f0ccc92, 10);
            c = I(c, d, a, b, W(ref block, 10), 0xffeff47d, 15);
            c1 = I(c1, d1, a1, b1, W(ref block1, 10), 0xffeff47d, 15);
            b = I(b, c, d, a, W(ref block, 1), 0x85845dd1, 21);
            b1 = I(b1, c1, d1, a1, W(ref block1, 1), 0x85845dd1, 21);
            a = I(a, b, c, d, W(ref block, 8), 0x6fa87e4f, 6);
            a1 = I(a1, b1, c1, d1, W(ref block1, 8), 0x6fa87e4f, 6);
            d = I(d, a, b, c, W(ref block, 15), 0xfe2ce6e0, 10);
            d1 = I(d1, a1, b1, c1, W(ref block1, 15), 0xfe2ce6e0, 10);
            c = I(c, d, a, b, W(ref block, 6), 0xa3014314, 15);
            c1 = I(c1, d1, a1, b1, W(ref block1, 6), 0xa3014314, 15);
            b = I(b, c, d, a, W(ref block, 13), 0x4e0811a1, 21);
            b1 = I(b1, c1, d1, a1, W(ref block1, 13), 0x4e0811a1, 21);
            a = I(a, b, c, d, W(ref block, 4), 0xf7537e82, 6);
            a1 = I(a1, b1, c1, d1, W(ref block1, 4), 0xf7537e82, 6);
            d = I(d, a, b, c, W(ref block, 11), 0xbd3af235, 10);
            d1 = I(d1, a1, b1, c1, W(ref block1, 11), 0xbd3af235, 10);
            c = I(c, d, a, b, W(ref block, 2), 0x2ad7d2bb, 15);
            c1 = I(c1, d1, a1, b1, W(ref block1, 2), 0x2ad7d2bb, 15);
            b = I(b, c, d, a, W(ref block, 9), 0xeb86d391, 21);
            b1 = I(b1, c1, d1, a1, W(ref block1, 9), 0xeb86d391, 21);

            (first._a, first._b, first._c, first._d) = (a += first._a, b += first._b, c += first._c, d += first._d);
            (second._a, second._b, second._c, second._d) = (a1 += second._a, b1 += second._b, c1 += second._c, d1 += second._d);
            block = ref Unsafe.Add(ref block, BlockLength);
            block1 = ref Unsafe.Add(ref block1, BlockLength);
        }
    }
}
