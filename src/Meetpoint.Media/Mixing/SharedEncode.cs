using Meetpoint.Media.Codecs;

namespace Meetpoint.Media.Mixing;

/// <summary>One encode a tick for all listeners who hear the same and are sent it alike.</summary>
sealed class SharedEncode(EncodeTarget target) : IDisposable
{
    readonly byte[] _payload = new byte[EncodePath.MaxPayload];
    int _length;
    long _tick = -1;

    public EncodeTarget Target => target;

    public EncodePath Path { get; } = new(target);

    /// <summary>True when nobody listened in the tick before this one: its state is of another time.</summary>
    public bool IsStale(long tick) => _tick < tick - 1;

    /// <summary>Goes on where another path is, of whatever settings.</summary>
    public void Join(EncodePath other)
    {
        Path.CopyStateFrom(other);
        Path.Tune(target);
    }

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

    public void Dispose() => Path.Dispose();
}
