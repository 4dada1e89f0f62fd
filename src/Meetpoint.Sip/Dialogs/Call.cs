using System.Globalization;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>One call: a dialog made by INVITE, with its session. Incoming and outgoing ones differ only until they stand.</summary>
/// <remarks>On the loop only.</remarks>
public abstract partial class Call
{
    readonly SessionTimer _timer;
    SuccessRepeater? _repeater;
    IReadOnlyList<(string Name, string Value)>? _byeWhenAcknowledged;

    private protected Call(SipUserAgent ua)
    {
        Ua = ua;
        _timer = new SessionTimer(this);
        LocalSessionId = ua.Tokens.SessionId();
    }

    /// <summary>Where it stands.</summary>
    public CallState State { get; private protected set; }

    /// <summary>The dialog; null while there is none.</summary>
    public Dialog? Dialog { get; private protected set; }

    /// <summary>Names the call among all: its Call-ID.</summary>
    public abstract string Id { get; }

    /// <summary>The other side: From of an incoming call, To of an outgoing one.</summary>
    public abstract NameAddress RemoteParty { get; }

    /// <summary>Our description as last agreed; null before.</summary>
    public SdpDescription? LocalSdp => Session.Local;

    /// <summary>Their description as last agreed; null before.</summary>
    public SdpDescription? RemoteSdp => Session.Remote;

    /// <summary>Our half of Session-ID (RFC 7989); may be set before the first message goes out.</summary>
    public string LocalSessionId { get; set; }

    /// <summary>Their half of Session-ID; 32 zeros until they tell it.</summary>
    public string RemoteSessionId { get; private set; } = new('0', 32);

    /// <summary>Seconds of the agreed session interval; 0 before.</summary>
    public long SessionSeconds => _timer.IntervalSeconds;

    /// <summary>Media feature tags of ours in Contact (RFC 3840), each as ";+sip.name"; what is sent from now on has them. Empty without.</summary>
    public string ContactFeatures { get; set; } = "";

    /// <summary>Anything that the application wants to keep with the call.</summary>
    public object? Tag { get; set; }

    internal SipUserAgent Ua { get; }

    private protected OfferAnswer Session { get; } = new();

    private protected ICallHandler? Handler { get; set; }

    private protected SipCredentials? Credentials { get; set; }

    /// <summary>What INVITEs of ours carry in a dialog without a session; null in a call.</summary>
    private protected SipContent? Content { get; init; }

    private protected bool PeerAllowsUpdate { get; private set; }

    /// <summary>
    /// Ends the call: BYE when it stands, CANCEL or a final answer before. The handler hears OnEnded at once.
    /// </summary>
    /// <param name="headers">Such as Reason (RFC 3326).</param>
    public void Bye(params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (State == CallState.Ended)
            return;
        if (State is CallState.Trying or CallState.Early)
        {
            GiveUp(headers);
            return;
        }

        // Section 15: the callee does not send BYE before the ACK came or cannot come any more.
        if (State == CallState.Answered && _repeater is not null)
            _byeWhenAcknowledged = headers;
        else
            SendBye(headers);
        End(new CallEnd(CallEndedBy.Local, 200, null));
    }

    /// <summary>A request inside the dialog, for methods that the call has no verb for (MESSAGE, REFER, NOTIFY). Send it with <see cref="Send"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no dialog yet.</exception>
    public SipRequest Request(string method)
    {
        var request = (Dialog ?? throw new InvalidOperationException("the call has no dialog yet")).Request(method);
        AddCommon(request);
        return request;
    }

    /// <summary>Sends a request inside the dialog. A 481, or no answer, ends the call (RFC 5057).</summary>
    public void Send(SipRequest request, Action<SipResult>? done = null) => SendInside(request, result =>
    {
        done?.Invoke(result);
        EndWhenDead(result);
    });

    internal abstract void OnAckMissing();

    private protected abstract void GiveUp(IReadOnlyList<(string Name, string Value)> headers);

    /// <summary>Said by the session timer when nothing was heard for too long.</summary>
    internal void Expire()
    {
        if (State == CallState.Ended)
            return;
        SendBye([(SipHeader.Reason.Name(), "SIP ;cause=408 ;text=\"Session timer expired\"")]);
        End(new CallEnd(CallEndedBy.Lost, 408, "Session timer expired"));
    }

    /// <summary>Said by the session timer: UPDATE costs no offer where it is known (RFC 4028 section 7.4), else a re-INVITE with what stands.</summary>
    internal void RefreshSession()
    {
        if (State != CallState.Confirmed)
            return;
        if (PeerAllowsUpdate)
            Update(null);
        else if (Content is not null)
            Reinvite(null);
        else if (Session.Local is { } local)
            Reinvite(local);
    }

    internal void OnTransactionFailed(ServerTransaction transaction)
    {
        // No ACK for a final error answer: nothing hangs on it. A 2xx that could not be sent is sent again by its repeater.
        _ = transaction;
    }

    private protected void SendBye(IReadOnlyList<(string Name, string Value)> headers)
    {
        if (Dialog is null)
            return;
        var bye = Request("BYE");
        bye.Headers.AddRange(headers);
        SendInside(bye, static _ => { });
    }

    private protected void End(CallEnd end)
    {
        if (State == CallState.Ended)
            return;
        State = CallState.Ended;
        Release();
        Handler?.OnEnded(this, end);
    }

    private protected virtual void Release()
    {
        _timer.Stop();
        StopRetry();
        if (_byeWhenAcknowledged is null)
            Forget();
    }

    private protected void Forget()
    {
        _repeater?.Stop();
        _repeater = null;
        if (Dialog is not null)
            Ua.Remove(Dialog, this);
    }

    private protected void StartTimer(SessionInterval interval, bool weAreUac) => _timer.Start(interval.Seconds, interval.RefresherIsUac == weAreUac);

    private protected void Repeat(ServerTransaction transaction)
    {
        _repeater?.Stop();
        _repeater = new SuccessRepeater(this, transaction);
        _repeater.Start();
    }

    /// <summary>Learns what each message of the other side tells about it.</summary>
    private protected void Learn(SipMessage message)
    {
        if (message.Has(SipHeader.Allow))
            PeerAllowsUpdate = message.Lists(SipHeader.Allow, "UPDATE"u8);
        var sessionId = message.Text(SipHeader.Session_ID)?.Split(';')[0].Trim();
        if (sessionId is { Length: 32 } && sessionId.All(char.IsAsciiHexDigit))
            RemoteSessionId = sessionId;
    }

    private protected void AddCommon(SipRequest request)
    {
        request.Headers.Add((SipHeader.Session_ID.Name(), SessionIdValue));
        if (Ua.Options.ProductName is { } product)
            request.Headers.Add((SipHeader.User_Agent.Name(), product));
    }

    private protected void AddCommon(SipWriter writer)
    {
        writer.Header(SipHeader.Session_ID, SessionIdValue);
        Ua.AddServer(writer);
    }

    private protected void AddSessionTimer(SipRequest request, long seconds, long minSeconds)
    {
        request.Headers.Add((SipHeader.Supported.Name(), SipUserAgent.SupportedExtensions));
        request.Headers.Add((SipHeader.Session_Expires.Name(), seconds.ToString(CultureInfo.InvariantCulture)));
        request.Headers.Add((SipHeader.Min_SE.Name(), minSeconds.ToString(CultureInfo.InvariantCulture)));
        request.Headers.Add((SipHeader.Allow.Name(), Ua.Options.AllowedMethods));
    }

    string SessionIdValue => $"{LocalSessionId};remote={RemoteSessionId}";

    void EndWhenDead(SipResult result)
    {
        if (result.Status is not (408 or 481) || State == CallState.Ended)
            return;
        if (result.Status == 408)
            SendBye([]);
        End(new CallEnd(CallEndedBy.Lost, result.Status, result.Reason));
    }

    void SendInside(SipRequest request, Action<SipResult> done)
    {
        var exchange = new ClientRequest(Ua, request, Credentials, new InsideUser(this, done));
        exchange.Start(Dialog!.Route());
    }

    /// <summary>Hears a request inside the dialog that is no INVITE.</summary>
    sealed class InsideUser(Call call, Action<SipResult> done) : IClientRequestUser
    {
        public void OnProvisional(SipMessage response, SipFlow flow)
        {
        }

        public void OnSuccess(SipMessage response, SipFlow flow)
        {
            call.Learn(response);
            done(new SipResult(response.StatusCode, response.ReasonPhrase, response.ToOwned()));
            call.ProveAlive();
        }

        public void OnFailure(int status, string reason, SipMessage? response) => done(new SipResult(status, reason, response?.ToOwned()));
    }
}
