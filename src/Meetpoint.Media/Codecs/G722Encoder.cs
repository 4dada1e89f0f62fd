namespace Meetpoint.Media.Codecs;

/// <summary>ITU-T G.722 encoder, 64 kbit/s.</summary>
sealed class G722Encoder : IAudioEncoder
{
    /// <summary>Decision level of the higher band's quantiser.</summary>
    const int HighDecision = 564;

    State _state = State.Fresh();

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var count = pcm.Length / 2;
        for (var i = 0; i < count; i++)
        {
            _state.Qmf.Push(pcm[2 * i], pcm[(2 * i) + 1], out var even, out var odd);
            payload[i] = (byte)(EncodeLow((even + odd) >> 14) | (EncodeHigh((even - odd) >> 14) << 6));
        }

        return count;
    }

    public void CopyStateFrom(IAudioEncoder other) => _state = ((G722Encoder)other)._state;

    public void Reset() => _state = State.Fresh();

    public void Dispose()
    {
    }

    int EncodeLow(int sample)
    {
        ref var band = ref _state.Low;
        var difference = G722Band.Saturate(sample - band.Estimate);
        var magnitude = difference >= 0 ? difference : ~difference;
        var levels = G722Tables.Q6;
        // Levels grow, so the interval is found by halving: the first i in 1..30 with magnitude below level i.
        int low = 1, high = levels.Length;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (magnitude < (levels[middle] * band.Scale) >> 12)
                high = middle;
            else
                low = middle + 1;
        }

        var code = difference < 0 ? G722Tables.Iln[low] : G722Tables.Ilp[low];
        var coarse = code >> 2;
        band.Adapt((band.Scale * G722Tables.Qm4[coarse]) >> 15, G722Tables.LowStep[coarse]);
        return code;
    }

    int EncodeHigh(int sample)
    {
        ref var band = ref _state.High;
        var difference = G722Band.Saturate(sample - band.Estimate);
        var magnitude = difference >= 0 ? difference : ~difference;
        var outer = magnitude >= (HighDecision * band.Scale) >> 12;
        var code = difference < 0 ? (outer ? 0 : 1) : (outer ? 2 : 3);
        band.Adapt((band.Scale * G722Tables.Qm2[code]) >> 15, G722Tables.HighStep[code]);
        return code;
    }

    struct State
    {
        public G722QmfWindow Qmf;
        public G722Band Low;
        public G722Band High;

        public static State Fresh() => new() { Low = new G722Band(high: false), High = new G722Band(high: true) };
    }
}
