using System.Globalization;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>A call that we place.</summary>
public sealed class OutgoingCall : Call, IClientRequestUser
{
    /// <summary>422 answers followed before giving up: each intermediary may raise the interval once.</summary>
    const int MaxIntervalRaises = 4;

    /// <summary>Early dialogs of a forked call that are followed.</summary>
    const int MaxForks = 16;

    readonly InviteOptions _options;
    readonly AckSender _ack;
    readonly ActionTimer _ringTimer;
    readonly Dictionary<string, EarlyDialog> _early = [];
    ClientRequest? _invite;
    SdpDescription? _lastEarly;
    long _sessionSeconds;
    int _intervalRaises;

    internal OutgoingCall(SipUserAgent ua, InviteOptions options, ICallHandler handler)
        : base(ua)
    {
        _options = options;
        Handler = handler;
        Credentials = options.Credentials;
        Content = options.Content;
        ContactFeatures = options.ContactFeatures;
        _ack = new AckSender(this);
        _ringTimer = new ActionTimer(_ => Cancel((SipHeader.Reason.Name(), "SIP ;cause=408 ;text=\"No answer\"")));
        _sessionSeconds = ua.Options.SessionSeconds;
        Id = options.CallId ?? ua.Tokens.CallId();
        RemoteParty = options.To ?? new NameAddress(options.Target.ToString());
        if (options.SessionId is not null)
            LocalSessionId = options.SessionId;
    }

    /// <inheritdoc/>
    public override string Id { get; }

    /// <inheritdoc/>
    public override NameAddress RemoteParty { get; }

    /// <summary>Takes the call back. A 2xx that crosses is acknowledged and ended with BYE. The handler hears OnFailed with 487, or what came.</summary>
    public void Cancel(params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (State is not (CallState.Trying or CallState.Early))
            return;
        IsCancelled = true;
        // Before it was sent there is nothing to take back.
        _invite?.Cancel(headers);
    }

    internal bool IsCancelled { get; private set; }

    internal void Start()
    {
        if (IsCancelled)
        {
            Fail(487, "Request Terminated", null);
            return;
        }

        if (_options.Offer is not null && Content is null)
            Session.SendOffer(_options.Offer);
        Ua.Loop.Timers.Arm(_ringTimer, Ua.Loop.NowNs + _options.RingSeconds * MonotonicTime.Second);
        SendInvite(_options.From.Tag is null ? _options.From.WithTag(Ua.Tokens.Tag()) : _options.From, 1, Ua.Options.MinSessionSeconds);
    }

    internal override void OnAckMissing() => OnAckMissingCore();

    void IClientRequestUser.OnProvisional(SipMessage response, SipFlow flow)
    {
        if (State is not (CallState.Trying or CallState.Early))
            return;
        Learn(response);
        SdpDescription? sdp = null;
        if (!response.ToTag.IsEmpty && DialogOf(response, flow) is { } early)
        {
            State = CallState.Early;
            var presence = SipBody.Sdp(response, out sdp, out _);
            if (response.Lists(SipHeader.Require, "100rel"u8) && response.RSeq is { } rseq)
            {
                // RFC 3262 section 4: copies and what comes out of order are left without PRACK.
                if (early.LastRSeq != 0 && rseq != early.LastRSeq + 1)
                    return;
                early.LastRSeq = rseq;
                Dialog = early.Dialog;
                Acknowledge(early.Dialog, response.CSeq, rseq, presence == SdpPresence.Present ? sdp : null);
            }
            else if (sdp is not null)
                _lastEarly = sdp;
        }

        if (State != CallState.Ended)
            Handler?.OnProgress(this, response.StatusCode, sdp);
    }

    void IClientRequestUser.OnSuccess(SipMessage response, SipFlow flow)
    {
        if (_ack.IsBegun || State == CallState.Ended)
        {
            OnFurtherSuccess(response, flow);
            return;
        }

        Ua.Loop.Timers.Cancel(_ringTimer);
        Learn(response);
        Dialog = DialogOf(response, flow)?.Dialog ?? NewDialog(response, flow);
        foreach (var other in _early.Values)
        {
            if (!ReferenceEquals(other.Dialog, Dialog))
                Ua.Remove(other.Dialog, this);
        }

        Ua.Add(Dialog, this);
        Dialog.Confirm(response, flow);
        _ack.Hold(_invite!);
        if (IsCancelled)
        {
            State = CallState.Answered;
            _ack.Send(null);
            SendBye([]);
            Fail(487, SipStatus.Phrase(487), null);
            return;
        }

        State = CallState.Confirmed;
        StartTimer(SessionInterval.Accept(response, _sessionSeconds), weAreUac: true);
        if (Content is not null)
        {
            _ack.Send(null);
            Handler?.OnConfirmed(this);
            if (State == CallState.Confirmed)
                Handler?.OnContent(this, response);
            ProveAlive();
            return;
        }

        if (_options.Offer is null && !Session.IsAgreed)
        {
            TakeLateOffer(response, answer =>
            {
                _ack.Send(answer);
                if (answer is not null)
                    Handler?.OnConfirmed(this);
            });
            return;
        }

        _ack.Send(null);
        if (!TakeFinalAnswer(response))
        {
            SendBye([(SipHeader.Reason.Name(), "SIP ;cause=488 ;text=\"No usable answer\"")]);
            Fail(488, "No usable answer in 2xx", response.ToOwned());
            return;
        }

        Handler?.OnConfirmed(this);
        ProveAlive();
    }

    void IClientRequestUser.OnFailure(int status, string reason, SipMessage? response)
    {
        if (status == 422 && response?.MinSessionSeconds is { } longer && !IsCancelled && _intervalRaises++ < MaxIntervalRaises && longer > _sessionSeconds)
        {
            // RFC 4028 section 7.4: the same call with the interval that they want.
            _sessionSeconds = longer;
            var last = _invite!.Request;
            SendInvite(last.From, last.CSeq + 1, longer);
            return;
        }

        Fail(status, reason, response?.ToOwned());
    }

    private protected override void GiveUp(IReadOnlyList<(string Name, string Value)> headers) => Cancel(headers);

    private protected override void Release()
    {
        Ua.Loop.Timers.Cancel(_ringTimer);
        foreach (var early in _early.Values)
            Ua.Remove(early.Dialog, this);
        _early.Clear();
        base.Release();
    }

    void SendInvite(NameAddress from, uint cseq, long minSeconds)
    {
        var invite = new SipRequest("INVITE", _options.Target.ToString())
        {
            From = from, To = RemoteParty, CallId = Id, CSeq = cseq, MaxForwards = _options.MaxForwards, Routes = _options.Routes,
            ContactUser = _options.ContactUser, ContactFeatures = ContactFeatures,
        };
        AddCommon(invite);
        AddSessionTimer(invite, _sessionSeconds, minSeconds);
        invite.Headers.AddRange(_options.Headers);
        SetOffer(invite, _options.Offer);
        _invite = new ClientRequest(Ua, invite, Credentials, this);
        _invite.Start(_options.Route ?? SipRoute.To(_options.Target));
    }

    Dialog NewDialog(SipMessage response, SipFlow flow)
    {
        var dialog = Dialog.AsClient(_invite!.Request, response, flow);
        dialog.KeepsToFlow = _options.Route?.Flow is not null;
        return dialog;
    }

    EarlyDialog? DialogOf(SipMessage response, SipFlow flow)
    {
        var tag = System.Text.Encoding.UTF8.GetString(response.ToTag);
        if (_early.TryGetValue(tag, out var early))
            return early;
        if (_early.Count >= MaxForks)
            return null;
        early = new EarlyDialog(NewDialog(response, flow));
        _early[tag] = early;
        Dialog ??= early.Dialog;
        Ua.Add(early.Dialog, this);
        return early;
    }

    void Acknowledge(Dialog dialog, uint inviteCSeq, uint rseq, SdpDescription? sdp)
    {
        var prack = dialog.Request("PRACK");
        AddCommon(prack);
        prack.Headers.Add((SipHeader.RAck.Name(), string.Create(CultureInfo.InvariantCulture, $"{rseq} {inviteCSeq} INVITE")));
        if (sdp is not null && Session.State == OfferAnswerState.OfferSent)
        {
            if (Session.ReceiveAnswer(sdp))
                Handler?.OnAnswered(this, sdp);
        }
        else if (sdp is not null && !Session.IsAgreed && Session.ReceiveOffer(sdp))
        {
            // Our call had no offer: theirs is answered in the PRACK.
            Propose(sdp, new OfferReply((answer, _, _) =>
            {
                if (answer is not null && Session.SendAnswer(answer))
                    SetBody(prack, answer);
                else
                    Session.Abandon();
                Send(prack);
            }));
            return;
        }

        Send(prack);
    }

    bool TakeFinalAnswer(SipMessage response)
    {
        if (Session.State != OfferAnswerState.OfferSent)
            return Session.IsAgreed;

        // Some agents describe the session in an unreliable 183 and not again in the 200.
        if (response.Body.IsEmpty && _lastEarly is { } early && Session.ReceiveAnswer(early))
        {
            Handler?.OnAnswered(this, early);
            return true;
        }

        return TakeAnswer(response);
    }

    /// <summary>A copy of the 2xx is acknowledged again; another branch's is acknowledged and ended (section 13.2.2.4).</summary>
    void OnFurtherSuccess(SipMessage response, SipFlow flow)
    {
        if (Dialog?.Remote.Tag is { } tag && response.ToTag.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(tag)))
        {
            _ack.SendAgain();
            return;
        }

        var other = NewDialog(response, flow);
        var acknowledge = new AckSender(this);
        acknowledge.Hold(_invite!);
        acknowledge.Send(null, other);
        var bye = other.Request("BYE");
        AddCommon(bye);
        Ua.Send(bye, other.Route(), Credentials, static _ => { });
    }

    void Fail(int status, string reason, SipMessage? response)
    {
        if (State == CallState.Ended)
            return;
        State = CallState.Ended;
        Release();
        Handler?.OnFailed(this, status, reason, response);
    }

    sealed class EarlyDialog(Dialog dialog)
    {
        public Dialog Dialog { get; } = dialog;

        public uint LastRSeq { get; set; }
    }
}
