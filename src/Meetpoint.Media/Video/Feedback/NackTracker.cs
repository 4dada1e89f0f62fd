using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Feedback;

/// <summary>
/// Which packets of one incoming source are missing, and when to ask for them: first once they can no longer be merely overtaken, again
/// after a round trip, at most <see cref="MaxAsks"/> times, and not at all once they would come too late. Not thread safe.
/// </summary>
public sealed class NackTracker
{
    /// <summary>Packets that may be missing at once, and the longest gap that is asked for: more is an outage, and only a whole picture mends that.</summary>
    public const int MaxMissing = 256;

    /// <summary>How often one packet is asked for.</summary>
    public const int MaxAsks = 8;

    /// <summary>A packet missing for so long is given up: by then a decoder has frozen and asked for a whole picture.</summary>
    public const long MaxAgeNs = MonotonicTime.Second;

    /// <summary>Newer packets that may overtake one without its being lost (as three of TCP, RFC 5681 3.2, do).</summary>
    public const int ReorderingPackets = 3;

    /// <summary>The least time that a gap is waited out, when few packets come behind it.</summary>
    public const long MinReorderingNs = 5 * MonotonicTime.Millisecond;

    /// <summary>The longest time that a gap is waited out, on a path that reorders by much.</summary>
    public const long MaxReorderingNs = 60 * MonotonicTime.Millisecond;

    /// <summary>Round trip that is assumed while none is known.</summary>
    public const long DefaultRoundTripNs = 100 * MonotonicTime.Millisecond;

    /// <summary>The least time between two requests for the same packet.</summary>
    public const long MinRepeatNs = 20 * MonotonicTime.Millisecond;

    /// <summary>A repetition waits longer than the round trip by this share (1/n), for round trips vary.</summary>
    const int RepeatMarginShare = 4;

    /// <summary>What a path's reordering is forgotten by with each packet that fills a gap unasked (1/n).</summary>
    const int ReorderingForgetShare = 16;

    readonly Gap[] _gaps = new Gap[MaxMissing]; // by growing sequence number
    int _count;
    SequenceExtender _sequence;
    bool _isStarted;
    int _restartCandidate = -1;
    long _reorderingNs = MinReorderingNs;

    /// <summary>Time from a request to its answer, in nanoseconds; told by who knows it.</summary>
    public long RoundTripNs { get; set; } = DefaultRoundTripNs;

    /// <summary>Packets that are missing now and not given up.</summary>
    public int Missing => _count;

    /// <summary>Packets that came after they were asked for.</summary>
    public long Recovered { get; private set; }

    /// <summary>Packets given up: too old, asked for too often, or in a gap too long.</summary>
    public long Abandoned { get; private set; }

    /// <summary>Counts a packet that arrived, in its own place or as a retransmission.</summary>
    /// <returns>True when it is the newest or was missing; false for a duplicate, and for one that was given up or jumped.</returns>
    public bool OnPacket(ushort sequence, long nowNs)
    {
        if (!_isStarted)
            return Start(sequence);
        var step = (short)(sequence - (ushort)_sequence.Highest);
        if (step is > ReceiverStatistics.MaxDropout or < -ReceiverStatistics.MaxDropout)
            return OnJump(sequence);
        _restartCandidate = -1;
        if (step <= 0)
            return Fill(_sequence.Highest + step, nowNs);
        var first = _sequence.Highest + 1;
        var highest = _sequence.Extend(sequence);
        Note(first, highest, nowNs);
        return true;
    }

    /// <summary>The packets to ask for now, oldest first, as many as fit; how many. What it gives counts as asked for.</summary>
    public int Take(Span<ushort> missing, long nowNs)
    {
        var (kept, taken) = (0, 0);
        var repeatNs = Math.Max(MinRepeatNs, RoundTripNs + (RoundTripNs / RepeatMarginShare));
        for (var i = 0; i < _count; i++)
        {
            var gap = _gaps[i];
            var waitedNs = nowNs - gap.AskedNs;
            var isDue = gap.Asks == 0 ? waitedNs >= _reorderingNs || (_reorderingNs == MinReorderingNs && _sequence.Highest - gap.Sequence >= ReorderingPackets) : waitedNs >= repeatNs;
            if (nowNs - gap.NotedNs >= MaxAgeNs || (isDue && gap.Asks == MaxAsks))
            {
                Abandoned++;
                continue;
            }

            if (isDue && taken < missing.Length)
            {
                missing[taken++] = (ushort)gap.Sequence;
                gap = gap with { Asks = gap.Asks + 1, AskedNs = nowNs };
            }

            _gaps[kept++] = gap;
        }

        _count = kept;
        return taken;
    }

    /// <summary>Nothing before this packet is needed any more: a whole picture begins with it.</summary>
    public void ForgetBefore(ushort sequence)
    {
        if (!_isStarted)
            return;
        var end = _sequence.Highest + (short)(sequence - (ushort)_sequence.Highest);
        var drop = 0;
        while (drop < _count && _gaps[drop].Sequence < end)
            drop++;
        Drop(drop);
    }

    /// <summary>Begins anew, as with another source.</summary>
    public void Reset()
    {
        _isStarted = false;
        _count = 0;
        _restartCandidate = -1;
        _reorderingNs = MinReorderingNs;
        _sequence.Reset();
    }

    bool Start(ushort sequence)
    {
        Reset();
        _sequence.Extend(sequence);
        return _isStarted = true;
    }

    // Far off: a sender that began anew, believed when a second packet goes on from there (as RFC 3550 A.1 has it).
    bool OnJump(ushort sequence)
    {
        var isConfirmed = _restartCandidate == sequence;
        _restartCandidate = (ushort)(sequence + 1);
        if (!isConfirmed)
            return false;
        Abandoned += _count;
        return Start(sequence);
    }

    void Note(long first, long end, long nowNs)
    {
        if (end - first > MaxMissing)
        {
            Abandoned += _count + (end - first);
            _count = 0;
            return;
        }

        var excess = _count + (int)(end - first) - MaxMissing;
        if (excess > 0)
        {
            Abandoned += excess;
            Drop(excess);
        }

        for (var sequence = first; sequence < end; sequence++)
            _gaps[_count++] = new Gap(sequence, nowNs, nowNs, 0);
    }

    bool Fill(long sequence, long nowNs)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_gaps[i].Sequence != sequence)
                continue;
            if (_gaps[i].Asks > 0)
                Recovered++;
            LearnReordering(_gaps[i], nowNs);
            Array.Copy(_gaps, i + 1, _gaps, i, _count - i - 1);
            _count--;
            return true;
        }

        return false;
    }

    // Sooner behind the request than any answer could be: it was overtaken, not lost. So long a gap is waited out from now on, and less again as shorter ones come.
    void LearnReordering(in Gap gap, long nowNs)
    {
        if (gap.Asks > 1 || (gap.Asks == 1 && nowNs - gap.AskedNs >= RoundTripNs / 2))
            return;
        var lateNs = nowNs - gap.NotedNs;
        _reorderingNs = Math.Clamp(Math.Max(lateNs + (lateNs / 4), _reorderingNs - (_reorderingNs / ReorderingForgetShare)), MinReorderingNs, MaxReorderingNs);
    }

    void Drop(int oldest)
    {
        Array.Copy(_gaps, oldest, _gaps, 0, _count - oldest);
        _count -= oldest;
    }

    readonly record struct Gap(long Sequence, long NotedNs, long AskedNs, int Asks);
}
