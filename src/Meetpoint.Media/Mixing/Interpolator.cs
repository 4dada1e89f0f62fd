using System.Numerics;
using Meetpoint.Media.Jitter;

namespace Meetpoint.Media.Mixing;

/// <summary>To a higher rate: of each sample that comes, the taps of every phase make one that goes out.</summary>
sealed class Interpolator : RateConverter
{
    const int History = PolyphaseTaps.Count - 1;

    readonly int _factor;
    readonly float[] _phases;
    readonly float[] _samples;

    public Interpolator(int from, int to)
    {
        (From, To, _factor) = (from, to, to / from);
        _phases = PolyphaseTaps.Phases(_factor);
        _samples = new float[History + (EncodePath.MaxFrame / _factor)];
    }

    public override int From { get; }

    public override int To { get; }

    public override void Process(ReadOnlySpan<short> input, Span<short> output)
    {
        Waveform.ToFloat(input, _samples.AsSpan(History));
        for (var i = 0; i < input.Length; i++)
        {
            var window = _samples.AsSpan(i, PolyphaseTaps.Count);
            output[i * _factor] = (short)window[PolyphaseTaps.Count / 2 - 1]; // the phase that falls on what came
            for (var phase = 1; phase < _factor; phase++)
                output[(i * _factor) + phase] = (short)Math.Clamp(Convolve(window, _phases.AsSpan((phase - 1) * PolyphaseTaps.Count)), short.MinValue, short.MaxValue);
        }

        _samples.AsSpan(input.Length, History).CopyTo(_samples);
    }

    public override void Reset() => Array.Clear(_samples);

    public override void CopyStateFrom(RateConverter other) => ((Interpolator)other)._samples.CopyTo(_samples, 0);

    static float Convolve(ReadOnlySpan<float> samples, ReadOnlySpan<float> taps)
    {
        var sum = Vector<float>.Zero;
        for (var i = 0; i < PolyphaseTaps.Count; i += Vector<float>.Count)
            sum += new Vector<float>(samples[i..]) * new Vector<float>(taps[i..]);
        return Vector.Sum(sum);
    }
}
