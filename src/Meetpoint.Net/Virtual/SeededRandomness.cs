using System.Numerics;
using System.Security.Cryptography;

namespace Meetpoint.Net.Virtual;

/// <summary>Randomness of a simulation: the same seed gives the same bytes, keys and signatures. It keeps no secret.</summary>
/// <remarks>Not thread safe: all on the thread that drives the world.</remarks>
public sealed class SeededRandomness(int seed) : Randomness
{
    readonly Random _random = new(seed);

    /// <inheritdoc/>
    public override void Fill(Span<byte> bytes) => _random.NextBytes(bytes);

    /// <inheritdoc/>
    public override ECDsa NewSigningKey()
    {
        var scalar = Bytes(P256.Bytes);
        while (!P256.IsScalar(P256.Number(scalar)))
            Fill(scalar);
        return new RepeatableSigningKey(scalar);
    }
}

/// <summary>Numbers of the curve P-256 (FIPS 186-4 section D.1.2.3).</summary>
static class P256
{
    public const int Bytes = 32;

    /// <summary>Order of the base point.</summary>
    public static readonly BigInteger Order = Number(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"));

    public static bool IsScalar(BigInteger number) => number > 0 && number < Order;

    public static BigInteger Number(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    /// <summary>32 bytes, big-endian.</summary>
    public static byte[] Octets(BigInteger number)
    {
        var octets = new byte[Bytes];
        var length = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(octets.AsSpan(Bytes - length), out _, isUnsigned: true, isBigEndian: true);
        return octets;
    }
}
