using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>
/// When to probe, and how high: at the begin, on from each probe that went through, now and then while more could be used than the estimate
/// allows, and back up after a sudden fall.
/// </summary>
sealed class ProbePlan(BandwidthOptions options)
{
    /// <summary>The first probe goes to so many times the start, and each that goes through is followed by one twice as high.</summary>
    public const double FirstFactor = 3;

    /// <summary>How much higher the next probe goes after one that went through.</summary>
    public const double NextFactor = 2;

    /// <summary>How much higher one goes that only asks whether more goes through by now.</summary>
    public const double PeriodicFactor = 1.5;

    /// <summary>Time to the first of those, and after a sudden fall: what told of the link so far may have been chance.</summary>
    public const long FirstIntervalNs = MonotonicTime.Second;

    /// <summary>Time between those, doubled by each that finds the link full, up to <see cref="MaxIntervalNs"/>.</summary>
    public const long MinIntervalNs = 4 * MonotonicTime.Second;

    /// <summary>The longest time between them.</summary>
    public const long MaxIntervalNs = 16 * MonotonicTime.Second;

    /// <summary>None sooner after a queue grew.</summary>
    public const long QuietNs = 1500 * MonotonicTime.Millisecond;

    /// <summary>A fall by more than this share is tried to be undone, once.</summary>
    public const double LargeFall = 0.66;

    /// <summary>A fall so soon after a probe shows that the probe was wrong, as where others share the link: it is not undone.</summary>
    public const long DoubtNs = 5 * MonotonicTime.Second;

    const double RecoverShare = 0.85;

    /// <summary>A probe that found this share of its rate shows that the next higher one is worth while.</summary>
    const double GoOnShare = 0.7;

    /// <summary>A little more than could be used is looked for, so that the allocation has its margin.</summary>
    const double DemandMargin = 1.25;

    bool _isStarted;
    long _next;
    long _recover;
    long _lastNs;
    long _foundNs = long.MinValue / 2;
    long _quietFromNs = long.MinValue / 2;
    long _intervalNs = FirstIntervalNs;

    /// <summary>What could be used, in bit/s.</summary>
    public long Demand { get; set; } = options.MaxBitsPerSecond;

    /// <summary>The rate to probe now; 0 when none.</summary>
    public long Take(long estimate, DelaySignal signal, long nowNs)
    {
        var wanted = (long)Math.Min(options.MaxBitsPerSecond, Demand * DemandMargin);
        if (estimate >= wanted || signal == DelaySignal.Overuse || nowNs - _quietFromNs < QuietNs)
            return 0;
        var rate = 0L;
        if (!_isStarted)
            rate = (long)(estimate * FirstFactor);
        else if (_next > 0)
            rate = _next;
        else if (_recover > estimate)
            rate = _recover;
        else if (nowNs - Math.Max(_lastNs, _quietFromNs) >= _intervalNs) // a link that fills now and then is full
            rate = (long)(estimate * PeriodicFactor);
        if (rate == 0)
            return 0;
        _isStarted = true;
        _next = _recover = 0;
        _lastNs = nowNs;
        return Math.Min(rate, wanted);
    }

    /// <summary>Takes what a probe at a rate found; null for nothing.</summary>
    public void OnResult(ProbeResult? result, long rate, long nowNs)
    {
        if (result is not null)
            _foundNs = nowNs;
        if (result is { } found && found.BitsPerSecond >= rate * GoOnShare && !found.IsSaturated)
        {
            _next = (long)(found.BitsPerSecond * NextFactor);
            _intervalNs = MinIntervalNs;
        }
        else
        {
            _intervalNs = Math.Min(_intervalNs * 2, MaxIntervalNs);
        }
    }

    /// <summary>Takes a fall of the estimate.</summary>
    public void OnFall(long from, long to, long nowNs)
    {
        _quietFromNs = nowNs;
        _next = 0;
        if (nowNs - _foundNs < DoubtNs)
        {
            _intervalNs = Math.Min(_intervalNs * 2, MaxIntervalNs);
            _foundNs = long.MinValue / 2;
        }
        else if (to < from * LargeFall)
        {
            _recover = Math.Max(_recover, (long)(from * RecoverShare));
            _intervalNs = FirstIntervalNs;
        }
    }
}
