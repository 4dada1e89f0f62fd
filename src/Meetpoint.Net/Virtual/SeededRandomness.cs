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
