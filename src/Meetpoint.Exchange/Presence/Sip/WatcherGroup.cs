using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
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
    public IEnumerable<PresenceWatcherView> Watchers(Instant now, long nowNs) => Subscriptions.Select(subscription => new PresenceWatcherView
    {
        Watcher = (subscription.Owner as PresenceSubscriptions.Held)?.Asker.Address ?? subscription.Subscriber,
        Via = "sip",
        Neighbour = View.Audience.Neighbour,
        Level = View.Audience.Level,
        Shown = JsonDialect.View(View.User),
        CallId = subscription.CallId,
        Dialect = dialect.MediaType,
        RemainingSeconds = subscription.RemainingSeconds(nowNs),
        Since = subscription.Owner is PresenceSubscriptions.Held held ? now - Duration.FromNanoseconds(nowNs - held.SinceNs) : null,
        Notified = subscription.NotifiedNs == 0 ? null : now - Duration.FromNanoseconds(nowNs - subscription.NotifiedNs),
        Status = subscription.LastStatus == 0 ? null : subscription.LastStatus,
        Unanswered = subscription.UnansweredCount,
        IsWaiting = subscriptions.IsWaiting(subscription),
    });
}
