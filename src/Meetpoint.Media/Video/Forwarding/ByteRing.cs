using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>Where bytes stand in a <see cref="ByteRing"/>, and since when.</summary>
readonly record struct RingPlace(long Stamp, int Offset, int Length);

/// <summary>
/// The last bytes of a stream, the oldest overwritten by the newest. It begins small and grows to its limit while it holds less than
/// <see cref="KeepNs"/>; then nothing is allocated any more.
/// </summary>
sealed class ByteRing
{
    /// <summary>How long a receiver may take to ask for what it lost.</summary>
    public const long KeepNs = MonotonicTime.Second;

    /// <summary>The share of its limit that it begins with.</summary>
    const int FirstShare = 8;

    /// <summary>The least limit: an eighth of it holds some of the longest packets.</summary>
    const int MinBytes = 64 * 1024;

    readonly int _maxBytes;
    byte[] _bytes;
    int _head;
    long _written; // of all time, with what was left free at the end of a lap
    long _lapNs;

    public ByteRing(int maxBytes, long nowNs)
    {
        _maxBytes = Math.Max(maxBytes, MinBytes);
        _bytes = new byte[Math.Max(maxBytes, MinBytes) / FirstShare];
        _lapNs = nowNs;
    }

    /// <summary>Keeps bytes, at most an eighth of the limit.</summary>
    public RingPlace Add(ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (_head + bytes.Length > _bytes.Length)
            BeginLap(nowNs);
        var place = new RingPlace(_written, _head, bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_head));
        _head += bytes.Length;
        _written += bytes.Length;
        return place;
    }

    /// <summary>The bytes; empty when they are overwritten.</summary>
    public ReadOnlySpan<byte> Get(RingPlace place) =>
        _written - place.Stamp <= _bytes.Length ? _bytes.AsSpan(place.Offset, place.Length) : default;

    void BeginLap(long nowNs)
    {
        var left = _bytes.Length - _head;
        if (nowNs - _lapNs < KeepNs && _bytes.Length < _maxBytes)
        {
            // What stands keeps its place; the new lap goes on behind it.
            Array.Resize(ref _bytes, Math.Min(_bytes.Length * 2, _maxBytes));
        }
        else
        {
            _written += left;
            _head = 0;
            _lapNs = nowNs;
        }
    }
}
