using Meetpoint.Net;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// How long a subscriber may be told nothing, so that on average it is told as often as it asked for (adaptive-min-rate, RFC 6446 section 7): the more often it was told lately, whatever for, the
/// longer. On the loop only.
/// </summary>
/// <param name="perSecond">Notifications a second, above 0.</param>
sealed class AdaptiveInterval(double perSecond)
{
    /// <summary>Notifications that a period has at the rate: the RFC wants several, since what was told is averaged over it.</summary>
    public const int PerPeriod = 10;

    /// <summary>Notifications that count, at most: with so many the interval is one whole period, and longer than that nobody is left untold.</summary>
    public const int MaxCounted = PerPeriod * PerPeriod;

    readonly long _periodNs = (long)(PerPeriod * MonotonicTime.Second / perSecond);
    readonly Queue<long> _toldNs = new();

    /// <summary>The rate that is kept to, in notifications a second.</summary>
    public double PerSecond => perSecond;

    /// <summary>It was told something, or the same again.</summary>
    public void Told(long nowNs)
    {
        if (_toldNs.Count == MaxCounted)
            _toldNs.Dequeue();
        _toldNs.Enqueue(nowNs);
    }

    /// <summary>From the last notification to the next, in nanoseconds: the count of the last period over rate² × period (RFC 6446 section 7.4, equation 1).</summary>
    public long IntervalNs(long nowNs)
    {
        while (_toldNs.TryPeek(out var firstNs) && firstNs <= nowNs - _periodNs)
            _toldNs.Dequeue();
        return (long)(_toldNs.Count / (perSecond * perSecond * _periodNs) * MonotonicTime.Second * MonotonicTime.Second);
    }
}
