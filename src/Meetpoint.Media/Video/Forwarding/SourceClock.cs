using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// When the pictures of a source were taken, on our clock: by its sender reports, or else by when they came. A mutable value: keep it in a
/// field.
/// </summary>
/// <remarks>
/// The far clock is set against ours by the report that took least time to come; so a picture's time is that of its arrival on an idle way, as
/// it is for the sound, which the room mixes when it comes.
/// </remarks>
struct SourceClock
{
    /// <summary>Hz of every video RTP clock (RFC 6184 section 8.2.1, RFC 7741 section 6.2).</summary>
    public const int Rate = 90_000;

    /// <summary>The least offset is forgotten by this share a second, since clocks drift: 100 ppm.</summary>
    const long DriftPerSecondNs = 100 * MonotonicTime.Microsecond;

    long _offsetNs; // ours less theirs
    long _reportNs; // theirs
    long _takenNs; // when the last report came, ours
    uint _reportTimestamp;
    bool _hasReport;
    long _arrivalNs;
    uint _arrivalTimestamp;

    /// <summary>Takes a sender report.</summary>
    public void OnReport(ulong ntp, uint timestamp, long nowNs)
    {
        _reportNs = (long)(ntp >> 32) * MonotonicTime.Second + (long)(((ntp & uint.MaxValue) * MonotonicTime.Second) >> 32);
        _reportTimestamp = timestamp;
        var offset = nowNs - _reportNs;
        var forgotten = (nowNs - _takenNs) / MonotonicTime.Second * DriftPerSecondNs;
        _offsetNs = _hasReport ? Math.Min(offset, _offsetNs + forgotten) : offset;
        (_takenNs, _hasReport) = (nowNs, true);
    }

    /// <summary>A packet of the newest picture came; its first one counts.</summary>
    public void OnPicture(uint timestamp, long nowNs)
    {
        if (timestamp != _arrivalTimestamp || _arrivalNs == 0)
            (_arrivalTimestamp, _arrivalNs) = (timestamp, nowNs);
    }

    /// <summary>The source began anew.</summary>
    public void Reset() => this = default;

    /// <summary>Monotonic time at which the picture with a timestamp was there.</summary>
    public readonly long TimeOf(uint timestamp) => _hasReport
        ? _reportNs + _offsetNs + TicksToNs((int)(timestamp - _reportTimestamp))
        : _arrivalNs + TicksToNs((int)(timestamp - _arrivalTimestamp));

    /// <summary>The timestamp of a monotonic time.</summary>
    public readonly uint TimestampAt(long nowNs) => _arrivalTimestamp + (uint)(int)NsToTicks(nowNs - TimeOf(_arrivalTimestamp));

    /// <summary>Nine ticks are 100,000 ns; the products stay within 64 bits for centuries.</summary>
    public static long TicksToNs(long ticks) => ticks * 100_000 / 9;

    /// <summary>The other way round.</summary>
    public static long NsToTicks(long ns) => ns * 9 / 100_000;
}
