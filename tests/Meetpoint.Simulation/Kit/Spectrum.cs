using System.Numerics;

namespace Meetpoint.Simulation.Kit;

/// <summary>The spectrum of the last half second that a phone heard: a fast Fourier transform of 4096 samples under a Hann window.</summary>
sealed class Spectrum
{
    /// <summary>Samples looked at; a power of two.</summary>
    public const int Samples = 4096;

    const int SampleRate = 8000;
    const double BinHz = (double)SampleRate / Samples;

    readonly double[] _amplitudes = new double[Samples / 2];

    public Spectrum(ReadOnlySpan<short> pcm)
    {
        var values = new Complex[Samples];
        for (var i = 0; i < Samples; i++)
            values[i] = pcm[i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Samples)));
        Transform(values);

        // The window's mean is one half, and a sine's energy is half in each of its two frequencies.
        for (var i = 0; i < _amplitudes.Length; i++)
            _amplitudes[i] = values[i].Magnitude * 4 / Samples;
    }

    /// <summary>The strongest frequency, to the nearest bin of 2 Hz.</summary>
    public double PeakHz => _amplitudes.IndexOf(_amplitudes.Max()) * BinHz;

    /// <summary>Peak amplitude of what is loudest, 0 to 32767.</summary>
    public double Peak => _amplitudes.Max();

    /// <summary>Peak amplitude within two bins of a frequency.</summary>
    public double At(double hz)
    {
        var bin = (int)Math.Round(hz / BinHz);
        return _amplitudes[(bin - 2)..(bin + 3)].Max();
    }

    /// <summary>Cooley and Tukey's, in place.</summary>
    static void Transform(Span<Complex> values)
    {
        if (values.Length == 1)
            return;
        var half = values.Length / 2;
        var (even, odd) = (new Complex[half], new Complex[half]);
        for (var i = 0; i < half; i++)
            (even[i], odd[i]) = (values[2 * i], values[(2 * i) + 1]);
        Transform(even);
        Transform(odd);
        for (var i = 0; i < half; i++)
        {
            var turned = Complex.FromPolarCoordinates(1, -2 * Math.PI * i / values.Length) * odd[i];
            (values[i], values[half + i]) = (even[i] + turned, even[i] - turned);
        }
    }
}
