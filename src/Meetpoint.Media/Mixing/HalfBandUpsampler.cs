namespace Meetpoint.Media.Mixing;

/// <summary>8 to 16 kHz, with a delay of 1.5 ms.</summary>
sealed class HalfBandUpsampler(int maxInput)
{
    readonly float[] _samples = new float[HalfBandTaps.Count + maxInput];

    /// <summary>Doubles the rate: <paramref name="output"/> is twice as long as <paramref name="input"/>.</summary>
    public void Process(ReadOnlySpan<short> input, Span<short> output)
    {
        var history = HalfBandTaps.Count - 1;
        Jitter.Waveform.ToFloat(input, _samples.AsSpan(history));
        for (var i = 0; i < input.Length; i++)
        {
            var window = _samples.AsSpan(i, HalfBandTaps.Count);
            output[2 * i] = (short)window[HalfBandTaps.Count / 2 - 1];
            output[(2 * i) + 1] = (short)Math.Clamp(2 * HalfBandTaps.Convolve(window), short.MinValue, short.MaxValue);
        }

        _samples.AsSpan(input.Length, history).CopyTo(_samples);
    }

    public void Reset() => Array.Clear(_samples);
}
