using Meetpoint.Net;

namespace Meetpoint.Media.Rtp;

/// <summary>When the next report of a two-party session is due (RFC 3550 6.2, 6.3.1).</summary>
/// <remarks>
/// With two members the bandwidth share never asks for more than the minimum, so the interval is the minimum of five seconds,
/// halved before the first report, times a random factor of 0.5 to 1.5, over e - 1.5.
/// </remarks>
public struct RtcpSchedule
{
    /// <summary>The least mean interval between reports.</summary>
    public const long MinimumIntervalNs = 5 * MonotonicTime.Second;

    /// <summary>e - 3/2: undoes what timer reconsideration adds on average (6.3.1).</summary>
    const double Compensation = Math.E - 1.5;

    readonly long _intervalNs;
    uint _random;
    long _dueNs;

    /// <summary>A schedule whose first report comes after half an interval.</summary>
    /// <param name="seed">What its times are drawn from.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="intervalNs">The mean interval: the minimum, or less where the bandwidth of the session allows (RFC 3550 6.2).</param>
    public RtcpSchedule(uint seed, long nowNs, long intervalNs = MinimumIntervalNs)
    {
        _random = seed | 1;
        _intervalNs = intervalNs;
        _dueNs = nowNs + Draw(intervalNs / 2);
    }

    /// <summary>When the next is due.</summary>
    public readonly long DueNs => _dueNs;

    /// <summary>True when a report is due now; the next is scheduled then.</summary>
    public bool Take(long nowNs)
    {
        if (nowNs < _dueNs)
            return false;
        _dueNs = nowNs + Draw(_intervalNs);
        return true;
    }

    long Draw(long intervalNs)
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return (long)(intervalNs * (0.5 + (_random / (double)uint.MaxValue)) / Compensation);
    }
}
