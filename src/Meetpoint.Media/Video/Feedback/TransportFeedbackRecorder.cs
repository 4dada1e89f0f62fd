using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Feedback;

/// <summary>
/// When the packets of one peer arrived, by transport sequence number, and the feedback that tells it of them: for a peer that estimates the
/// bandwidth of its own way out (draft-holmer-rmcat-transport-wide-cc-extensions-01). Not thread safe.
/// </summary>
public sealed class TransportFeedbackRecorder
{
    /// <summary>Numbers that are remembered; a power of two. At 2,500 packets a second that is nearly a second.</summary>
    public const int MaxRemembered = 2048;

    /// <summary>How far behind a packet may come and still be told of; then all from it on is told again.</summary>
    public const int MaxReordering = 256;

    /// <summary>The least time between feedback packets, so that they stay a small share of what they tell of.</summary>
    public const long IntervalNs = 50 * MonotonicTime.Millisecond;

    /// <summary>Numbers that make feedback due at once: more would not go into one packet when many are lost or late.</summary>
    public const int EarlyCount = 128;

    const long TickNs = TransportFeedback.TickMicroseconds * MonotonicTime.Microsecond;
    const long NotArrived = -1;

    readonly long[] _arrivals = new long[MaxRemembered]; // in ticks, by extended number modulo the length
    readonly long[] _told = new long[RtcpWriter.MaxTransportStatuses];
    SequenceExtender _sequence;
    bool _isStarted;
    int _restartCandidate = -1;
    long _first; // the first of all: what is older was never told of, nor counted as lost
    long _next; // the first that was not told of
    long _toldNs;
    byte _number;

    /// <summary>Packets that arrived, duplicates not counted.</summary>
    public long Received { get; private set; }

    /// <summary>Packets that had not arrived when they were told of, less those that came later.</summary>
    public long Lost { get; private set; }

    /// <summary>Packets that came behind a newer one.</summary>
    public long Reordered { get; private set; }

    /// <summary>Notes a packet that carries this number.</summary>
    public void OnPacket(ushort sequence, long nowNs)
    {
        if (!_isStarted)
        {
            Start(sequence, nowNs);
        }
        else
        {
            var step = (short)(sequence - (ushort)_sequence.Highest);
            var isFar = step is >= MaxRemembered or <= -MaxRemembered;
            if (isFar && _restartCandidate != sequence)
            {
                _restartCandidate = (ushort)(sequence + 1); // believed when a second one goes on from there
                return;
            }

            _restartCandidate = -1;
            if (isFar)
                Start(sequence, nowNs);
            else if (step > 0)
                Advance(step);
            else if (!TryFillIn(step))
                return;
        }

        var extended = _sequence.Extend(sequence);
        _arrivals[Slot(extended)] = nowNs / TickNs;
        Received++;
    }

    /// <summary>True when feedback should be written now.</summary>
    public bool IsDue(long nowNs) => _isStarted && _sequence.Highest >= _next && (nowNs - _toldNs >= IntervalNs || _sequence.Highest - _next >= EarlyCount);

    /// <summary>Writes one feedback packet, at most <see cref="RtcpWriter.MaxTransportFeedback"/> bytes; false when there is nothing to tell.</summary>
    /// <param name="writer">Gets the packet.</param>
    /// <param name="sender">Our own source.</param>
    /// <param name="media">Any source of the peer.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public bool TryWrite(ref RtcpWriter writer, uint sender, uint media, long nowNs)
    {
        if (!_isStarted || _sequence.Highest < _next)
            return false;
        // Feedback has at least one arrival. A gap longer than a packet tells of is left out: the peer takes what lies between two packets for lost.
        if (_sequence.Highest - _next >= RtcpWriter.MaxTransportStatuses)
            SkipGap();
        var count = (int)Math.Min(_sequence.Highest - _next + 1, RtcpWriter.MaxTransportStatuses);
        for (var i = 0; i < count; i++)
            _told[i] = _arrivals[Slot(_next + i)];
        while (_told[count - 1] == NotArrived)
            count--; // told of next time, when it may have come
        count = writer.TransportFeedback(sender, media, (ushort)_next, _number++, _told.AsSpan(0, count));
        Lost += _told.AsSpan(0, count).Count(NotArrived);
        _next += count;
        _toldNs = nowNs;
        return true;
    }

    static int Slot(long extended) => (int)(extended & (MaxRemembered - 1));

    void Start(ushort sequence, long nowNs)
    {
        _isStarted = true;
        _sequence.Reset();
        _first = _next = _sequence.Extend(sequence);
        _arrivals.AsSpan().Fill(NotArrived);
        _toldNs = nowNs;
    }

    void Advance(int step)
    {
        var highest = _sequence.Highest;
        for (var i = 1; i <= step; i++)
            _arrivals[Slot(highest + i)] = NotArrived;
        if (highest + step - _next >= MaxRemembered)
            _next = highest + step - MaxRemembered + 1; // not taken for a long time: the oldest are forgotten
    }

    // Late, but not too late to be told: the peer has taken it for lost, so all from it on is told again.
    bool TryFillIn(int step)
    {
        var extended = _sequence.Highest + step;
        if (-step > MaxReordering || _arrivals[Slot(extended)] != NotArrived)
            return false;
        Reordered++;
        if (extended >= _next)
            return true;
        for (var told = Math.Max(extended, _first); told < _next; told++)
        {
            if (_arrivals[Slot(told)] == NotArrived)
                Lost--; // what is still missing is counted again when it is told again
        }

        _first = Math.Min(_first, extended);
        _next = extended;
        return true;
    }

    void SkipGap()
    {
        var end = _next + RtcpWriter.MaxTransportStatuses;
        var first = _next;
        while (first < end && _arrivals[Slot(first)] == NotArrived)
            first++;
        if (first < end)
            return;
        while (_arrivals[Slot(first)] == NotArrived)
            first++;
        Lost += first - _next;
        _next = first;
    }
}
