using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// The session timer of one call (RFC 4028): at half the interval the refresher refreshes; shortly before its end whoever heard nothing gives up.
/// </summary>
sealed class SessionTimer(Call call) : TimerNode
{
    bool _isRefreshDue;

    /// <summary>The agreed interval in seconds; 0 before the first agreement.</summary>
    public long IntervalSeconds { get; private set; }

    /// <summary>True when refreshing is on us.</summary>
    public bool WeRefresh { get; private set; }

    /// <summary>Begins, or begins anew at a refresh.</summary>
    public void Start(long intervalSeconds, bool weRefresh)
    {
        IntervalSeconds = intervalSeconds;
        WeRefresh = weRefresh;
        _isRefreshDue = weRefresh;
        Arm(weRefresh ? intervalSeconds / 2 : ExpirySeconds);
    }

    public void Stop() => call.Ua.Loop.Timers.Cancel(this);

    protected override void Fire(long nowNs)
    {
        if (!_isRefreshDue)
        {
            call.Expire();
            return;
        }

        // If the refresh succeeds, Start comes before the rest of the interval is over.
        _isRefreshDue = false;
        Arm(ExpirySeconds - IntervalSeconds / 2);
        call.RefreshSession();
    }

    // Section 10: BYE goes out at the smaller of 32 s and a third of the interval before its end.
    long ExpirySeconds => IntervalSeconds - Math.Min(32, IntervalSeconds / 3);

    void Arm(long seconds) => call.Ua.Loop.Timers.Arm(this, call.Ua.Loop.NowNs + seconds * MonotonicTime.Second);
}
