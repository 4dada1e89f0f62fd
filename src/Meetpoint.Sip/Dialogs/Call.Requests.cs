using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

// What they ask inside the dialog.
public abstract partial class Call
{
    ServerTransaction? _incomingInvite;
    bool _isAckAnswerAwaited;

    internal void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (State == CallState.Ended)
        {
            transaction.Respond(481);
            return;
        }

        if (!Dialog!.TakeRequest(request, transaction.Flow))
        {
            transaction.Respond(500, "CSeq Out Of Order");
            return;
        }

        Learn(request);
        switch (request.Method)
        {
            case SipMethod.Bye:
                OnBye(transaction);
                return;
            case SipMethod.Invite:
                OnReinvite(transaction);
                break;
            case SipMethod.Update:
                OnUpdate(transaction);
                break;
            case SipMethod.Prack:
                OnPrack(transaction);
                break;
            case SipMethod.Info:
                if (Handler?.TakeInfo(this, new IncomingRequest(Ua, transaction, this)) == true)
                    break;
                Answer(transaction, 200);
                Handler?.OnInfo(this, request);
                break;
            case SipMethod.Options:
                Ua.AnswerOptions(transaction);
                break;
            default:
                Ua.PassUp(transaction, this);
                break;
        }

        ProveAlive();
    }

    internal void OnAck(SipMessage ack)
    {
        if (_repeater is null || ack.CSeq != _repeater.CSeq)
            return;
        _repeater.Stop();
        _repeater = null;
        if (_byeWhenAcknowledged is { } headers)
        {
            _byeWhenAcknowledged = null;
            SendBye(headers);
            Forget();
            return;
        }

        if (State == CallState.Ended)
            return;
        var isFirst = State == CallState.Answered;
        State = CallState.Confirmed;
        if (_isAckAnswerAwaited)
        {
            _isAckAnswerAwaited = false;
            if (!TakeAnswer(ack))
            {
                // Section 13.2.1: the ACK had to bring the answer to our offer.
                SendBye([(SipHeader.Reason.Name(), "SIP ;cause=488 ;text=\"No answer in ACK\"")]);
                End(new CallEnd(CallEndedBy.Lost, 488, "No answer in ACK"));
                return;
            }
        }

        if (isFirst)
            Handler?.OnConfirmed(this);
        ProveAlive();
    }

    /// <summary>The late BYE after a 2xx whose ACK never came.</summary>
    private protected void OnAckMissingCore()
    {
        var wasEnded = State == CallState.Ended;
        _byeWhenAcknowledged = null;
        SendBye([(SipHeader.Reason.Name(), "SIP ;cause=408 ;text=\"No ACK\"")]);
        if (wasEnded)
            Forget();
        else
            End(new CallEnd(CallEndedBy.Lost, 408, "No ACK"));
    }

    internal virtual void OnCancel(ServerTransaction invite, SipMessage cancel)
    {
        // A re-INVITE taken back before our application answered its offer.
        Session.Abandon();
        invite.Respond(487);
    }

    private protected virtual void OnPrack(ServerTransaction transaction) => transaction.Respond(481);

    internal void ProveAlive()
    {
        if (State is CallState.Answered or CallState.Confirmed)
            Handler?.OnRefresh(this);
    }

    private protected void AwaitAnswerInAck() => _isAckAnswerAwaited = true;

    private protected void Answer(ServerTransaction transaction, int status, string? phrase = null)
    {
        var writer = transaction.Begin(status, phrase);
        AddCommon(writer);
        transaction.Send(status, writer.End());
    }

    /// <summary>Answers an INVITE or UPDATE with 200, our session timer and the description, if one is due.</summary>
    private protected void AnswerWithSession(ServerTransaction transaction, SdpDescription? sdp, SessionInterval interval, params IReadOnlyList<(string Name, string Value)> headers) =>
        AnswerWithContent(transaction, sdp is null ? null : new SipContent(SdpDescription.MediaType, sdp.ToBytes()), interval, headers);

    void AnswerWithContent(ServerTransaction transaction, SipContent? content, SessionInterval interval, IReadOnlyList<(string Name, string Value)> headers)
    {
        var writer = transaction.Begin(200);
        writer.Header(SipHeader.Contact, SipRequest.Contact(transaction.Flow, Dialog!.ContactUser) + ContactFeatures);
        writer.Header(SipHeader.Allow, Ua.Options.AllowedMethods);
        writer.Header(SipHeader.Supported, SipUserAgent.SupportedExtensions);
        if (interval.IsRequired)
            writer.Header(SipHeader.Require, "timer");
        writer.Header(SipHeader.Session_Expires, interval.HeaderValue);
        foreach (var (name, value) in headers)
            writer.Header(name, value);
        AddCommon(writer);
        if (content is { Disposition: { } disposition, Body.IsEmpty: false })
            writer.Header(SipHeader.Content_Disposition, disposition);
        transaction.Send(200, content is null or { Body.IsEmpty: true } ? writer.End() : writer.EndWithBody(content.Type, content.Body.Span));
        if (transaction.IsInvite)
            Repeat(transaction);
    }

    /// <summary>Their late offer in a 2xx; the answer is wanted for the ACK, null ends the call.</summary>
    private protected void TakeLateOffer(SipMessage success, Action<SdpDescription?> acknowledge)
    {
        if (SipBody.Sdp(success, out var offer, out _) != SdpPresence.Present || !Session.ReceiveOffer(offer!))
        {
            acknowledge(null);
            Bye((SipHeader.Reason.Name(), "SIP ;cause=488 ;text=\"No offer in 2xx\""));
            return;
        }

        Propose(offer!, new OfferReply((answer, status, _) =>
        {
            if (answer is not null && Session.SendAnswer(answer))
            {
                acknowledge(answer);
                return;
            }

            // An ACK cannot refuse: it goes out without an answer, and BYE after it (RFC 6337 section 3.1.3).
            Session.Abandon();
            acknowledge(null);
            Bye((SipHeader.Reason.Name(), $"SIP ;cause={status}"));
        }));
    }

    /// <summary>Asks the application; where nobody listens the offer is refused.</summary>
    private protected void Propose(SdpDescription offer, OfferReply reply)
    {
        if (Handler is { } handler)
            handler.OnOffer(this, offer, reply);
        else
            reply.Reject();
    }

    void OnBye(ServerTransaction transaction)
    {
        Answer(transaction, 200);
        _incomingInvite?.Respond(487);
        OnByeBeforeAnswer();
        End(new CallEnd(CallEndedBy.Remote, 200, transaction.Request.Text(SipHeader.Reason)));
    }

    private protected virtual void OnByeBeforeAnswer()
    {
    }

    void OnReinvite(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (IsOfferedTo)
        {
            transaction.Respond(500, null, (SipHeader.Retry_After.Name(), $"{Ua.Tokens.Between(0, 10)}"));
            return;
        }

        if (_reinvite is not null || Session.State != OfferAnswerState.Stable || State is CallState.Trying or CallState.Early)
        {
            transaction.Respond(491);
            return;
        }

        if (Content is { } ours)
        {
            OnContentInvite(transaction, ours);
            return;
        }

        if (!Ua.ReadSession(transaction, out var offer, out var interval))
            return;
        Dialog!.RefreshTarget(request, transaction.Flow);
        _incomingInvite = transaction;
        transaction.User = this;
        if (offer is null)
        {
            OfferWhatStands(transaction, interval);
            return;
        }

        Session.ReceiveOffer(offer);
        Propose(offer, Reply(transaction, interval));
    }

    /// <summary>A re-INVITE in a dialog without a session: refreshes it, and asks what its body says where it has one.</summary>
    void OnContentInvite(ServerTransaction transaction, SipContent ours)
    {
        var request = transaction.Request;
        var answer = request.Body.IsEmpty ? null : Handler?.OnContentAsked(this, request);
        if (!request.Body.IsEmpty && answer is null)
        {
            transaction.Respond(415, null, (SipHeader.Accept.Name(), ours.Type));
            return;
        }

        if (!Ua.ReadInterval(transaction, out var interval))
            return;
        Dialog!.RefreshTarget(request, transaction.Flow);
        _incomingInvite = transaction;
        transaction.User = this;
        AnswerWithContent(transaction, answer, interval, []);
        StartTimer(interval, weAreUac: false);
    }

    /// <summary>A re-INVITE without offer wants ours: what stands now (RFC 6337 section 5.2.5).</summary>
    void OfferWhatStands(ServerTransaction transaction, SessionInterval interval)
    {
        if (Session.Local is not { } local || !Session.SendOffer(local))
        {
            transaction.Respond(488);
            return;
        }

        _isAckAnswerAwaited = true;
        AnswerWithSession(transaction, local, interval);
        StartTimer(interval, weAreUac: false);
    }

    void OnUpdate(ServerTransaction transaction)
    {
        if (!Ua.ReadSession(transaction, out var offer, out var interval))
            return;
        Dialog!.RefreshTarget(transaction.Request, transaction.Flow);
        if (offer is null)
        {
            AnswerWithSession(transaction, null, interval);
            if (State == CallState.Confirmed)
                StartTimer(interval, weAreUac: false);
            return;
        }

        // RFC 3311 section 5.2: theirs against ours is glare; theirs before we answered their last one is their fault.
        if (Session.State == OfferAnswerState.OfferSent || _reinvite is not null)
            transaction.Respond(491);
        else if (Session.State == OfferAnswerState.OfferReceived)
            transaction.Respond(500, null, (SipHeader.Retry_After.Name(), $"{Ua.Tokens.Between(0, 10)}"));
        else
        {
            Session.ReceiveOffer(offer);
            Propose(offer, Reply(transaction, interval));
        }
    }

    OfferReply Reply(ServerTransaction transaction, SessionInterval interval) => new((answer, status, phrase) =>
    {
        if (State == CallState.Ended || transaction.IsAnswered)
            return;
        if (answer is null || !Session.SendAnswer(answer))
        {
            Session.Abandon();
            transaction.Respond(answer is null ? status : 500, phrase);
            return;
        }

        AnswerWithSession(transaction, answer, interval);
        if (State == CallState.Confirmed)
            StartTimer(interval, weAreUac: false);
    });
}
