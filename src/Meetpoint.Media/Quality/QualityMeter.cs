using Meetpoint.Net;

namespace Meetpoint.Media.Quality;

/// <summary>
/// Works the quality of a leg's audio out of its counts, both ways, in windows: what is heard of the peer, and what the peer says by RTCP that it hears of us.
/// </summary>
/// <remarks>Sans-I/O, on one thread, and nothing is allocated. It is given counts that only grow; how often does not matter.</remarks>
public sealed class QualityMeter
{
    /// <summary>Length of a window: long enough for two of RTCP's reports, short enough that what is bad is known while it is.</summary>
    public const long WindowNs = 10 * MonotonicTime.Second;

    /// <summary>A last window shorter than this is not counted when the leg ends.</summary>
    public const long ShortestNs = 2 * MonotonicTime.Second;

    /// <summary>With fewer packets than this to be played a window says nothing: the microphone is off.</summary>
    public const long MinPackets = 50;

    /// <summary>Time that audio waits on either side until a packet is full.</summary>
    const double PacketMs = 20;

    /// <summary>The reports of a peer that sends none any more are believed for so many windows.</summary>
    const int ReportsFresh = 2;

    readonly double _poorBelow;
    QualityCounts _before;
    long _sinceNs;
    int _windowsWithoutReport;
    bool _hasBegun;
    DirectionQuality _up;
    DirectionQuality _down;

    /// <summary>A meter of a leg that begins.</summary>
    /// <param name="poorBelow">A window with a score below this is poor.</param>
    public QualityMeter(double poorBelow) => _poorBelow = poorBelow;

    /// <summary>What is heard of the peer.</summary>
    public ref readonly DirectionQuality Up => ref _up;

    /// <summary>What the peer hears of us, by its reports.</summary>
    public ref readonly DirectionQuality Down => ref _down;

    /// <summary>Windows that have ended.</summary>
    public int Windows { get; private set; }

    /// <summary>The worse of both directions in the last window; null when neither has a score.</summary>
    public double? Score => Min(_up.Score, _down.Score);

    /// <summary>Windows of the stay in which either direction was poor, in milliseconds.</summary>
    public long PoorMs { get; private set; }

    /// <summary>Windows of the stay that had a score, in milliseconds.</summary>
    public long MeasuredMs { get; private set; }

    /// <summary>Round trip in milliseconds; 0 while not known.</summary>
    public double RoundTripMs { get; private set; }

    /// <summary>Audio made up in place of what the peer lost, over the stay, in milliseconds.</summary>
    public long ConcealedMs { get; private set; }

    /// <summary>Takes what was counted by now; true when a window ended with it.</summary>
    /// <param name="counts">Since the leg began.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="isLast">The leg is over: what is left of a window counts if it is long enough.</param>
    public bool Take(in QualityCounts counts, long nowNs, bool isLast = false)
    {
        if (!_hasBegun)
        {
            (_hasBegun, _before, _sinceNs) = (true, counts, nowNs);
            return false;
        }

        var lengthNs = nowNs - _sinceNs;
        if (lengthNs < (isLast ? ShortestNs : WindowNs))
            return false;
        var seconds = lengthNs / (double)MonotonicTime.Second;
        (RoundTripMs, ConcealedMs) = (counts.RoundTripMs, counts.ConcealedMs);
        AddUp(counts, seconds);
        AddDown(counts, seconds);
        Windows++;
        if (Score is { } score)
        {
            MeasuredMs += lengthNs / MonotonicTime.Millisecond;
            PoorMs += score < _poorBelow ? lengthNs / MonotonicTime.Millisecond : 0;
        }

        (_before, _sinceNs) = (counts, nowNs);
        return true;
    }

    void AddUp(in QualityCounts counts, double seconds)
    {
        // What came too late counts as received by its number, and was not heard; what came twice lessens the loss and cannot make it negative.
        var missing = Math.Max(0, counts.Lost - _before.Lost);
        var unheard = missing + Math.Max(0, counts.Late - _before.Late);
        var expected = Math.Max(0, counts.Received - _before.Received) + missing;
        if (expected < MinPackets)
        {
            _up.Skip();
            return;
        }

        var gaps = counts.Gaps - _before.Gaps;
        var burst = gaps > 0 && missing > gaps ? missing / (double)gaps * (1 - (missing / (double)expected)) : 1;
        _up.Add(counts.Incoming, seconds, expected, unheard, burst, counts.JitterMs, (counts.RoundTripMs / 2) + counts.BufferMs + PacketMs);
    }

    void AddDown(in QualityCounts counts, double seconds)
    {
        var reports = counts.RemoteReports - _before.RemoteReports;
        _windowsWithoutReport = reports > 0 ? 0 : _windowsWithoutReport + 1;
        var expected = counts.RemoteExpected - _before.RemoteExpected;
        if (counts.RemoteReports == 0 || _windowsWithoutReport >= ReportsFresh || (reports > 0 && _before.RemoteReports > 0 && expected < MinPackets))
        {
            _down.Skip();
            return;
        }

        if (reports == 0)
            return; // its last report holds on
        // Of the first report only its own share is known: what went before it was sent before the window.
        var delay = (counts.RoundTripMs / 2) + QualityCounts.ExpectedBufferMs(counts.RemoteJitterMs) + PacketMs;
        if (_before.RemoteReports == 0)
            _down.Add(counts.Outgoing, seconds, MinPackets, (long)Math.Round(counts.RemoteLoss * MinPackets), 1, counts.RemoteJitterMs, delay);
        else
            _down.Add(counts.Outgoing, seconds, expected, counts.RemoteLost - _before.RemoteLost, 1, counts.RemoteJitterMs, delay);
    }

    static double? Min(double? one, double? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
