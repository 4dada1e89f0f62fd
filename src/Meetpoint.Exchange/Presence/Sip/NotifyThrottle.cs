using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>Keeps to the notifications a second that a subscriber asked for at most (max-rate, RFC 6446 section 5): what comes too soon waits, and is then the state of that time. On the loop only.</summary>
sealed class NotifyThrottle(IEventLoop loop, Action<EventSubscription> send)
{
    readonly PriorityQueue<EventSubscription, long> _waiting = new();
    readonly HashSet<EventSubscription> _isWaiting = [];
    readonly Dictionary<EventSubscription, long> _intervalsNs = [];
    LoopTimer? _timer;

    /// <summary>Takes what a SUBSCRIBE asks for; a refresh that asks for nothing lifts it.</summary>
    public void Take(EventSubscription subscription, double? perSecond)
    {
        if (perSecond is { } rate)
            _intervalsNs[subscription] = (long)(MonotonicTime.Second / rate);
        else
            _intervalsNs.Remove(subscription);
    }

    /// <summary>It is over.</summary>
    public void Forget(EventSubscription subscription) => _intervalsNs.Remove(subscription);

    /// <summary>True, and nothing is done, when it may be notified now; else it is, when it may.</summary>
    public bool MayPass(EventSubscription subscription)
    {
        if (_intervalsNs.Count == 0 || !_intervalsNs.TryGetValue(subscription, out var intervalNs) || subscription.NotifiedNs == 0)
            return true;
        var dueNs = subscription.NotifiedNs + intervalNs;
        if (dueNs <= loop.NowNs)
            return true;
        if (_isWaiting.Add(subscription))
        {
            _waiting.Enqueue(subscription, dueNs);
            Arm();
        }

        return false;
    }

    void Arm()
    {
        if (_waiting.TryPeek(out _, out var dueNs))
            (_timer ??= new LoopTimer(loop, OnDue)).Arm(Math.Max(1, dueNs - loop.NowNs));
    }

    void OnDue(long nowNs)
    {
        while (_waiting.TryPeek(out var subscription, out var dueNs) && dueNs <= nowNs)
        {
            _waiting.Dequeue();
            _isWaiting.Remove(subscription);
            if (!subscription.IsEnded)
                send(subscription);
        }

        Arm();
    }
}
