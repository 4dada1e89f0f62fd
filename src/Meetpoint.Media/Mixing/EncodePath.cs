using Meetpoint.Media.Codecs;

namespace Meetpoint.Media.Mixing;

/// <summary>From a frame at the room's rate to a payload: to the codec's rate where needed, then the encoder.</summary>
sealed class EncodePath : IDisposable
{
    readonly IAudioEncoder _encoder;
    readonly short[] _frame;
    RateConverter? _converter;

    /// <summary>20 ms at 48 kHz.</summary>
    public const int MaxFrame = 960;

    /// <summary>20 ms at 160 kbit/s: more than twice what Opus is told to keep to on average.</summary>
    public const int MaxPayload = 400;

    public EncodePath(in EncodeTarget target)
    {
        Codec = target.Codec;
        _encoder = Codec.CreateEncoder();
        _encoder.Tune(target);
        _frame = new short[MaxFrame * Codec.SampleRate / 48_000];
    }

    public AudioCodec Codec { get; }

    /// <summary>Encodes a frame; returns bytes written.</summary>
    public int Encode(ReadOnlySpan<short> pcm, int rate, Span<byte> payload)
    {
        if (rate == Codec.SampleRate)
            return _encoder.Encode(pcm, payload);
        if (_converter?.From != rate)
            _converter = RateConverter.Between(rate, Codec.SampleRate);
        var frame = _frame.AsSpan(0, (int)((long)pcm.Length * Codec.SampleRate / rate));
        _converter.Process(pcm, frame);
        return _encoder.Encode(frame, payload);
    }

    /// <summary>From the next frame on; the codec stays.</summary>
    public void Tune(in EncodeTarget target) => _encoder.Tune(target);

    /// <summary>Goes on where another of the same codec is, with its settings.</summary>
    public void CopyStateFrom(EncodePath other)
    {
        _encoder.CopyStateFrom(other._encoder);
        if (other._converter is not { } converter)
        {
            _converter = null;
            return;
        }

        if (_converter?.From != converter.From)
            _converter = RateConverter.Between(converter.From, converter.To);
        _converter.CopyStateFrom(converter);
    }

    public void Dispose() => _encoder.Dispose();
}
