using System.Numerics;

namespace Meetpoint.Net.Virtual;

/// <summary>Numbers of the curve P-256 (FIPS 186-4 section D.1.2.3).</summary>
static class P256
{
    public const int Bytes = 32;

    /// <summary>Order of the base point.</summary>
    public static readonly BigInteger Order = Number(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"));

    public static bool IsScalar(BigInteger number) => number > 0 && number < Order;

    public static BigInteger Number(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    /// <summary>The number that gives 1 when multiplied by this one, modulo the order, by Euclid's algorithm.</summary>
    public static BigInteger Inverse(BigInteger number)
    {
        var (rest, next) = (Order, number);
        var (factor, nextFactor) = (BigInteger.Zero, BigInteger.One);
        while (next > 0)
        {
            var quotient = BigInteger.DivRem(rest, next, out var remainder);
            (rest, next) = (next, remainder);
            (factor, nextFactor) = (nextFactor, factor - (quotient * nextFactor));
        }

        return factor.Sign < 0 ? factor + Order : factor;
    }

    /// <summary>32 bytes, big-endian.</summary>
    public static byte[] Octets(BigInteger number)
    {
        var octets = new byte[Bytes];
        var length = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(octets.AsSpan(Bytes - length), out _, isUnsigned: true, isBigEndian: true);
        return octets;
    }
}
