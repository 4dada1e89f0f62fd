using Meetpoint.Media.Codecs;

namespace Meetpoint.Media.Mixing;

/// <summary>From a frame at the room's rate to a payload: down to the codec's rate where needed, then the encoder.</summary>
sealed class EncodePath
{
    readonly IAudioEncoder _encoder;
    readonly HalfBandDownsampler _down = new(MaxFrame);
    readonly short[] _frame = new short[MaxFrame];

    /// <summary>20 ms at 16 kHz.</summary>
    public const int MaxFrame = 320;

    /// <summary>20 ms at 64 kbit/s.</summary>
    public const int MaxPayload = 160;

    public EncodePath(AudioCodec codec)
    {
        Codec = codec;
        _encoder = codec.CreateEncoder();
    }

    public AudioCodec Codec { get; }

    /// <summary>Encodes a frame; returns bytes written.</summary>
    public int Encode(ReadOnlySpan<short> pcm, int rate, Span<byte> payload)
    {
        if (rate == Codec.SampleRate)
            return _encoder.Encode(pcm, payload);
        var frame = _frame.AsSpan(0, pcm.Length / 2);
        _down.Process(pcm, frame);
        return _encoder.Encode(frame, payload);
    }

    public void CopyStateFrom(EncodePath other)
    {
        _down.CopyStateFrom(other._down);
        _encoder.CopyStateFrom(other._encoder);
    }
}
