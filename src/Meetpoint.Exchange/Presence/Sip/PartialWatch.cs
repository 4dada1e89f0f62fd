using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>A watcher who asked for partial documents (RFC 5263): the whole once, and then what changed. On the loop only.</summary>
sealed class PartialWatch(PresenceContext context, PresenceSubscriptions subscriptions, EventSubscription subscription, PresenceAsker asker)
    : SingleWatch(context, subscriptions, subscription, asker), IPresenceWatcher, IWatcherList
{
    PresenceShown? _sent;
    uint _version;

    /// <summary>What is shown.</summary>
    public AudienceView? View { get; set; }

    /// <inheritdoc/>
    public override EventBody Render()
    {
        if (View is null)
            return EventBody.Empty;
        var shown = View.Show(Context.Now) with { Version = ++_version };
        var body = _sent is { } sent && Subscription.UnansweredCount == 0 ? PartialPidfWriter.WriteDiff(sent, shown) : null;
        _sent = shown;
        return new EventBody(PartialPidfWriter.MediaType, body ?? PartialPidfWriter.WriteFull(shown));
    }

    /// <inheritdoc/>
    public override void BeginAnew() => _sent = null;

    /// <inheritdoc/>
    public override void Leave()
    {
        if (View is { } view)
            Context.Hub.Unwatch(view, this);
        View = null;
    }

    /// <inheritdoc/>
    public override string? Readmit()
    {
        if (View is null || Context.Directory.Find(View.Presentity.Address) is not { } target || Subscriptions.Renew(Asker) is not { } asker
            || !Context.Policy.TryAdmit(asker, target, out var audience, out _))
            return "rejected";
        if (audience == View.Audience)
            return null;
        Leave();
        View = Context.Hub.Watch(target.Address, in audience, this);
        Subscriptions.Notify(this);
        return View is null ? "rejected" : null;
    }

    /// <inheritdoc/>
    public void OnChanged(AudienceView view) => Subscriptions.Notify(this);

    /// <inheritdoc/>
    public IEnumerable<PresenceWatcherView> Watchers(Instant now, long nowNs) => View is { } view ? [Describe(view, PartialPidfWriter.MediaType, now, nowNs)] : [];
}
