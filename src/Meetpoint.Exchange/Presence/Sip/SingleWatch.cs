using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>A subscription whose documents are its own, since they say only what is new to it: a list, or a partial document. On the loop only.</summary>
abstract class SingleWatch(PresenceContext context, PresenceSubscriptions subscriptions, EventSubscription subscription, PresenceAsker asker)
{
    readonly long _sinceNs = context.Loop.NowNs;

    public EventSubscription Subscription => subscription;

    public PresenceAsker Asker => asker;

    /// <summary>What of it is kept over a restart: the address that was subscribed to, and the name of the dialect; null for one that is not.</summary>
    public virtual (string Presentity, string Dialect)? Stored => null;

    /// <summary>Further headers of the answers to its SUBSCRIBEs.</summary>
    public virtual IReadOnlyList<(string Name, string Value)> AnswerHeaders => [];

    protected PresenceContext Context => context;

    protected PresenceSubscriptions Subscriptions => subscriptions;

    /// <summary>What is new since the last that was written; all of it at first, after a refresh, and after one that was not answered.</summary>
    public abstract EventBody Render();

    /// <summary>The next document says everything.</summary>
    public abstract void BeginAnew();

    /// <summary>Watches nobody any more.</summary>
    public abstract void Leave();

    /// <summary>Decides again by the world in force; null while it stands, else the reason of its end (RFC 6665 section 4.1.3).</summary>
    public abstract string? Readmit();

    /// <summary>The watcher, as people are shown him.</summary>
    protected PresenceWatcherView Describe(AudienceView view, string mediaType, Instant now, long nowNs) =>
        Describe(subscription, asker.Address, view, mediaType, _sinceNs, subscriptions.IsWaiting(subscription), now, nowNs);

    /// <summary>The watcher behind a subscription, as people are shown him.</summary>
    public static PresenceWatcherView Describe(
        EventSubscription subscription, string watcher, AudienceView view, string mediaType, long? sinceNs, bool isWaiting, Instant now, long nowNs) => new()
    {
        Watcher = watcher,
        Via = "sip",
        Neighbour = view.Audience.Neighbour,
        Level = view.Audience.Level,
        Shown = JsonDialect.View(view.User),
        CallId = subscription.CallId,
        Dialect = mediaType,
        RemainingSeconds = subscription.RemainingSeconds(nowNs),
        Since = sinceNs is { } since ? now - Duration.FromNanoseconds(nowNs - since) : null,
        Notified = subscription.NotifiedNs == 0 ? null : now - Duration.FromNanoseconds(nowNs - subscription.NotifiedNs),
        Status = subscription.LastStatus == 0 ? null : subscription.LastStatus,
        Unanswered = subscription.UnansweredCount,
        IsWaiting = isWaiting,
    };
}
