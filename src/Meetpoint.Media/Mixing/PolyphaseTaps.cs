using System.Collections.Concurrent;

namespace Meetpoint.Media.Mixing;

/// <summary>The low-pass that stands between two rates, a sinc in Kaiser's window, as one filter and cut into the phases of the higher rate.</summary>
static class PolyphaseTaps
{
    /// <summary>Taps of a phase: samples of the lower rate that each sample out is made of. A multiple of any vector's length.</summary>
    public const int Count = 24;

    const double Beta = 5.2; // Kaiser's shape for 57 dB

    static readonly ConcurrentDictionary<int, float[]> AllPhases = new();
    static readonly ConcurrentDictionary<int, float[]> AllLowPasses = new();

    /// <summary>The phases from the second on, one behind the other, each of gain 1. The first is the sample itself.</summary>
    public static float[] Phases(int factor) => AllPhases.GetOrAdd(factor, static factor =>
    {
        var phases = new float[(factor - 1) * Count];
        for (var phase = 1; phase < factor; phase++)
        {
            var taps = new double[Count];
            for (var i = 0; i < Count; i++)
                taps[i] = Tap(i - (Count / 2 - 1) - (phase / (double)factor));
            Normalise(taps).CopyTo(phases, (phase - 1) * Count);
        }

        return phases;
    });

    /// <summary>All of the filter at the higher rate, of gain 1.</summary>
    public static float[] LowPass(int factor) => AllLowPasses.GetOrAdd(factor, static factor =>
    {
        var taps = new double[(factor * Count) - 1];
        for (var i = 0; i < taps.Length; i++)
            taps[i] = Tap((i - (taps.Length / 2)) / (double)factor);
        return Normalise(taps);
    });

    /// <summary>The filter at a distance from its middle, in samples of the lower rate.</summary>
    static double Tap(double offset)
    {
        var x = 2 * offset / Count;
        var sinc = offset == 0 ? 1 : Math.Sin(Math.PI * offset) / (Math.PI * offset);
        return sinc * Bessel(Beta * Math.Sqrt(Math.Max(0, 1 - (x * x)))) / Bessel(Beta);
    }

    static float[] Normalise(double[] taps)
    {
        var scale = 1 / taps.Sum();
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
