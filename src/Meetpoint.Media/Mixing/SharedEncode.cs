using Meetpoint.Media.Codecs;

namespace Meetpoint.Media.Mixing;

/// <summary>One encode a tick for all listeners of one codec who hear the same.</summary>
sealed class SharedEncode(AudioCodec codec)
{
    readonly byte[] _payload = new byte[EncodePath.MaxPayload];
    int _length;
    long _tick = -1;

    public EncodePath Path { get; } = new(codec);

    /// <summary>The payload of this tick; made at the first call of the tick.</summary>
    public ReadOnlySpan<byte> PayloadOf(long tick, ReadOnlySpan<short> pcm, int rate)
    {
        if (_tick != tick)
        {
            _tick = tick;
            _length = Path.Encode(pcm, rate, _payload);
        }

        return _payload.AsSpan(0, _length);
    }
}
