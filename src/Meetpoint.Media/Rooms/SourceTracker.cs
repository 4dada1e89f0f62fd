using Meetpoint.Net;

namespace Meetpoint.Media.Rooms;

/// <summary>What to do with a packet by its source.</summary>
enum SourceVerdict
{
    /// <summary>It is of the source that is being heard.</summary>
    Current,

    /// <summary>Another source takes over from now on.</summary>
    Changed,

    /// <summary>Another source, not believed yet.</summary>
    Rejected,
}

/// <summary>
/// Which of the sources on a leg is heard. A peer may begin anew with another SSRC (transfer, restart); a stray packet must not cut off the
/// one that talks.
/// </summary>
struct SourceTracker
{
    /// <summary>Packets in order that a new source must show while the old one still sends (RFC 3550 A.1, MIN_SEQUENTIAL is 2).</summary>
    public const int Probation = 3;

    /// <summary>The old source is thought gone after this long.</summary>
    public const long GoneNs = 200 * MonotonicTime.Millisecond;

    uint _candidate;
    int _candidateCount;
    ushort _candidateNext;
    bool _known;
    long _lastNs;

    /// <summary>The source that is heard.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>Judges a packet.</summary>
    public SourceVerdict Judge(uint ssrc, ushort sequence, long nowNs)
    {
        if (_known && ssrc == Ssrc)
        {
            _lastNs = nowNs;
            _candidateCount = 0;
            return SourceVerdict.Current;
        }

        if (_known && nowNs - _lastNs < GoneNs)
        {
            var inOrder = _candidateCount > 0 && ssrc == _candidate && sequence == _candidateNext;
            _candidateCount = inOrder ? _candidateCount + 1 : 1;
            _candidate = ssrc;
            _candidateNext = (ushort)(sequence + 1);
            if (_candidateCount < Probation)
                return SourceVerdict.Rejected;
        }

        _known = true;
        Ssrc = ssrc;
        _lastNs = nowNs;
        _candidateCount = 0;
        return SourceVerdict.Changed;
    }
}
