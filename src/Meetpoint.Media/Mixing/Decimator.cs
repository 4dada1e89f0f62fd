using Meetpoint.Media.Jitter;

namespace Meetpoint.Media.Mixing;

/// <summary>To a lower rate: what the lower cannot carry is taken out, then every so many-th sample is kept.</summary>
sealed class Decimator : RateConverter
{
    readonly int _factor;
    readonly float[] _taps;
    readonly float[] _samples;

    public Decimator(int from, int to)
    {
        (From, To, _factor) = (from, to, from / to);
        _taps = PolyphaseTaps.LowPass(_factor);
        _samples = new float[_taps.Length + EncodePath.MaxFrame];
    }

    public override int From { get; }

    public override int To { get; }

    public override void Process(ReadOnlySpan<short> input, Span<short> output)
    {
        var history = _taps.Length - 1;
        var count = input.Length / _factor;
        Waveform.ToFloat(input, _samples.AsSpan(history));
        for (var i = 0; i < count; i++)
            output[i] = (short)Math.Clamp(Waveform.Dot(_samples.AsSpan(i * _factor, _taps.Length), _taps), short.MinValue, short.MaxValue);
        _samples.AsSpan(count * _factor, history).CopyTo(_samples);
    }

    public override void Reset() => Array.Clear(_samples);

    public override void CopyStateFrom(RateConverter other) => ((Decimator)other)._samples.CopyTo(_samples, 0);
}
