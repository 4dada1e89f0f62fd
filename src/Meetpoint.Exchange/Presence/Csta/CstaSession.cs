using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Presence.Csta;

/// <summary>Hears a session with a call control. On the loop.</summary>
interface ICstaUser
{
    /// <summary>The monitor stands.</summary>
    void OnMonitored();

    /// <summary>The calls of the line are asked for: at the beginning, and again and again. OnTold brings them, or OnUnanswered says that it does not.</summary>
    void OnAsked();

    /// <summary>The call control does not say which calls there are: events alone do.</summary>
    void OnUnanswered();

    /// <summary>What the line does, or did before: an event, its calls, do not disturb.</summary>
    void OnTold(CstaMessage message);

    /// <summary>It is over; said once, nothing follows, and not after <see cref="CstaSession.End"/>.</summary>
    /// <param name="status">The status that ended it, in the sense of SIP.</param>
    /// <param name="reason">In words.</param>
    void OnOver(int status, string reason);
}

/// <summary>
/// One line at the gateway of a call control (ECMA TR/87): a dialog that an INVITE with RequestSystemStatus opens, requests of CSTA (ECMA-323) in INFO with their answers in its 200, and the
/// monitor's events in INFO of theirs. On the loop only.
/// </summary>
sealed class CstaSession : ICallHandler
{
    /// <summary>Seconds in which the gateway takes the INVITE.</summary>
    public const int RingSeconds = 20;

    /// <summary>How long an answer may take that a gateway sends in an INFO of its own.</summary>
    public const long AnswerNs = 10 * MonotonicTime.Second;

    /// <summary>
    /// How often the gateway is asked for the calls of the line, or where it cannot say them how it does: a gateway that died is found so, and an event that was lost is made good.
    /// </summary>
    public const long AuditNs = 60 * MonotonicTime.Second;

    const string Disposition = "signal;handling=required";

    readonly PresenceContext _context;
    readonly ICstaUser _user;
    readonly LoopTimer _due;
    readonly string _device;
    readonly Call _call;
    string? _monitor;
    bool _isStarting;
    bool _isAsking;
    bool _hasSnapshots = true;
    bool _isOver;

    /// <summary>Opens it; the user hears what becomes of it, never before this returns.</summary>
    /// <param name="context">What presence works with.</param>
    /// <param name="way">The gateway, and the line's address there.</param>
    /// <param name="route">Where the gateway takes requests.</param>
    /// <param name="owner">Canonical address of the person whose line it is: in her name the gateway is asked.</param>
    /// <param name="user">Hears it.</param>
    public CstaSession(PresenceContext context, PresenceWay way, SipRoute route, string owner, ICstaUser user)
    {
        (_context, _user, _device) = (context, user, PresenceDirectory.UriOf(way.Address));
        _due = new LoopTimer(context.Loop, _ => OnDue());
        _call = context.Ua.Invite(
            new InviteOptions
            {
                Target = SipUri.Parse(way.UriAt(context.Admission.World.Exchange)),
                From = new NameAddress(PresenceDirectory.UriOf(owner)),
                Route = route,
                ContactUser = "presence",
                Content = Content(CstaWriter.RequestSystemStatus()),
                RingSeconds = RingSeconds,
                Headers = [(SipHeader.Accept.Name(), CstaMessage.MediaType)],
            },
            this);
    }

    /// <summary>Ends the monitor, and then the dialog; the user hears nothing more.</summary>
    public void End()
    {
        if (_isOver)
            return;
        Finish();
        if (_monitor is { } monitor && _call.State == CallState.Confirmed)
            Send(CstaWriter.MonitorStop(monitor), _ => _call.Bye());
        else
            _call.Bye();
    }

    /// <summary>Ends the dialog at once, and its monitor with it: there is no time to wait for answers.</summary>
    public void Leave()
    {
        Finish();
        _call.Bye();
    }

    void ICallHandler.OnContent(Call call, SipMessage success)
    {
        if (_isOver || _isStarting || _monitor is not null)
            return; // a refresh
        if (Read(success, out var answer) && answer is { Kind: CstaKind.Error })
        {
            Fail(488, $"refused: {answer.Error}");
            return;
        }

        _isStarting = true;
        _due.Arm(AnswerNs);
        Ask(CstaWriter.MonitorStart(_device), OnStarted);
    }

    SipContent? ICallHandler.OnContentAsked(Call call, SipMessage invite) =>
        Read(invite, out var asked) && asked is { Kind: CstaKind.RequestSystemStatus } ? Content(CstaWriter.RequestSystemStatusResponse()) : null;

    bool ICallHandler.TakeInfo(Call call, IncomingRequest info)
    {
        if (info.Message.Body.IsEmpty)
            return false;
        if (info.Message.MediaType != CstaMessage.MediaType)
        {
            _context.Log.Malformed(info.Flow.Remote.ToString(), $"INFO of {_device}: nobody here reads {info.Message.MediaType}");
            info.Respond(415, null, (SipHeader.Accept.Name(), CstaMessage.MediaType));
            return true;
        }

        if (!CstaMessage.TryRead(info.Message.Body, _device, out var message, out var fault))
        {
            _context.Log.Malformed(info.Flow.Remote.ToString(), $"INFO of {_device}: {fault}");
            info.Respond(400, "Malformed Body");
            Audit(); // it may have been an event, and what it said is asked for
            return true;
        }

        if (message.Kind != CstaKind.RequestSystemStatus)
            info.Respond(200);
        else if (message.Name == "SystemStatus")
            info.Respond(200, null, [(SipHeader.Content_Disposition.Name(), Disposition)], CstaMessage.MediaType, CstaWriter.SystemStatusResponse());
        else
            info.Respond(200, null, [(SipHeader.Content_Disposition.Name(), Disposition)], CstaMessage.MediaType, CstaWriter.RequestSystemStatusResponse());
        if (!_isOver)
            Take(message);
        return true;
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply) => reply.Reject();

    void ICallHandler.OnEnded(Call call, CallEnd end) => Over(end.By == CallEndedBy.Remote ? 487 : end.Status, end.By == CallEndedBy.Remote ? "ended by the call control" : end.Reason ?? "");

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response) => Over(status, reason);

    /// <summary>What the gateway says by itself, or answers in an INFO of its own.</summary>
    void Take(CstaMessage message)
    {
        switch (message.Kind)
        {
            case CstaKind.MonitorStarted or CstaKind.Error when _isStarting:
                OnStarted(message);
                break;
            case CstaKind.MonitorStopped when message.MonitorId is null || message.MonitorId == _monitor:
                Fail(487, "monitor stopped by the call control");
                break;
            case CstaKind.CallEvent or CstaKind.DoNotDisturb or CstaKind.Snapshot when _monitor is null || message.MonitorId is null || message.MonitorId == _monitor:
                // An event may overtake the answer that has the monitor's number: there is no other monitor in this dialog.
                _user.OnTold(message);
                break;
            case CstaKind.RequestSystemStatus when message.Name == "SystemStatus":
                Audit(); // it has been away, or has lost messages
                break;
            default:
                break;
        }
    }

    void OnStarted(CstaMessage? answer)
    {
        if (!_isStarting || answer is null)
            return; // an empty 200: the answer follows in an INFO
        if (answer is not { Kind: CstaKind.MonitorStarted, MonitorId: { } monitor })
        {
            Fail(488, answer.Error is { } error ? $"refused: {error}" : $"{answer.Name} in answer to MonitorStart");
            return;
        }

        _isStarting = false;
        _monitor = monitor;
        _due.Arm(AuditNs);
        _user.OnMonitored();
        Ask(CstaWriter.GetDoNotDisturb(_device), Tell);
        Audit();
    }

    /// <summary>Asks for the calls of the line, unless an answer is waited for.</summary>
    void Audit()
    {
        if (_monitor is null || _isAsking)
            return;
        _isAsking = true;
        if (_hasSnapshots)
            _user.OnAsked();
        Ask(_hasSnapshots ? CstaWriter.SnapshotDevice(_device) : CstaWriter.RequestSystemStatus(), answer =>
        {
            _isAsking = false;
            if (_hasSnapshots && answer is not { Kind: CstaKind.Snapshot })
                _user.OnUnanswered();
            // It cannot say them, now or in this form: events alone tell, and it is asked whether it lives.
            _hasSnapshots &= answer is { Kind: CstaKind.Snapshot };
            Tell(answer);
        });
    }

    void Tell(CstaMessage? answer)
    {
        if (answer is { Kind: CstaKind.Snapshot or CstaKind.DoNotDisturb })
            _user.OnTold(answer);
    }

    void OnDue()
    {
        if (_isStarting)
        {
            Fail(408, "no answer to MonitorStart");
            return;
        }

        _due.Arm(AuditNs);
        Audit();
    }

    /// <summary>Asks in an INFO. Gives the answer, null where the 200 has none or the request is refused; where the gateway is gone the session is over, and nothing is given.</summary>
    void Ask(byte[] request, Action<CstaMessage?> answered) => Send(request, result =>
    {
        if (_isOver || result.Status is 408 or 481)
            return; // the call ends by itself
        if (result is { Status: 503, Response: null })
        {
            Fail(503, result.Reason);
            return;
        }

        CstaMessage? answer = null;
        if (result.Response is { } response && !Read(response, out answer) && _isStarting)
            Fail(488, "malformed answer to MonitorStart");
        else if (!result.IsSuccess && _isStarting && answer is null)
            Fail(result.Status, result.Reason);
        else
            answered(answer);
    });

    void Send(byte[] request, Action<SipResult> done) => _call.Info(CstaMessage.MediaType, request, done, (SipHeader.Content_Disposition.Name(), Disposition));

    /// <summary>Reads a body of theirs; null where there is none, false with a log line where it is malformed or of another kind.</summary>
    bool Read(SipMessage message, out CstaMessage? read)
    {
        read = null;
        if (message.Body.IsEmpty)
            return true;
        string? fault = null;
        if (message.MediaType == CstaMessage.MediaType && CstaMessage.TryRead(message.Body, _device, out read, out fault))
            return true;
        _context.Log.Malformed(message.Source.ToString(), $"{_device} by uaCSTA: {fault ?? $"nobody here reads {message.MediaType}"}");
        return false;
    }

    /// <summary>It is of no use: ended from here, and over.</summary>
    void Fail(int status, string reason)
    {
        var isOver = _isOver;
        Finish();
        _call.Bye();
        if (!isOver)
            _user.OnOver(status, reason);
    }

    void Over(int status, string reason)
    {
        if (_isOver)
            return;
        Finish();
        _user.OnOver(status, reason);
    }

    void Finish()
    {
        _isOver = true;
        _isStarting = false;
        _due.Disarm();
    }

    static SipContent Content(byte[] body) => new(CstaMessage.MediaType, body, Disposition);
}
