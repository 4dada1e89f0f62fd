using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// Keeps to the notifications a second that a subscriber asked for at least (min-rate, RFC 6446 section 6), or on average (adaptive-min-rate, section 7): the state is told again when nothing was
/// for so long. A timer each, of those that ask for it alone. After a restart what was told before does not count. On the loop only.
/// </summary>
sealed class NotifyReminder(IEventLoop loop, Action<EventSubscription> send)
{
    readonly Dictionary<EventSubscription, Pace> _paces = [];

    /// <summary>Takes what a SUBSCRIBE asks for; a refresh that asks for nothing lifts it, and one that asks for the same average goes on with it.</summary>
    public void Take(EventSubscription subscription, NotifyRates rates)
    {
        var known = _paces.GetValueOrDefault(subscription);
        if ((rates.AtLeast, rates.OnAverage) is (null, null))
        {
            Forget(subscription);
            return;
        }

        var adaptive = rates.OnAverage is not { } average ? null : known?.Adaptive?.PerSecond == average ? known.Adaptive : new AdaptiveInterval(average);
        var pace = new Pace(known?.Timer ?? new LoopTimer(loop, nowNs => OnDue(subscription, nowNs)), rates, adaptive);
        _paces[subscription] = pace;
        pace.Timer.Arm(pace.IntervalNs(loop.NowNs));
    }

    /// <summary>It is being notified, for whatever reason; not when a notification is only sent again.</summary>
    public void Told(EventSubscription subscription)
    {
        if (_paces.Count == 0 || !_paces.TryGetValue(subscription, out var pace) || pace.Adaptive is not { } adaptive)
            return;
        adaptive.Told(loop.NowNs);
        pace.Timer.Arm(pace.IntervalNs(loop.NowNs));
    }

    /// <summary>It is over.</summary>
    public void Forget(EventSubscription subscription)
    {
        if (_paces.Remove(subscription, out var pace))
            pace.Timer.Disarm();
    }

    void OnDue(EventSubscription subscription, long nowNs)
    {
        if (!_paces.TryGetValue(subscription, out var pace))
            return;
        if (subscription.IsEnded)
        {
            Forget(subscription);
            return;
        }

        var intervalNs = pace.IntervalNs(nowNs);
        var leftNs = subscription.NotifiedNs == 0 ? intervalNs : subscription.NotifiedNs + intervalNs - nowNs;
        if (leftNs <= 0)
            send(subscription);
        pace.Timer.Arm(leftNs <= 0 ? pace.IntervalNs(nowNs) : leftNs);
    }

    sealed record Pace(LoopTimer Timer, NotifyRates Rates, AdaptiveInterval? Adaptive)
    {
        /// <summary>What may pass between two notifications, in nanoseconds: no less than the highest rates allow (RFC 6446 section 7.4, equation 2).</summary>
        public long IntervalNs(long nowNs)
        {
            var longestNs = Rates.AtLeast is { } least ? NsOf(least) : long.MaxValue;
            if (Adaptive is null)
                return longestNs;
            var shortestNs = NsOf(Math.Min(NotifyRates.MaxAtLeast, Rates.AtMost ?? NotifyRates.MaxAtLeast));
            return Math.Min(longestNs, Math.Max(shortestNs, Adaptive.IntervalNs(nowNs)));
        }

        static long NsOf(double perSecond) => (long)(MonotonicTime.Second / perSecond);
    }
}
