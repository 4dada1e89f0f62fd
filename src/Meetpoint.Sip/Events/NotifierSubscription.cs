using System.Globalization;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Hears a subscription that others hold with us.</summary>
public interface INotifier
{
    /// <summary>It was refreshed: RFC 6665 section 4.2.1.2 wants the whole state notified now.</summary>
    void OnRefreshed(NotifierSubscription subscription, SipMessage subscribe);

    /// <summary>It ended: taken back, run out, or its subscriber is gone. For the first two, a last NOTIFY with the state may be given by Notify before this returns.</summary>
    void OnEnded(NotifierSubscription subscription, string reason);
}

/// <summary>A subscription that others hold with us: we notify.</summary>
public sealed class NotifierSubscription : Subscription
{
    readonly INotifier _notifier;
    readonly ActionTimer _expiry;
    Pending? _waiting;
    bool _isSending;
    bool _isTerminating;
    long _endNs;

    internal NotifierSubscription(SipUserAgent ua, ServerTransaction subscribe, Dialog dialog, INotifier notifier)
        : base(ua, EventName.Key(subscribe.Request))
    {
        _notifier = notifier;
        _expiry = new ActionTimer(_ => Terminate("timeout"));
        Dialog = dialog;
        Accept = subscribe.Request.Texts(SipHeader.Accept);
    }

    /// <summary>Media types that the subscriber takes; empty means the package's default.</summary>
    public IReadOnlyList<string> Accept { get; }

    /// <summary>Seconds that it still runs.</summary>
    public long RemainingSeconds => Math.Max(0, (_endNs - Ua.Loop.NowNs) / MonotonicTime.Second);

    /// <summary>
    /// Notifies the state. While a NOTIFY is under way the newest state waits and replaces the one that waited.
    /// </summary>
    /// <param name="contentType">Of the body; null without body.</param>
    /// <param name="body">The state.</param>
    /// <param name="isPending">True while the subscription waits for a permission.</param>
    public void Notify(string? contentType, ReadOnlyMemory<byte> body, bool isPending = false)
    {
        if (IsEnded)
            return;
        Enqueue(new Pending(contentType, body, isPending ? "pending" : "active", null));
    }

    /// <summary>Ends it from our side.</summary>
    /// <param name="reason">"noresource", "rejected", "deactivated"... (section 4.1.3).</param>
    /// <param name="contentType">Of a last state; null without.</param>
    /// <param name="body">A last state.</param>
    public void End(string reason, string? contentType = null, ReadOnlyMemory<byte> body = default)
    {
        if (IsEnded)
            return;
        Finish();
        Enqueue(new Pending(contentType, body, "terminated", reason));
    }

    internal override void OnRequest(ServerTransaction transaction)
    {
        if (IsEnded || !Dialog!.TakeRequest(transaction.Request, transaction.Flow))
        {
            transaction.Respond(IsEnded ? 481 : 500);
            return;
        }

        Dialog.RefreshTarget(transaction.Request, transaction.Flow);
        var seconds = Math.Min(transaction.Request.ExpiresSeconds ?? 3_600, Ua.Options.MaxSubscriptionSeconds);
        Confirm(transaction, seconds);
        if (seconds == 0)
            Terminate("timeout");
        else
            _notifier.OnRefreshed(this, transaction.Request);
    }

    internal void Confirm(ServerTransaction transaction, long seconds)
    {
        var writer = transaction.Begin(200);
        writer.Header(SipHeader.Contact, SipRequest.Contact(transaction.Flow, Dialog!.ContactUser)).Header(SipHeader.Expires, seconds);
        Ua.AddServer(writer);
        transaction.Send(200, writer.End());
        _endNs = Ua.Loop.NowNs + seconds * MonotonicTime.Second;
        if (seconds > 0)
            Ua.Loop.Timers.Arm(_expiry, _endNs);
    }

    /// <summary>The subscriber ends it, or its time is over: the state once more, marked as the last.</summary>
    internal void Terminate(string reason)
    {
        if (IsEnded)
            return;
        _isTerminating = true;
        _waiting = null;
        _notifier.OnEnded(this, reason);
        var last = _waiting;
        Finish();
        Enqueue(new Pending(last?.ContentType, last?.Body ?? default, "terminated", reason));
    }

    void Enqueue(Pending pending)
    {
        if (_isSending || (_isTerminating && !IsEnded))
            _waiting = pending;
        else
            Send(pending);
    }

    void Send(Pending pending)
    {
        _isSending = true;
        var notify = Request("NOTIFY");
        var state = pending.State == "terminated" ? $"terminated;reason={pending.Reason}"
            : string.Create(CultureInfo.InvariantCulture, $"{pending.State};expires={RemainingSeconds}");
        notify.Headers.Add((SipHeader.Subscription_State.Name(), state));
        notify.ContentType = pending.ContentType;
        notify.Body = pending.Body;
        Ua.Send(notify, Dialog!.Route(), null, OnNotified);
    }

    void OnNotified(SipResult result)
    {
        _isSending = false;
        if (!result.IsSuccess && result.Status is not (401 or 407 or 491 or 500 or 503) && !IsEnded)
        {
            // Section 4.2.2: a subscriber that refuses or does not answer is gone.
            _waiting = null;
            Finish();
            _notifier.OnEnded(this, $"status {result.Status}");
            return;
        }

        if (_waiting is not { } next)
            return;
        _waiting = null;
        Send(next);
    }

    void Finish()
    {
        IsEnded = true;
        Ua.Loop.Timers.Cancel(_expiry);
        Ua.Remove(this);
    }

    sealed record Pending(string? ContentType, ReadOnlyMemory<byte> Body, string State, string? Reason);
}
