using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Upstream;

/// <summary>One presentity as one system reports her: a subscription of ours, made again whenever it ends. On the loop only.</summary>
sealed class UpstreamSubscription : ISubscriber
{
    const long FirstRetryNs = 2 * MonotonicTime.Second;
    const long LastRetryNs = 120 * MonotonicTime.Second;

    /// <summary>Between two requests for full state, at least: a phone that never sends any is not asked at each of its documents.</summary>
    const long WholeAgainNs = 5 * MonotonicTime.Second;

    readonly PresenceContext _context;
    readonly PresenceMemory _memory;
    readonly string _watcher;
    readonly string[] _path;
    readonly LoopTimer _retry;
    SubscriberSubscription? _subscription;
    LoopTimer? _whole;
    DialogTable _dialogs = new();
    long _retryNs = FirstRetryNs;
    long _wholeAgainNs;
    bool _isClosed;

    public UpstreamSubscription(PresenceContext context, PresenceMemory memory, PresenceSource source, PresenceWay way, string watcher, string[] path)
    {
        (_context, _memory, Way, _watcher, _path) = (context, memory, way, watcher, path);
        Source = source;
        _retry = new LoopTimer(context.Loop, _ => Subscribe());
    }

    /// <summary>What it fills.</summary>
    public PresenceSource Source { get; }

    /// <summary>Where, by the world in force.</summary>
    public PresenceWay Way { get; set; }

    /// <summary>How it stands, for people: "active", "pending", or why it is not.</summary>
    public string Standing
    {
        get;
        private set
        {
            if (field != value)
                _context.Hub.Decisions?.AddRare(Source.Presentity.Address, DecisionKind.Upstream, Way.Neighbour.Neighbour.Id, value);
            field = value;
        }
    } = "not asked yet";

    /// <summary>Asks, or asks again.</summary>
    public void Subscribe()
    {
        if (_isClosed || _subscription is not null || PresenceDirectory.RouteTo(Way.Neighbour) is not { } route)
            return;
        _dialogs = new DialogTable();
        _whole?.Disarm();
        var style = PresenceWire.StyleOf(Way.Neighbour);
        var isLamp = PresenceWire.IsLamp(Way.Neighbour.World.FindProfile(Way.Neighbour.Neighbour.Profile));
        _subscription = _context.Ua.Subscribe(
            new SubscribeOptions
            {
                Target = SipUri.Parse(TargetUri()),
                From = new NameAddress(PresenceDirectory.UriOf(_watcher)),
                Event = isLamp ? "dialog" : "presence",
                Accept = PresenceWire.AcceptOf(style, isLamp),
                Route = route,
                ContactUser = "presence",
                Headers = [.. Headers(style)],
            }, this);
        Standing = "asked";
    }

    /// <summary>Takes the subscription back; what it said is withdrawn.</summary>
    public void Close()
    {
        _isClosed = true;
        _retry.Disarm();
        _whole?.Disarm();
        _subscription?.End();
        _subscription = null;
        _context.Hub.Close(Source);
    }

    /// <inheritdoc/>
    public void OnNotify(SubscriberSubscription subscription, SipMessage notify)
    {
        if (!ReferenceEquals(subscription, _subscription) || _isClosed)
            return;
        Standing = subscription.IsActive ? "active" : "pending";
        _retryNs = FirstRetryNs;
        if (notify.Body.IsEmpty)
        {
            if (subscription.IsActive)
                Report([]);
            return;
        }

        if (PresenceWire.Read(notify.MediaType, PresenceWire.StyleOf(Way.Neighbour)) is not { } dialect)
            _context.Log.Malformed(notify.Source.ToString(), $"NOTIFY of {Way.Address}: nobody here reads {notify.MediaType}");
        else if (ReferenceEquals(dialect, LampDialect.Instance))
            TakeDialogs(notify);
        else if (dialect.TryRead(notify.Body, out var report, out var fault))
            Report(Own(report.States));
        else
            _context.Log.Malformed(notify.Source.ToString(), $"NOTIFY of {Way.Address}: {fault}");
    }

    /// <inheritdoc/>
    public void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds)
    {
        if (!ReferenceEquals(subscription, _subscription))
            return;
        _subscription = null;
        if (_isClosed)
            return;
        Standing = $"{status} {reason}";
        if (status is 403 or 404 or 410 or 489 or 604 || reason is "rejected" or "noresource")
        {
            // It says that there is nothing to be had, which is not the same as silence.
            Report([]);
            _memory.Forget(Source.Presentity.Address, Source.Origin);
            _retryNs = LastRetryNs;
        }
        else
        {
            _context.Hub.Lose(Source, _context.Now);
        }

        var afterNs = retryAfterSeconds is { } seconds ? Math.Clamp(seconds, 1, 3_600) * MonotonicTime.Second : reason is "deactivated" or "timeout" ? MonotonicTime.Second : _retryNs;
        _retryNs = Math.Min(_retryNs * 2, LastRetryNs);
        _retry.Arm(afterNs);
    }

    /// <summary>Dialogs come whole or in part; after a gap the whole is asked for by a refresh (RFC 4235 section 4.3), and what was known stands until it comes.</summary>
    void TakeDialogs(SipMessage notify)
    {
        if (!DialogInfo.TryRead(notify.Body, out var info, out var fault))
        {
            _context.Log.Malformed(notify.Source.ToString(), $"NOTIFY of {Way.Address}: {fault}");
            return;
        }

        switch (_dialogs.Take(info))
        {
            case DialogTaken.Taken:
                _whole?.Disarm();
                Report(Own(LampDialect.Report(info.Entity, _dialogs.Dialogs).States));
                break;
            case DialogTaken.Missed when _context.Loop.NowNs < _wholeAgainNs:
                (_whole ??= new LoopTimer(_context.Loop, _ => AskWhole())).Arm(_wholeAgainNs - _context.Loop.NowNs);
                break;
            case DialogTaken.Missed:
                AskWhole();
                break;
        }
    }

    void AskWhole()
    {
        _wholeAgainNs = _context.Loop.NowNs + WholeAgainNs;
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
        var isSinkOnly = record.Presence.Publish != PresencePublishing.None && _context.Directory.Find(Source.Presentity.Address)?.User?.Presence.Systems.Length > 1;
        return [.. states.Where(state => !PublishedDevice.IsMarked(state.Device) && !(isSinkOnly && state.Kind == SourceKind.Aggregate))];
    }

    void Report(IReadOnlyList<ReportedState> states) => _context.Hub.Report(Source, states, _context.Now, _context.Loop.NowNs);

    string TargetUri()
    {
        if (!Way.Address.StartsWith('+'))
            return $"sip:{Way.Address}";
        var host = Way.Neighbour.Neighbour.SipUri is { } text && SipUri.TryParse(text, out var uri) ? uri.Host : _context.Admission.World.Exchange;
        return $"sip:{Way.Address}@{host};user=phone";
    }

    IEnumerable<(string Name, string Value)> Headers(DialectStyle style)
    {
        if (style == DialectStyle.Microsoft)
        {
            yield return (SipHeader.Supported.Name(), "ms-benotify, ms-piggyback-first-notify");
            yield return ("Proxy-Require", "ms-benotify");
        }

        if (style == DialectStyle.Exchange && CorrelationId.TryParse(System.Text.Encoding.ASCII.GetBytes(_context.Tokens.SessionId()), out var session))
        {
            foreach (var header in SessionHeaders.Of(session, _path, _context.Admission.World.Exchange))
                yield return header;
        }
    }
}
