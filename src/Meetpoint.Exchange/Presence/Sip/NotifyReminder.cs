using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// Keeps to the notifications a second that a subscriber asked for at least (min-rate, RFC 6446 section 6): the state is told again when nothing was for so long. A timer each, of those
/// that ask for it alone. Not kept over a restart, until the next refresh. On the loop only.
/// </summary>
sealed class NotifyReminder(IEventLoop loop, Action<EventSubscription> send)
{
    readonly Dictionary<EventSubscription, (LoopTimer Timer, long IntervalNs)> _timers = [];

    /// <summary>Takes what a SUBSCRIBE asks for; a refresh that asks for nothing lifts it.</summary>
    public void Take(EventSubscription subscription, double? perSecond)
    {
        if (perSecond is not { } rate)
        {
            Forget(subscription);
            return;
        }

        var timer = _timers.TryGetValue(subscription, out var known) ? known.Timer : new LoopTimer(loop, nowNs => OnDue(subscription, nowNs));
        var intervalNs = (long)(MonotonicTime.Second / rate);
        _timers[subscription] = (timer, intervalNs);
        timer.Arm(intervalNs);
    }

    /// <summary>It is over.</summary>
    public void Forget(EventSubscription subscription)
    {
        if (_timers.Remove(subscription, out var known))
            known.Timer.Disarm();
    }

    void OnDue(EventSubscription subscription, long nowNs)
    {
        if (!_timers.TryGetValue(subscription, out var known))
            return;
        if (subscription.IsEnded)
        {
            Forget(subscription);
            return;
        }

        var leftNs = subscription.NotifiedNs == 0 ? known.IntervalNs : subscription.NotifiedNs + known.IntervalNs - nowNs;
        if (leftNs <= 0)
            send(subscription);
        known.Timer.Arm(leftNs <= 0 ? known.IntervalNs : leftNs);
    }
}
