using System.Numerics;
using System.Runtime.InteropServices;

namespace Meetpoint.Media.Audio;

/// <summary>How loud PCM is, in -dBov: 0 is an overloading square wave, 127 digital silence (RFC 6464, appendix A).</summary>
public static class AudioLevel
{
    /// <summary>Level of digital silence.</summary>
    public const byte Silence = 127;

    /// <summary>RMS level, 0 to 127.</summary>
    public static byte Measure(ReadOnlySpan<short> pcm)
    {
        if (pcm.IsEmpty)
            return Silence;
        var power = SumOfSquares(pcm) / pcm.Length;
        if (power < 1)
            return Silence;
        var level = 90.309 - (10 * Math.Log10(power)); // 20 log10 32768 = 90.309
        return (byte)Math.Clamp((int)Math.Round(level), 0, Silence);
    }

    /// <summary>Sum of the squares of all samples.</summary>
    public static double SumOfSquares(ReadOnlySpan<short> pcm)
    {
        var vectors = MemoryMarshal.Cast<short, Vector<short>>(pcm);
        var sums = Vector<float>.Zero;
        foreach (var vector in vectors)
        {
            Vector.Widen(vector, out var low, out var high);
            var a = Vector.ConvertToSingle(low);
            var b = Vector.ConvertToSingle(high);
            sums += (a * a) + (b * b);
        }

        double sum = Vector.Sum(sums);
        for (var i = vectors.Length * Vector<short>.Count; i < pcm.Length; i++)
            sum += pcm[i] * pcm[i];
        return sum;
    }
}
