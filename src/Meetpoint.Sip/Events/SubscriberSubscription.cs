using System.Globalization;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>What an outgoing subscription is made of.</summary>
public sealed record SubscribeOptions
{
    /// <summary>Whose state.</summary>
    public required SipUri Target { get; init; }

    /// <summary>Who asks.</summary>
    public required NameAddress From { get; init; }

    /// <summary>Event package, with what is asked for besides: "conference", "presence;max-rate=0.1"...</summary>
    public required string Event { get; init; }

    /// <summary>Media types taken; null leaves the package's default.</summary>
    public string? Accept { get; init; }

    /// <summary>Seconds asked for; default 3,600.</summary>
    public int ExpiresSeconds { get; init; } = 3_600;

    /// <summary>Where it goes; null resolves the target.</summary>
    public SipRoute? Route { get; init; }

    /// <summary>For challenges.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>User part of our Contact.</summary>
    public string ContactUser { get; init; } = "";

    /// <summary>Content-Type of the first SUBSCRIBE's body; null without.</summary>
    public string? ContentType { get; init; }

    /// <summary>Body of the first SUBSCRIBE: a filter, or a list.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Further headers of each SUBSCRIBE.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>Hears a subscription of ours.</summary>
public interface ISubscriber
{
    /// <summary>A state came; it was answered 200. The message is ours to keep.</summary>
    void OnNotify(SubscriberSubscription subscription, SipMessage notify);

    /// <summary>It ended; said once.</summary>
    /// <param name="subscription">Which.</param>
    /// <param name="status">The status that refused it; 200 when a NOTIFY ended it; 408 when nothing came.</param>
    /// <param name="reason">The NOTIFY's reason, or the status' phrase.</param>
    /// <param name="retryAfterSeconds">When to try again, where it is said.</param>
    void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds);
}

/// <summary>A subscription that we hold with others: refreshed by itself until <see cref="End"/>.</summary>
public sealed class SubscriberSubscription : Subscription
{
    readonly SubscribeOptions _options;
    readonly ISubscriber _subscriber;
    readonly ActionTimer _refresh;
    readonly NameAddress _from;
    SipRequest? _first;
    bool _isEnding;

    internal SubscriberSubscription(SipUserAgent ua, SubscribeOptions options, ISubscriber subscriber)
        : base(ua, EventName.Key(options.Event))
    {
        _options = options;
        _subscriber = subscriber;
        _refresh = new ActionTimer(_ => OnRefreshDue());
        _from = options.From.WithTag(ua.Tokens.Tag());
        CallId = ua.Tokens.CallId();
    }

    /// <summary>Call-ID of its dialog.</summary>
    public string CallId { get; }

    /// <summary>True once the state is allowed and flows.</summary>
    public bool IsActive { get; private set; }

    internal string LocalTag => _from.Tag!;

    /// <summary>Takes it back. The last NOTIFY still comes; then OnEnded.</summary>
    public void End()
    {
        if (IsEnded || _isEnding)
            return;
        _isEnding = true;
        if (Dialog is null)
            Finish(487, "Taken back", null);
        else
            SendInside(0);
    }

    /// <summary>Asks for the whole state now, by a refresh before its time (RFC 6665 section 4.1.2.2). Nothing while there is no dialog, or it ends.</summary>
    public void Refresh()
    {
        if (!IsEnded && !_isEnding && Dialog is not null)
            SendInside(_options.ExpiresSeconds);
    }

    internal void Start()
    {
        var subscribe = new SipRequest("SUBSCRIBE", _options.Target.ToString())
        {
            From = _from, To = new NameAddress(_options.Target.ToString()), CallId = CallId, ContactUser = _options.ContactUser,
        };
        subscribe.Headers.Add((SipHeader.Event.Name(), _options.Event));
        Complete(subscribe, _options.ExpiresSeconds);
        (subscribe.ContentType, subscribe.Body) = (_options.ContentType, _options.Body);
        _first = subscribe;
        Ua.Send(subscribe, _options.Route ?? SipRoute.To(_options.Target), _options.Credentials, result => OnAnswered(result, _options.ExpiresSeconds));

        // Timer N (section 4.1.2.4): without a first NOTIFY there is no subscription.
        Ua.Loop.Timers.Arm(_refresh, Ua.Loop.NowNs + Ua.Options.Timers.TimeoutNs);
    }

    internal override void OnRequest(ServerTransaction transaction)
    {
        var notify = transaction.Request; // with its body, which the transaction keeps no longer than until the answer
        if (IsEnded)
            transaction.Respond(481);
        else if (!TryTake(notify, transaction.Flow))
            transaction.Respond(500, "CSeq Out Of Order");
        else
        {
            transaction.Respond(200);
            Heard(notify);
        }
    }

    /// <summary>Takes a notification that is not answered: a BENOTIFY.</summary>
    internal void TakeNotify(SipMessage notify, SipFlow flow)
    {
        if (!IsEnded && TryTake(notify, flow))
            Heard(notify);
    }

    bool TryTake(SipMessage notify, SipFlow flow)
    {
        // The first NOTIFY makes the dialog: it may overtake the 200 (section 4.4.1).
        if (Dialog is null)
            Dialog = Dialog.AsSubscriber(_first!, notify, flow);
        else if (notify.FromTag.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(Dialog.Remote.Tag ?? "")) && !Dialog.TakeRequest(notify, flow))
            return false;
        Dialog.RefreshTarget(notify, flow);
        return true;
    }

    void Heard(SipMessage notify)
    {
        var state = EventName.State(notify, out var reason, out var expires, out var retryAfter);
        IsActive = state.Equals("active", StringComparison.OrdinalIgnoreCase);
        _subscriber.OnNotify(this, notify);
        if (state.Equals("terminated", StringComparison.OrdinalIgnoreCase))
            Finish(200, reason, retryAfter);
        else if (expires is { } seconds && !_isEnding)
            ArmRefresh(seconds);
    }

    void OnAnswered(SipResult result, long askedSeconds)
    {
        if (IsEnded)
            return;
        if (!result.IsSuccess)
        {
            // Section 4.1.2.2: other failures of a refresh leave the subscription until it runs out.
            if (Dialog is null || result.Status is 404 or 405 or 408 or 410 or 416 or (>= 480 and <= 485) or 489 or 501 or 604)
                Finish(result.Status, result.Reason, result.Response?.RetryAfterSeconds);
            return;
        }

        TakeFirst(result.Response!, result.Flow);
        if (!_isEnding && !IsEnded)
            ArmRefresh(Math.Min(result.Response!.ExpiresSeconds ?? askedSeconds, askedSeconds));
    }

    /// <summary>The first state may come with the answer, as if it were the NOTIFY with number 1 (MS-SIP section 3.3).</summary>
    void TakeFirst(SipMessage answer, SipFlow? flow)
    {
        if (flow is null || answer.Body.IsEmpty || answer.Text("ms-piggyback-cseq") is null)
            return;
        Dialog ??= Dialog.AsClient(_first!, answer, flow);
        Heard(answer);
    }

    void OnRefreshDue()
    {
        if (IsEnded)
            return;
        if (Dialog is null || _isEnding)
            Finish(408, "No NOTIFY", null);
        else
            SendInside(_options.ExpiresSeconds);
    }

    void SendInside(int seconds)
    {
        var subscribe = Request("SUBSCRIBE");
        subscribe.Headers.RemoveAll(static header => header.Name == "Event");
        subscribe.Headers.Add((SipHeader.Event.Name(), _options.Event)); // with what it asks for besides
        Complete(subscribe, seconds);
        Ua.Send(subscribe, Dialog!.Route(), _options.Credentials, result => OnAnswered(result, seconds));
        if (_isEnding)
            Ua.Loop.Timers.Arm(_refresh, Ua.Loop.NowNs + Ua.Options.Timers.TimeoutNs);
    }

    void Complete(SipRequest subscribe, int seconds)
    {
        subscribe.Headers.Add((SipHeader.Expires.Name(), seconds.ToString(CultureInfo.InvariantCulture)));
        if (_options.Accept is not null)
            subscribe.Headers.Add((SipHeader.Accept.Name(), _options.Accept));
        subscribe.Headers.AddRange(_options.Headers);
    }

    // Early enough for one refresh to fail and another to succeed.
    void ArmRefresh(long seconds)
    {
        if (Dialog is not null)
            Ua.Loop.Timers.Arm(_refresh, Ua.Loop.NowNs + Math.Max(1, seconds - Math.Max(35, seconds / 10)) * MonotonicTime.Second);
    }

    void Finish(int status, string? reason, long? retryAfterSeconds)
    {
        if (IsEnded)
            return;
        IsEnded = true;
        Ua.Loop.Timers.Cancel(_refresh);
        Ua.Remove(this);
        _subscriber.OnEnded(this, status, reason, retryAfterSeconds);
    }
}
