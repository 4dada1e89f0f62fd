using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Meetpoint.Net;

/// <summary>
/// Where randomness comes from: bytes, numbers, and signing keys, whose signatures draw from it too. It is handed in by constructor, as clocks and
/// sockets are: the program hands in <see cref="Secure"/> and can be configured to nothing else, a simulation what follows from its seed.
/// </summary>
/// <remarks><see cref="Secure"/> is thread safe; of others the maker says.</remarks>
public abstract class Randomness
{
    /// <summary>The system's cryptographic source.</summary>
    public static Randomness Secure { get; } = new SystemRandomness();

    /// <summary>Fills all of it.</summary>
    public abstract void Fill(Span<byte> bytes);

    /// <summary>A new key on P-256 for ECDSA; the caller's to dispose.</summary>
    public abstract ECDsa NewSigningKey();

    /// <summary>So many bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    /// <summary>A number from <paramref name="min"/> to below <paramref name="max"/>, each as likely as any other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Nothing lies between.</exception>
    public long Between(long min, long max)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(min, max);
        var range = unchecked((ulong)max - (ulong)min);

        // What is left over at the top would make the low numbers likelier.
        var usable = ulong.MaxValue - (ulong.MaxValue % range);
        Span<byte> eight = stackalloc byte[8];
        ulong drawn;
        do
        {
            Fill(eight);
            drawn = BinaryPrimitives.ReadUInt64LittleEndian(eight);
        }
        while (drawn >= usable);
        return unchecked(min + (long)(drawn % range));
    }

    /// <summary>A fast generator that starts here, for what need not be secret: the spread of retries, the order of equal servers.</summary>
    public Random NewGenerator() => new((int)Between(0, int.MaxValue));

    sealed class SystemRandomness : Randomness
    {
        public override void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);

        public override ECDsa NewSigningKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);
    }
}
