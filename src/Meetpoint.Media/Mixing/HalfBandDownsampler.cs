namespace Meetpoint.Media.Mixing;

/// <summary>16 to 8 kHz, with a delay of 1.5 ms.</summary>
sealed class HalfBandDownsampler(int maxInput)
{
    readonly float[] _even = new float[HalfBandTaps.Count + (maxInput / 2)];
    readonly float[] _odd = new float[HalfBandTaps.Count + (maxInput / 2)];

    /// <summary>Halves the rate: <paramref name="output"/> is half as long as <paramref name="input"/>.</summary>
    public void Process(ReadOnlySpan<short> input, Span<short> output)
    {
        var history = HalfBandTaps.Count - 1;
        var count = input.Length / 2;
        for (var i = 0; i < count; i++)
        {
            _even[history + i] = input[2 * i];
            _odd[history + i] = input[(2 * i) + 1];
        }

        for (var i = 0; i < count; i++)
        {
            var sample = (0.5f * _odd[i + (HalfBandTaps.Count / 2) - 1]) + HalfBandTaps.Convolve(_even.AsSpan(i, HalfBandTaps.Count));
            output[i] = (short)Math.Clamp(sample, short.MinValue, short.MaxValue);
        }

        _even.AsSpan(count, history).CopyTo(_even);
        _odd.AsSpan(count, history).CopyTo(_odd);
    }

    public void CopyStateFrom(HalfBandDownsampler other)
    {
        other._even.CopyTo(_even, 0);
        other._odd.CopyTo(_odd, 0);
    }
}
