using System.Numerics;

namespace Meetpoint.Media.Mixing;

/// <summary>The taps of the half-band low-pass that stands between 8 and 16 kHz: 57 dB down from 4.6 kHz, flat to 3.4 kHz.</summary>
static class HalfBandTaps
{
    /// <summary>Taps at odd offsets; all even ones but the middle are zero.</summary>
    public const int Count = 24;

    /// <summary>The odd taps; their sum is one half, as is the middle tap.</summary>
    public static readonly float[] Odd = Design();

    /// <summary>Sum of products of taps and samples, both <see cref="Count"/> long.</summary>
    public static float Convolve(ReadOnlySpan<float> samples)
    {
        var sum = Vector<float>.Zero;
        var taps = Odd.AsSpan();
        for (var i = 0; i < Count; i += Vector<float>.Count)
            sum += new Vector<float>(samples[i..]) * new Vector<float>(taps[i..]);
        return Vector.Sum(sum);
    }

    static float[] Design()
    {
        const double Beta = 5.2; // Kaiser's shape for 57 dB
        var taps = new double[Count];
        for (var k = 0; k < Count; k++)
        {
            var offset = (2 * k) - (Count - 1);
            var x = offset / (double)Count;
            taps[k] = Math.Sin(Math.PI * offset / 2) / (Math.PI * offset) * Bessel(Beta * Math.Sqrt(1 - (x * x))) / Bessel(Beta);
        }

        var scale = 0.5 / taps.Sum();
        return Array.ConvertAll(taps, tap => (float)(tap * scale));
    }

    static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; k < 30; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}
