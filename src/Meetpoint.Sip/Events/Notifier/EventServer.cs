using System.Globalization;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// Holds subscriptions of others by the hundred thousand (RFC 6665's notifier): makes and finds their dialogs, sends their notifications, and goes on with
/// them after a restart.
/// </summary>
/// <remarks>
/// A NOTIFY needs no transaction object: its subscription is one, found by the branch. A NOTIFY that nobody answers ends nothing: the subscription goes on to its
/// time, and the next change, or a minute, tries again. 481 and the other answers of RFC 6665 section 4.2.2 end it. On the loop only.
/// </remarks>
public sealed partial class EventServer
{
    /// <summary>Numbers that CSeq jumps by at a restart: more than are sent between two refreshes.</summary>
    public const uint CSeqEpoch = 1 << 16;

    const long RetryNs = 60 * MonotonicTime.Second;

    readonly SipUserAgent _ua;
    readonly IEventPackage _package;
    readonly NotifyWriter _writer = new();
    readonly Stack<int> _free = [];
    EventSubscription?[] _slots = new EventSubscription?[64];
    int _used;

    /// <summary>Takes SUBSCRIBEs inside dialogs, and answers to NOTIFY, from now on.</summary>
    public EventServer(SipUserAgent ua, IEventPackage package)
    {
        _ua = ua;
        _package = package;
        ua.Events = this;
        ua.Transactions.Events = this;
    }

    /// <summary>Subscriptions at a time; a new one over it is answered 503.</summary>
    public int MaxSubscriptions { get; init; } = 2_000_000;

    /// <summary>Subscriptions that stand.</summary>
    public int Count { get; private set; }

    /// <summary>All that stand; not while they change.</summary>
    public IEnumerable<EventSubscription> All => _slots.Take(_used).OfType<EventSubscription>();

    IEventLoop Loop => _ua.Loop;

    /// <summary>
    /// Makes the subscription that a SUBSCRIBE outside dialogs asks for, without answering it: <see cref="Confirm"/> does, or <see cref="Drop"/> takes it back.
    /// Null when it was answered, for what it lacks.
    /// </summary>
    public EventSubscription? Accept(IncomingRequest request)
    {
        var message = request.Message;
        if (!message.Has(SipHeader.Contact))
        {
            request.Respond(400, "Missing Contact");
            return null;
        }

        if (Count >= MaxSubscriptions)
        {
            request.Respond(503, null, (SipHeader.Retry_After.Name(), "10"));
            return null;
        }

        var slot = _free.TryPop(out var free) ? free : _used++;
        var token = _ua.Tokens.Between(0, long.MaxValue);
        if (PackedDialog.Of(message) is not { } dialog)
        {
            _free.Push(slot);
            request.Respond(message.Contact is null ? 400 : 513);
            return null;
        }

        var subscription = new EventSubscription(this, slot, dialog, token)
        {
            RemoteCSeq = message.CSeq,
            IsBestEffort = message.Lists(SipHeader.Supported, "ms-benotify"u8),
            TakesFirstInAnswer = message.Lists(SipHeader.Supported, "ms-piggyback-first-notify"u8),
            ExtendsItself = message.Lists(SipHeader.Supported, "com.microsoft.autoextend"u8),
        };
        request.Transaction.ToTag = TagOf(slot, token);
        Place(subscription);
        Locate(subscription, request.Transaction);
        return subscription;
    }

    /// <summary>Takes back what was accepted and is not confirmed; the request is the caller's to answer.</summary>
    public void Drop(EventSubscription subscription) => Finish(subscription);

    /// <summary>
    /// Answers a SUBSCRIBE 200, and notifies the state at once (RFC 6665 section 4.2.1.2). With 0 seconds the state goes as the last one.
    /// </summary>
    /// <param name="subscription">As accepted, or refreshed.</param>
    /// <param name="request">The SUBSCRIBE.</param>
    /// <param name="seconds">Granted.</param>
    /// <param name="headers">Further headers of the answer.</param>
    public void Confirm(EventSubscription subscription, IncomingRequest request, int seconds, params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (subscription.IsEnded)
        {
            request.Respond(481);
            return;
        }

        subscription.GrantedSeconds = seconds;
        subscription.EndNs = Loop.NowNs + (seconds * MonotonicTime.Second);
        var isInAnswer = subscription.TakesFirstInAnswer && !subscription.IsSending && seconds > 0;
        Answer(subscription, request.Transaction, seconds, isInAnswer ? _package.Render(subscription) : null, headers);
        if (seconds == 0)
            End(subscription, "timeout");
        else if (!isInAnswer)
            Notify(subscription);
        else
            Arm(subscription);
    }

    /// <summary>Notifies the state, as it is once it can be sent: while a NOTIFY is under way, after its answer; before the SUBSCRIBE is answered, with the answer.</summary>
    public void Notify(EventSubscription subscription)
    {
        if (subscription is { EndNs: 0, EndReason: null })
            return;
        if (subscription.IsSending)
            subscription.IsDirty = true;
        else if (!subscription.IsEnded)
            Send(subscription);
    }

    /// <summary>Ends it from our side, with the state as the last notification.</summary>
    /// <param name="subscription">Which.</param>
    /// <param name="reason">"noresource", "rejected", "deactivated", "timeout"... (RFC 6665 section 4.1.3).</param>
    public void End(EventSubscription subscription, string reason)
    {
        if (subscription.IsEnded || subscription.EndReason is not null)
            return;
        subscription.EndReason = reason;
        Notify(subscription);
        _package.OnEnded(subscription, reason);
    }

    internal void OnInside(ServerTransaction transaction)
    {
        var message = transaction.Request;
        if (Find(message.ToTag) is not { EndReason: null } found || !IsItsDialog(found, message))
        {
            transaction.Respond(481);
            return;
        }

        if (message.CSeq <= found.RemoteCSeq)
        {
            transaction.Respond(500, "CSeq Out Of Order");
            return;
        }

        found.RemoteCSeq = message.CSeq;
        found.Dialog = PackedDialog.Retarget(found.Dialog, message);
        Locate(found, transaction);
        _package.OnRefresh(found, new IncomingRequest(_ua, transaction, null), SecondsOf(message));
    }

    /// <summary>What a SUBSCRIBE asks for, within our limits.</summary>
    public int SecondsOf(SipMessage subscribe) => (int)Math.Min(subscribe.ExpiresSeconds ?? 3_600, _ua.Options.MaxSubscriptionSeconds);

    internal bool Knows(SipMessage request) => request.Method == SipMethod.Subscribe && Find(request.ToTag) is not null;

    /// <summary>The one whose tag it is, or null.</summary>
    internal EventSubscription? Find(ReadOnlySpan<byte> tag)
    {
        var dash = tag.IndexOf((byte)'-');
        if (dash is < 1 or > 8 || !int.TryParse(tag[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var slot) || (uint)slot >= (uint)_used)
            return null;
        return _slots[slot] is { } found && long.TryParse(tag[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var token) && token == found.Token
            ? found : null;
    }

    static bool IsItsDialog(EventSubscription subscription, SipMessage message)
    {
        var dialog = new PackedDialog(subscription.Dialog);
        return dialog.CallId.SequenceEqual(message.Value(SipHeader.Call_ID))
            && NameAddrView.TryParse(dialog.Remote, out var remote) && remote.Tag.SequenceEqual(message.FromTag)
            && (!message.Has(SipHeader.Event) || dialog.Event.SequenceEqual(Encoding.ASCII.GetBytes(EventName.Key(message))));
    }

    static string TagOf(int slot, long token) => string.Create(CultureInfo.InvariantCulture, $"{slot:x}-{token:x}");

    void Place(EventSubscription subscription)
    {
        while (subscription.Slot >= _slots.Length)
            Array.Resize(ref _slots, _slots.Length * 2);
        _slots[subscription.Slot] = subscription;
        Count++;
    }

    void Answer(EventSubscription subscription, ServerTransaction transaction, int seconds, EventBody? first, IReadOnlyList<(string Name, string Value)> headers)
    {
        var writer = transaction.Begin(200);
        writer.Header(SipHeader.Contact, SipRequest.Contact(transaction.Flow, Encoding.UTF8.GetString(new PackedDialog(subscription.Dialog).ContactUser)));
        writer.Header(SipHeader.Expires, seconds);
        _ua.AddServer(writer);
        if (subscription.IsBestEffort)
            writer.Header(SipHeader.Supported, "ms-benotify");
        if (subscription.TakesFirstInAnswer)
            writer.Header(SipHeader.Supported, "ms-piggyback-first-notify");
        if (subscription.ExtendsItself)
            writer.Header(SipHeader.Supported, "com.microsoft.autoextend");
        foreach (var (name, value) in headers)
            writer.Header(name, value);
        if (first is null)
        {
            transaction.Send(200, writer.End());
            return;
        }

        // Counts as the NOTIFY with number 1 (MS-SIP).
        subscription.LocalCSeq++;
        subscription.NotifiedNs = Loop.NowNs;
        writer.Header(SipHeader.Event, new PackedDialog(subscription.Dialog).Event);
        writer.Header(SipHeader.Subscription_State, $"active;expires={seconds}");
        writer.Header("ms-piggyback-cseq", subscription.LocalCSeq.ToString(CultureInfo.InvariantCulture));
        transaction.Send(200, first.ContentType is null ? writer.End() : writer.EndWithBody(first.ContentType, first.Bytes));
    }

    void Finish(EventSubscription subscription)
    {
        if (subscription.IsEnded)
            return;
        subscription.IsEnded = true;
        Loop.Timers.Cancel(subscription);
        _slots[subscription.Slot] = null;
        _free.Push(subscription.Slot);
        Count--;
    }
}
