using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Upstream;

/// <summary>One presentity as one system reports her: a subscription of ours, made again whenever it ends. On the loop only.</summary>
sealed class UpstreamSubscription(PresenceContext context, PresenceMemory memory, PresenceSource source, PresenceWay way, string watcher, string[] path)
    : UpstreamSource(context, memory, source, way), ISubscriber
{
    /// <summary>Between two requests for full state, at least: a phone that never sends any is not asked at each of its documents.</summary>
    const long WholeAgainNs = 5 * MonotonicTime.Second;

    SubscriberSubscription? _subscription;
    LoopTimer? _whole;
    DialogTable _dialogs = new();
    long _wholeAgainNs;

    /// <inheritdoc/>
    protected override void Ask()
    {
        if (IsClosed || _subscription is not null || PresenceDirectory.RouteTo(Way.Neighbour) is not { } route)
            return;
        _dialogs = new DialogTable();
        _whole?.Disarm();
        var style = PresenceWire.StyleOf(Way.Neighbour);
        var isLamp = PresenceWire.IsLamp(Way.Neighbour.World.FindProfile(Way.Neighbour.Neighbour.Profile));
        _subscription = Context.Ua.Subscribe(
            new SubscribeOptions
            {
                Target = SipUri.Parse(Way.UriAt(Context.Admission.World.Exchange)),
                From = new NameAddress(PresenceDirectory.UriOf(watcher)),
                Event = isLamp ? "dialog" : "presence",
                Accept = PresenceWire.AcceptOf(style, isLamp),
                Route = route,
                ContactUser = "presence",
                Headers = [.. Headers(style)],
            }, this);
        Standing = "asked";
    }

    /// <inheritdoc/>
    public void OnNotify(SubscriberSubscription subscription, SipMessage notify)
    {
        if (!ReferenceEquals(subscription, _subscription) || IsClosed)
            return;
        Standing = subscription.IsActive ? "active" : "pending";
        Answers();
        if (notify.Body.IsEmpty)
        {
            if (subscription.IsActive)
                Report([]);
            return;
        }

        if (PresenceWire.Read(notify.MediaType, PresenceWire.StyleOf(Way.Neighbour)) is not { } dialect)
            Context.Log.Malformed(notify.Source.ToString(), $"NOTIFY of {Way.Address}: nobody here reads {notify.MediaType}");
        else if (ReferenceEquals(dialect, LampDialect.Instance))
            TakeDialogs(notify);
        else if (dialect.TryRead(notify.Body, out var report, out var fault))
            Report(Own(report.States));
        else
            Context.Log.Malformed(notify.Source.ToString(), $"NOTIFY of {Way.Address}: {fault}");
    }

    /// <inheritdoc/>
    public void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds)
    {
        if (!ReferenceEquals(subscription, _subscription))
            return;
        _subscription = null;
        if (IsClosed)
            return;
        var isRefused = IsRefusal(status) || reason is "rejected" or "noresource";
        long? afterNs = retryAfterSeconds is { } seconds ? Math.Clamp(seconds, 1, 3_600) * MonotonicTime.Second : reason is "deactivated" or "timeout" ? MonotonicTime.Second : null;
        Over(status, reason, isRefused, afterNs);
    }

    /// <inheritdoc/>
    protected override void End()
    {
        _whole?.Disarm();
        _subscription?.End();
        _subscription = null;
    }

    /// <summary>Dialogs come whole or in part; after a gap the whole is asked for by a refresh (RFC 4235 section 4.3), and what was known stands until it comes.</summary>
    void TakeDialogs(SipMessage notify)
    {
        if (!DialogInfo.TryRead(notify.Body, out var info, out var fault))
        {
            Context.Log.Malformed(notify.Source.ToString(), $"NOTIFY of {Way.Address}: {fault}");
            return;
        }

        switch (_dialogs.Take(info))
        {
            case DialogTaken.Taken:
                _whole?.Disarm();
                Report(Own(LampDialect.Report(info.Entity, _dialogs.Dialogs).States));
                break;
            case DialogTaken.Missed when Context.Loop.NowNs < _wholeAgainNs:
                (_whole ??= new LoopTimer(Context.Loop, _ => AskWhole())).Arm(_wholeAgainNs - Context.Loop.NowNs);
                break;
            case DialogTaken.Missed:
                AskWhole();
                break;
        }
    }

    void AskWhole()
    {
        _wholeAgainNs = Context.Loop.NowNs + WholeAgainNs;
        _subscription?.Refresh();
    }

    /// <summary>
    /// What the system says itself: not what an exchange has put there, and where we put something there ourselves, not what it made of everything either.
    /// </summary>
    IReadOnlyList<ReportedState> Own(IReadOnlyList<ReportedState> states)
    {
        var record = Way.Neighbour.Neighbour;
        if (record.Exchange is not null)
            return states;
        var isSinkOnly = record.Presence.Publish != PresencePublishing.None && Context.Directory.Find(Source.Presentity.Address)?.User?.Presence.Systems.Length > 1;
        return [.. states.Where(state => !PublishedDevice.IsMarked(state.Device) && !(isSinkOnly && state.Kind == SourceKind.Aggregate))];
    }

    IEnumerable<(string Name, string Value)> Headers(DialectStyle style)
    {
        if (style == DialectStyle.Microsoft)
        {
            yield return (SipHeader.Supported.Name(), "ms-benotify, ms-piggyback-first-notify");
            yield return ("Proxy-Require", "ms-benotify");
        }

        if (style == DialectStyle.Exchange && CorrelationId.TryParse(System.Text.Encoding.ASCII.GetBytes(Context.Tokens.SessionId()), out var session))
        {
            foreach (var header in SessionHeaders.Of(session, path, Context.Admission.World.Exchange))
                yield return header;
        }
    }
}
