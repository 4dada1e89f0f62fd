using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// The notifier's side of SIP presence: takes SUBSCRIBE (RFC 3856, and dialog states for lamps, RFC 4235), answers once it is durable, and notifies what the
/// hub composes. On the loop only.
/// </summary>
sealed partial class PresenceSubscriptions : IEventPackage
{
    readonly PresenceContext _context;
    readonly Dictionary<(AudienceView View, IPresenceDialect Dialect), WatcherGroup> _groups = [];
    readonly Dictionary<EventSubscription, string> _rates = []; // of the few that ask for any
    readonly RecentWatchers _recent = new();
    readonly Action<object> _notify;
    readonly NotifyThrottle _throttle;
    readonly NotifyReminder _reminder;

    public PresenceSubscriptions(PresenceContext context)
    {
        _context = context;
        Events = new EventServer(context.Ua, this);
        _notify = subscription => Events.Notify((EventSubscription)subscription);
        _throttle = new NotifyThrottle(context.Loop, Pass);
        _reminder = new NotifyReminder(context.Loop, Remind);
    }

    /// <summary>Where the dialogs are.</summary>
    public EventServer Events { get; }

    /// <summary>Whose subscriptions of its package stand among these.</summary>
    public WatcherInformation? Winfo { get; set; }

    /// <summary>Takes a SUBSCRIBE outside a dialog.</summary>
    public void Take(IncomingRequest request, SipCaller caller)
    {
        var message = request.Message;
        if (RequestedList.IsIn(message))
        {
            TakeList(request, caller);
            return;
        }

        var asker = AskerOf(message, caller);
        if (message.RequestUri is { } uri && _context.Directory.FindList(uri.ToString()) is { } list)
        {
            TakeStoredList(request, caller, asker, list);
            return;
        }

        var target = message.RequestUri is null ? null : _context.Directory.Find(message.RequestUri.ToString());
        if (target is null)
        {
            _context.Refusals.Reject(request, _context.Admission.Refuse(RefusalReason.NoRoute, asker.Correlation) with { Sender = caller.Sender });
            return;
        }

        if (!_context.Policy.TryAdmit(asker, target, out var audience, out var refusal))
        {
            _context.Hub.Decisions?.AddRare(target.Address, DecisionKind.Refused, asker.Address, KebabEnum<RefusalReason>.Word(refusal.Reason));
            _context.Refusals.Reject(request, in refusal);
            return;
        }

        if (IsPartial(message))
        {
            TakePartial(request, asker, target, in audience);
            return;
        }

        var isDialog = IsPackage(message, "dialog");
        var style = PresenceWire.StyleOf(caller);
        var dialect = PresenceWire.Choose(message.Texts(SipHeader.Accept), style, isDialog);
        if (dialect is null)
        {
            request.Respond(406, null, (SipHeader.Accept.Name(), PresenceWire.AcceptOf(style, isDialog)));
            return;
        }

        if (Events.Accept(request) is not { } subscription)
            return;
        if (!Join(subscription, target, in audience, dialect))
        {
            Events.Drop(subscription);
            request.Respond(503, null, (SipHeader.Retry_After.Name(), "60"));
            return;
        }

        Hold(subscription, asker);
        _context.Hub.Decisions?.AddRare(target.Address, DecisionKind.Watched, asker.Address, null);
        TakeRates(subscription, NotifyRates.Of(message.Text(SipHeader.Event)));
        Write(subscription, request, Events.SecondsOf(message));
    }

    /// <inheritdoc/>
    public EventBody Render(EventSubscription subscription)
    {
        _reminder.Told(subscription);
        return subscription.Owner is WatcherGroup group ? group.View.Write(group.Dialect, _context.Now)
            : subscription.Owner is SingleWatch single ? single.Render()
            : subscription.Owner is WatcherInformation.Listener listener ? Winfo!.Render(listener) : EventBody.Empty;
    }

    /// <inheritdoc/>
    public void OnRefresh(EventSubscription subscription, IncomingRequest request, int seconds)
    {
        TakeRates(subscription, NotifyRates.Of(request.Message.Text(SipHeader.Event)));
        if (subscription.Owner is WatcherInformation.Listener listener)
            listener.Told = null;
        if (subscription.Owner is SingleWatch single)
        {
            single.BeginAnew(); // RFC 6665 section 4.2.1.2: the whole state after each SUBSCRIBE
            if (single is ListWatch { Address: null } list && RequestedList.IsIn(request.Message) && RequestedList.TryRead(request.Message, out var change, out _))
                Apply(list, change);
        }

        Write(subscription, request, seconds);
    }

    /// <inheritdoc/>
    public void OnEnded(EventSubscription subscription, string reason)
    {
        if (subscription is { Owner: WatcherGroup group, Watcher: PresenceAsker asker })
            _context.Hub.Decisions?.AddRare(group.View.Presentity.Address, DecisionKind.Ended, asker.Address, reason);
        _throttle.Forget(subscription);
        _reminder.Forget(subscription);
        _rates.Remove(subscription);
        if (subscription.Owner is WatcherInformation.Listener listener)
        {
            Winfo!.OnEnded(listener);
            return;
        }

        Leave(subscription);
        if (subscription.Owner is SingleWatch { Stored: null })
            return;
        _context.Store.Write(
            transaction =>
            {
                SubscriptionRows.Remove(transaction, _context.Node, subscription.Slot, EventServer.Store(subscription).Token);
                return true;
            }, static _ => { }, fault => _context.Log.Fault("presence", fault));
    }

    /// <summary>A subscription is shown something else: now, or when its neighbour's pace allows.</summary>
    public void Changed(WatcherGroup group, EventSubscription subscription)
    {
        if (!_throttle.MayPass(subscription))
            return;
        var sender = SenderOf(subscription);
        if (!_context.Pacers.Tell(sender, subscription, _notify))
            _context.Hub.Decisions?.Add(group.View.Presentity, DecisionKind.Waits, sender!.Neighbour.Id);
    }

    /// <summary>True while what it is to be shown waits for its neighbour's pace.</summary>
    public bool IsWaiting(EventSubscription subscription) => SenderOf(subscription) is { } sender && _context.Pacers.IsWaiting(sender.Neighbour.Id, subscription);

    /// <summary>Goes on with what the store has; before the first message is taken.</summary>
    public void Restore(IReadOnlyList<SubscriptionRows.Row> rows)
    {
        var now = _context.Now;
        _context.Store.Write(
            transaction =>
            {
                SubscriptionRows.Forget(transaction, _context.Node, now.ToUnixTimeMilliseconds());
                return true;
            }, static _ => { }, fault => _context.Log.Fault("presence", fault));
        foreach (var row in rows)
        {
            var seconds = (int)Math.Min(int.MaxValue, (row.ExpiresMs - now.ToUnixTimeMilliseconds()) / 1_000);
            var world = _context.Admission.World;
            var listDialect = ListWatch.DialectOf(row.Dialect);
            if (seconds < 1 || world.FindProvider(row.Provider) is not { } provider || (listDialect ?? PresenceWire.ByName(row.Dialect)) is not { } dialect
                || _context.Directory.Find(row.Presentity) is not { } target || Events.Restore(row.ToStored(), seconds) is not { } subscription)
                continue;
            var sender = row.Neighbour is null ? null : world.FindNeighbour(row.Neighbour);
            var asker = new PresenceAsker(sender, provider, row.Watcher, row.Path.Length == 0 ? [] : row.Path.Split(','), default);
            TakeRates(subscription, NotifyRates.Of(row.Rates));
            if (listDialect is not null)
            {
                RestoreList(subscription, row, asker, dialect);
                continue;
            }

            if ((row.Neighbour is not null && sender is null) || !_context.Policy.TryAdmit(asker, target, out var audience, out _) || !Join(subscription, target, in audience, dialect))
            {
                subscription.Owner = null;
                Events.End(subscription, "rejected");
                continue;
            }

            Hold(subscription, asker);
        }
    }

    /// <summary>The world has changed: who may see less hears of it when his neighbour's pace allows, and who may see nothing any more at once.</summary>
    public void Readmit()
    {
        foreach (var subscription in Events.All.ToList())
        {
            if (subscription.Owner is SingleWatch single && single.Readmit() is { } reason)
            {
                single.Leave();
                subscription.Owner = null;
                Events.End(subscription, reason);
            }

            if (subscription is not { Owner: WatcherGroup group, Watcher: PresenceAsker known })
                continue;
            var sender = known.Sender is null ? null : _context.Admission.World.FindNeighbour(known.Sender.Neighbour.Id);
            var asker = _recent.Share(known with { Sender = sender });
            if ((known.Sender is not null && sender is null) || _context.Directory.Find(group.View.Presentity.Address) is not { } target
                || !_context.Policy.TryAdmit(asker, target, out var audience, out _))
            {
                _context.Hub.Decisions?.AddRare(group.View.Presentity.Address, DecisionKind.Refused, asker.Address, "no-longer-allowed");
                Leave(subscription);
                subscription.Owner = null;
                Events.End(subscription, "rejected");
                continue;
            }

            if (audience != group.View.Audience)
            {
                Leave(subscription);
                if (!Join(subscription, target, in audience, group.Dialect))
                {
                    subscription.Owner = null;
                    Events.End(subscription, "probation");
                    continue;
                }

                subscription.Watcher = asker;
                Pass(subscription); // a change of the world concerns many at once
            }

            subscription.Watcher = asker;
        }
    }

    /// <summary>True when the Event of a request is of this package.</summary>
    public static bool IsPackage(SipMessage message, string package) =>
        message.Text(SipHeader.Event) is { } text && text.Split(';', 2)[0].Trim().Equals(package, StringComparison.OrdinalIgnoreCase);

    bool Join(EventSubscription subscription, PresenceTarget target, in PresenceAudience audience, IPresenceDialect dialect)
    {
        if (_context.Hub.FindView(target.Address, in audience) is { } view && _groups.TryGetValue((view, dialect), out var group))
        {
            _context.Hub.WatchersChanged?.Invoke(view.Presentity);
        }
        else
        {
            group = new WatcherGroup(this, dialect);
            if (_context.Hub.Watch(target.Address, in audience, group) is not { } made)
                return false;
            group.View = made;
            _groups[(made, dialect)] = group;
        }

        group.Subscriptions.Add(subscription);
        subscription.Owner = group;
        return true;
    }

    void Leave(EventSubscription subscription)
    {
        (subscription.Owner as SingleWatch)?.Leave();
        if (subscription.Owner is not WatcherGroup group)
            return;
        group.Subscriptions.Remove(subscription);
        if (group.Subscriptions.Count > 0)
        {
            _context.Hub.WatchersChanged?.Invoke(group.View.Presentity);
            return;
        }

        _groups.Remove((group.View, group.Dialect));
        _context.Hub.Unwatch(group.View, group);
    }

    /// <summary>Answers once it is durable; 503 where the store is away.</summary>
    void Write(EventSubscription subscription, IncomingRequest request, int seconds)
    {
        var single = subscription.Owner as SingleWatch;
        var headers = single?.AnswerHeaders ?? [];
        var kept = subscription.Owner is WatcherGroup group ? (group.View.Presentity.Address, PresenceWire.NameOf(group.Dialect)) : single?.Stored;
        if (seconds == 0 || kept is not var (presentity, dialect) || AskerOf(subscription) is not { } asker)
        {
            Events.Confirm(subscription, request, seconds, headers);
            return;
        }

        var stored = EventServer.Store(subscription);
        var row = new SubscriptionRows.Row(
            _context.Node, stored.Slot, stored.Token, presentity, asker.Address, asker.Provider.Id, asker.Sender?.Neighbour.Id,
            string.Join(',', asker.Path), dialect, _rates.GetValueOrDefault(subscription), stored.Dialog, stored.LocalCSeq, stored.RemoteCSeq, stored.Style, stored.Listener,
            (long)stored.Transport, stored.Remote, (_context.Now + Duration.FromSeconds(seconds)).ToUnixTimeMilliseconds());
        _context.Store.Write(
            transaction =>
            {
                SubscriptionRows.Put(transaction, row);
                return true;
            },
            _ => _context.Loop.Post(() => Events.Confirm(subscription, request, seconds, headers)),
            fault => _context.Loop.Post(() =>
            {
                _context.Log.Fault("presence", fault);
                request.Respond(503, null, (SipHeader.Retry_After.Name(), "10"));
                if (subscription.EndNs == 0)
                {
                    Leave(subscription);
                    Events.Drop(subscription);
                }
            }));
    }

    /// <summary>What is kept with a subscription besides its group: who watches, and since when, in seconds of the loop; since the restart where it is older.</summary>
    void Hold(EventSubscription subscription, PresenceAsker asker)
    {
        subscription.Watcher = _recent.Share(asker);
        subscription.Mark = (int)(_context.Loop.NowNs / MonotonicTime.Second);
    }
}
