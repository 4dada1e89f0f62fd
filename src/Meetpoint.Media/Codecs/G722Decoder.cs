namespace Meetpoint.Media.Codecs;

/// <summary>ITU-T G.722 decoder, 64 kbit/s.</summary>
sealed class G722Decoder : IAudioDecoder
{
    G722QmfWindow _qmf;
    G722Band _low = new(high: false);
    G722Band _high = new(high: true);

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        var count = Math.Min(payload.Length, pcm.Length / 2);
        for (var i = 0; i < count; i++)
        {
            var code = payload[i];
            var low = DecodeLow(code & 0x3F);
            var high = DecodeHigh(code >> 6);
            _qmf.Push(low + high, low - high, out var even, out var odd);
            pcm[2 * i] = (short)G722Band.Saturate(even >> 11);
            pcm[(2 * i) + 1] = (short)G722Band.Saturate(odd >> 11);
        }

        return count * 2;
    }

    public void Reset()
    {
        _qmf = default;
        _low = new G722Band(high: false);
        _high = new G722Band(high: true);
    }

    public void Dispose()
    {
    }

    int DecodeLow(int code)
    {
        var sample = Limit(_low.Estimate + ((_low.Scale * G722Tables.Qm6[code]) >> 15));
        var coarse = code >> 2;
        _low.Adapt((_low.Scale * G722Tables.Qm4[coarse]) >> 15, G722Tables.LowStep[coarse]);
        return sample;
    }

    int DecodeHigh(int code)
    {
        var difference = (_high.Scale * G722Tables.Qm2[code]) >> 15;
        var sample = Limit(_high.Estimate + difference);
        _high.Adapt(difference, G722Tables.HighStep[code]);
        return sample;
    }

    static int Limit(int value) => Math.Clamp(value, -16384, 16383);
}
