using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>A call that comes in: ring, answer or reject it, at once or later.</summary>
public sealed class IncomingCall : Call
{
    /// <summary>An invitation that stands for longer than this is ended by its caller, if by anyone.</summary>
    const long MaxExpirySeconds = 86_400;

    readonly ServerTransaction _invite;
    readonly SessionInterval _interval;
    readonly ReliableProvisionals _reliable;
    readonly ActionTimer _expiry;
    SdpDescription? _earlyAnswer;
    SdpDescription? _heldAnswer;
    bool _isAnswerHeld;
    bool _isEarlyOffer;

    internal IncomingCall(SipUserAgent ua, ServerTransaction invite, SdpDescription? offer, SessionInterval interval)
        : base(ua)
    {
        _invite = invite;
        _interval = interval;
        _reliable = new ReliableProvisionals(this, invite);
        Offer = offer;
        Dialog = Dialog.AsServer(invite);
        Learn(invite.Request);
        _expiry = new ActionTimer(_ => Expired());
        // Section 13.3.1: an invitation that says how long it stands.
        if (invite.Request.ExpiresSeconds is { } seconds and <= MaxExpirySeconds)
            ua.Loop.Timers.Arm(_expiry, ua.Loop.NowNs + seconds * Net.MonotonicTime.Second);
        if (offer is not null)
            Session.ReceiveOffer(offer);
    }

    /// <inheritdoc/>
    public override string Id => Invite.CallId;

    /// <inheritdoc/>
    public override NameAddress RemoteParty => Invite.From!;

    /// <summary>The INVITE.</summary>
    public SipMessage Invite => _invite.Request;

    /// <summary>The way it came.</summary>
    public SipFlow Flow => _invite.Flow;

    /// <summary>Their offer; null when they want ours (late offer).</summary>
    public SdpDescription? Offer { get; }

    /// <summary>
    /// Has our requests inside the call go back over the flow that it came by, where its Contact has another address than its sender: a NAT lies
    /// between, and what is behind it is reached no other way. For callers whose Contact is their own, not a proxy's.
    /// </summary>
    public void KeepToFlow()
    {
        if (Dialog.IsDirect(Invite) && Invite.Contact?.Uri is { } contact && Net.NetAddress.TryParse(contact.Host, 0, out var host) && !host.SameHost(Flow.Remote))
            Dialog!.KeepsToFlow = true;
    }

    /// <summary>Further headers of the 200, set before it is sent.</summary>
    public IReadOnlyList<(string Name, string Value)> AnswerHeaders { get; set; } = [];

    /// <summary>Says who hears about the call from now on; before anything else.</summary>
    public void Accept(ICallHandler handler) => Handler = handler;

    /// <summary>
    /// A provisional answer, reliable (RFC 3262) where they require it, or support it and a description goes with it.
    /// </summary>
    /// <param name="status">101 to 199.</param>
    /// <param name="early">Early media: the answer to their offer, or our offer where they made none and take reliable answers.</param>
    /// <returns>False when the call is answered or over, or the description does not fit.</returns>
    public bool Ring(int status = 180, SdpDescription? early = null)
    {
        if (State is not (CallState.Trying or CallState.Early) || _isAnswerHeld)
            return false;
        var required = Invite.Lists(SipHeader.Require, "100rel"u8);
        var reliable = required || (early is not null && Invite.Lists(SipHeader.Supported, "100rel"u8));
        if (early is not null && !TakeEarly(early, reliable))
            return false;
        State = CallState.Early;
        var writer = _invite.Begin(status);
        writer.Header(SipHeader.Contact, SipRequest.Contact(Flow, Dialog!.ContactUser) + ContactFeatures).Header(SipHeader.Allow, Ua.Options.AllowedMethods);
        var rseq = 0u;
        if (reliable)
        {
            rseq = _reliable.NextRSeq();
            writer.Header(SipHeader.Require, "100rel").Header(SipHeader.RSeq, rseq);
        }

        AddCommon(writer);
        var bytes = early is null ? writer.End() : writer.EndWithBody(SdpDescription.MediaType, early.ToBytes());
        if (reliable)
            _reliable.Send(rseq, status, bytes);
        else
            _invite.Send(status, bytes);
        return true;
    }

    /// <summary>
    /// Takes the call with 200. May be called as late as the application likes, so a 200 can wait until the answer is written down.
    /// </summary>
    /// <param name="sdp">The answer to <see cref="Offer"/>, or our offer where there is none; null repeats what <see cref="Ring"/> gave.</param>
    /// <returns>False when the call is answered or over, or the description does not fit.</returns>
    public bool Answer(SdpDescription? sdp = null)
    {
        if (State is not (CallState.Trying or CallState.Early) || _isAnswerHeld)
            return false;
        if (_reliable.IsOpen)
        {
            // RFC 3262 section 3: no 2xx while a reliable answer with a description is not acknowledged.
            _isAnswerHeld = true;
            _heldAnswer = sdp;
            return true;
        }

        var body = sdp ?? _earlyAnswer;
        switch (Session.State)
        {
            case OfferAnswerState.OfferReceived when body is null || !Session.SendAnswer(body):
                return false;
            case OfferAnswerState.OfferReceived:
                break;
            case OfferAnswerState.Stable when Session.IsAgreed:
                body = null;
                break;
            case OfferAnswerState.Stable when body is not null && Session.SendOffer(body):
                AwaitAnswerInAck();
                break;
            default:
                return false;
        }

        Ua.Loop.Timers.Cancel(_expiry);
        State = CallState.Answered;
        AnswerWithSession(_invite, body, _interval, AnswerHeaders);
        StartTimer(_interval, weAreUac: false);
        return true;
    }

    /// <summary>Refuses the call; its handler hears nothing more.</summary>
    /// <param name="status">300 to 699.</param>
    /// <param name="phrase">Null takes the usual one.</param>
    /// <param name="headers">Such as Reason, Retry-After, Contact of a redirection.</param>
    public void Reject(int status, string? phrase = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (State is not (CallState.Trying or CallState.Early))
            return;
        State = CallState.Ended;
        var writer = _invite.Begin(status, phrase);
        AddCommon(writer);
        foreach (var (name, value) in headers)
            writer.Header(name, value);
        _invite.Send(status, writer.End());
        Release();
    }

    internal override void OnAckMissing() => OnAckMissingCore();

    internal void OnPrackMissing()
    {
        if (State == CallState.Ended)
            return;
        _invite.Respond(504, "No PRACK");
        End(new CallEnd(CallEndedBy.Lost, 504, "No PRACK"));
    }

    internal override void OnCancel(ServerTransaction invite, SipMessage cancel)
    {
        if (!ReferenceEquals(invite, _invite))
        {
            base.OnCancel(invite, cancel);
            return;
        }

        if (State is not (CallState.Trying or CallState.Early))
            return;
        Answer(_invite, 487);
        End(new CallEnd(CallEndedBy.Remote, 487, cancel.Text(SipHeader.Reason)));
    }

    private protected override void OnPrack(ServerTransaction transaction)
    {
        if (!_reliable.Acknowledge(transaction.Request))
        {
            transaction.Respond(481);
            return;
        }

        AnswerPrack(transaction);
        if (_reliable.IsOpen || !_isAnswerHeld || State == CallState.Ended)
            return;
        _isAnswerHeld = false;
        if (Answer(_heldAnswer))
            return;

        // The application was told that its answer is taken, so it must hear that it did not fit after all.
        Answer(_invite, 500, "No fitting answer");
        End(new CallEnd(CallEndedBy.Lost, 500, "No fitting answer"));
    }

    private protected override void OnByeBeforeAnswer()
    {
        if (!_invite.IsAnswered)
            Answer(_invite, 487);
    }

    private protected override void GiveUp(IReadOnlyList<(string Name, string Value)> headers)
    {
        Reject(480, null, headers);
        Handler?.OnEnded(this, new CallEnd(CallEndedBy.Local, 480, null));
    }

    private protected override void Release()
    {
        Ua.Loop.Timers.Cancel(_expiry);
        _reliable.Stop();
        base.Release();
    }

    void Expired()
    {
        if (State is not (CallState.Trying or CallState.Early))
            return;
        Answer(_invite, 487);
        End(new CallEnd(CallEndedBy.Remote, 487, "Invitation expired"));
    }

    bool TakeEarly(SdpDescription early, bool reliable)
    {
        if (!reliable)
        {
            // Without a reliable answer this is only a look ahead: the 200 brings the same again (RFC 3261 section 13.2.1).
            _earlyAnswer = early;
            return Session.State == OfferAnswerState.OfferReceived;
        }

        if (Session.State == OfferAnswerState.OfferReceived)
            return Session.SendAnswer(early);
        _isEarlyOffer = !Session.IsAgreed && Session.SendOffer(early);
        return _isEarlyOffer;
    }

    void AnswerPrack(ServerTransaction transaction)
    {
        var presence = SipBody.Sdp(transaction.Request, out var sdp, out _);
        if (_isEarlyOffer)
        {
            _isEarlyOffer = false;
            TakeAnswer(transaction.Request);
        }
        else if (presence == SdpPresence.Present && Session.ReceiveOffer(sdp!))
        {
            Propose(sdp!, new OfferReply((answer, status, phrase) =>
            {
                if (answer is null || !Session.SendAnswer(answer))
                {
                    Session.Abandon();
                    Answer(transaction, answer is null ? status : 500, phrase);
                    return;
                }

                var writer = transaction.Begin(200);
                AddCommon(writer);
                transaction.Send(200, writer.EndWithBody(SdpDescription.MediaType, answer.ToBytes()));
            }));
            return;
        }

        Answer(transaction, 200);
    }
}
