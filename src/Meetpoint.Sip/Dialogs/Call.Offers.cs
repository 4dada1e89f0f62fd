using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

// What we ask inside a standing call: re-INVITE, UPDATE, INFO.
public abstract partial class Call
{
    /// <summary>Tries after 491 before the offer counts as failed.</summary>
    const int MaxGlareRetries = 5;

    ActionTimer? _retryTimer;
    ReinviteExchange? _reinvite;
    int _glareRetries;

    /// <summary>Offers anew by re-INVITE. Glare (491) is waited out and tried again (RFC 3261 section 14.1).</summary>
    /// <param name="offer">The whole new description; null asks them for an offer, which comes by OnOffer.</param>
    /// <param name="done">Status, and for 2xx their answer is <see cref="RemoteSdp"/>.</param>
    /// <returns>False when the call does not stand, or another offer is open.</returns>
    public bool Reinvite(SdpDescription? offer, Action<SipResult>? done = null)
    {
        if (State != CallState.Confirmed || _reinvite is not null || _retryTimer is { IsArmed: true } || IsOfferedTo
            || (offer is not null && !Session.SendOffer(offer)))
            return false;
        _glareRetries = 0;
        SendReinvite(offer, done);
        return true;
    }

    /// <summary>UPDATE (RFC 3311): with an offer, or null to refresh the session only.</summary>
    /// <returns>False when there is no dialog or another offer is open.</returns>
    public bool Update(SdpDescription? offer, Action<SipResult>? done = null)
    {
        if (Dialog is null || State == CallState.Ended || (offer is not null && (_reinvite is not null || IsOfferedTo || !Session.SendOffer(offer))))
            return false;
        var update = Request("UPDATE");
        (update.ContactUser, update.ContactFeatures) = (Dialog.ContactUser, ContactFeatures);
        var seconds = _timer.IntervalSeconds > 0 ? _timer.IntervalSeconds : Ua.Options.SessionSeconds;
        AddSessionTimer(update, seconds, Ua.Options.MinSessionSeconds);
        SetBody(update, offer);
        SendInside(update, result => OnUpdated(offer, seconds, result, done));
        return true;
    }

    /// <summary>INFO (RFC 6086).</summary>
    /// <param name="contentType">Of the body.</param>
    /// <param name="body">The body.</param>
    /// <param name="done">Its end; may be null.</param>
    /// <param name="headers">Such as Info-Package.</param>
    public bool Info(string contentType, ReadOnlyMemory<byte> body, Action<SipResult>? done = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (Dialog is null || State == CallState.Ended)
            return false;
        var info = Request("INFO");
        info.Headers.AddRange(headers);
        info.ContentType = contentType;
        info.Body = body;
        Send(info, done);
        return true;
    }

    /// <summary>True while an INVITE of theirs inside the dialog has no final answer.</summary>
    bool IsOfferedTo => _incomingInvite is { IsAnswered: false };

    private protected void StopRetry()
    {
        if (_retryTimer is not null)
            Ua.Loop.Timers.Cancel(_retryTimer);
    }

    private protected static void SetBody(SipRequest request, SdpDescription? sdp)
    {
        if (sdp is null)
            return;
        request.ContentType = SdpDescription.MediaType;
        request.Body = sdp.ToBytes();
    }

    /// <summary>The body of an INVITE of ours: an offer, none for theirs, or what a dialog without a session carries.</summary>
    private protected void SetOffer(SipRequest invite, SdpDescription? offer)
    {
        if (Content is { } content)
            content.PutInto(invite);
        else
            SetBody(invite, offer);
    }

    void SendReinvite(SdpDescription? offer, Action<SipResult>? done)
    {
        var invite = Request("INVITE");
        (invite.ContactUser, invite.ContactFeatures) = (Dialog!.ContactUser, ContactFeatures);
        var seconds = _timer.IntervalSeconds > 0 ? _timer.IntervalSeconds : Ua.Options.SessionSeconds;
        AddSessionTimer(invite, seconds, Ua.Options.MinSessionSeconds);
        SetOffer(invite, offer);
        _reinvite = new ReinviteExchange(this, offer, seconds, done);
        _reinvite.Start(invite);
    }

    void OnReinviteFailed(SdpDescription? offer, SipResult result, Action<SipResult>? done)
    {
        _reinvite = null;
        if (State == CallState.Ended)
            return;
        if (result.Status == 491 && _glareRetries++ < MaxGlareRetries)
        {
            RetryAfterGlare(offer, done);
            return;
        }

        if (offer is not null)
            Session.Abandon();
        done?.Invoke(result);
        EndWhenDead(result);
    }

    void RetryAfterGlare(SdpDescription? offer, Action<SipResult>? done)
    {
        // Section 14.1: the side that made the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms. Its offer stays aside
        // meanwhile, so that theirs can come in.
        if (offer is not null)
            Session.Abandon();
        var waitMs = 10 * (Dialog!.IsCallIdOurs ? Ua.Tokens.Between(210, 401) : Ua.Tokens.Between(0, 201));
        _retryTimer = new ActionTimer(_ =>
        {
            if (State != CallState.Confirmed)
                return;
            if (IsOfferedTo || (offer is not null && !Session.SendOffer(offer)))
                RetryLater(offer, done);
            else
                SendReinvite(offer, done);
        });
        Ua.Loop.Timers.Arm(_retryTimer, Ua.Loop.NowNs + waitMs * Net.MonotonicTime.Millisecond);
    }

    void RetryLater(SdpDescription? offer, Action<SipResult>? done)
    {
        if (_glareRetries++ < MaxGlareRetries)
            RetryAfterGlare(offer, done);
        else
            done?.Invoke(new SipResult(491, SipStatus.Phrase(491), null));
    }

    void OnUpdated(SdpDescription? offer, long seconds, SipResult result, Action<SipResult>? done)
    {
        if (State == CallState.Ended)
            return;
        if (result is { IsSuccess: true, Response: { } response })
        {
            Dialog!.RefreshTarget(response, Dialog.Flow!);
            if (State == CallState.Confirmed)
                StartTimer(SessionInterval.Accept(response, seconds), weAreUac: true);
            if (offer is not null)
                TakeAnswer(response);
        }
        else if (offer is not null)
            Session.Abandon();
        else if (result.Status == 422 && result.Response?.MinSessionSeconds is { } longer)
            _timer.Start(Math.Max(longer, seconds), weRefresh: true);
        done?.Invoke(result);
        EndWhenDead(result);
    }

    /// <summary>Takes the answer to our open offer from a message; false when there is none that fits.</summary>
    private protected bool TakeAnswer(SipMessage message)
    {
        if (Session.State != OfferAnswerState.OfferSent)
            return Session.IsAgreed;
        if (SipBody.Sdp(message, out var answer, out _) != SdpPresence.Present || !Session.ReceiveAnswer(answer!))
        {
            Session.Abandon();
            return false;
        }

        Handler?.OnAnswered(this, answer!);
        return true;
    }

    /// <summary>One re-INVITE of ours, until its ACK.</summary>
    sealed class ReinviteExchange(Call call, SdpDescription? offer, long seconds, Action<SipResult>? done) : IClientRequestUser
    {
        readonly AckSender _ack = new(call);
        ClientRequest? _exchange;

        public void Start(SipRequest invite)
        {
            _exchange = new ClientRequest(call.Ua, invite, call.Credentials, this);
            _exchange.Start(call.Dialog!.Route());
        }

        public void OnProvisional(SipMessage response, SipFlow flow)
        {
        }

        public void OnSuccess(SipMessage response, SipFlow flow)
        {
            if (_ack.IsBegun)
            {
                _ack.SendAgain();
                return;
            }

            call._reinvite = null;
            call.Learn(response);
            call.Dialog!.RefreshTarget(response, flow);
            if (call.State != CallState.Ended)
                call.StartTimer(SessionInterval.Accept(response, seconds), weAreUac: true);
            var result = new SipResult(response.StatusCode, response.ReasonPhrase, response.ToOwned());
            if (offer is null && call.Content is null)
            {
                _ack.Hold(_exchange!);
                call.TakeLateOffer(response, answer => _ack.Send(answer));
                done?.Invoke(result);
                return;
            }

            _ack.Hold(_exchange!);
            _ack.Send(null);
            if (call.Content is null)
                call.TakeAnswer(response);
            else
                call.Handler?.OnContent(call, response);
            done?.Invoke(result);
            call.ProveAlive();
        }

        public void OnFailure(int status, string reason, SipMessage? response) =>
            call.OnReinviteFailed(offer, new SipResult(status, reason, response?.ToOwned()), done);
    }
}
