using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>All subscriptions that are shown one view in one dialect: what they are notified of is written once. On the loop only.</summary>
sealed class WatcherGroup(PresenceSubscriptions subscriptions, IPresenceDialect dialect) : IPresenceWatcher, IWatcherList
{
    /// <summary>What its subscriptions see; set once, by whoever joins the group to the view.</summary>
    public AudienceView View { get; set; } = null!;

    public IPresenceDialect Dialect => dialect;

    public List<EventSubscription> Subscriptions { get; } = [];

    /// <inheritdoc/>
    public int Count => Subscriptions.Count;

    /// <inheritdoc/>
    public void OnChanged(AudienceView changed)
    {
        foreach (var subscription in Subscriptions)
            subscriptions.Changed(this, subscription);
    }

    /// <inheritdoc/>
    public IEnumerable<PresenceWatcherView> Watchers(Instant now, long nowNs) => Subscriptions.Select(subscription =>
        SingleWatch.Describe(
            subscription, (subscription.Watcher as PresenceAsker)?.Address ?? subscription.Subscriber, View, dialect.MediaType, subscription.Mark * MonotonicTime.Second,
            subscriptions.IsWaiting(subscription), now, nowNs));
}
