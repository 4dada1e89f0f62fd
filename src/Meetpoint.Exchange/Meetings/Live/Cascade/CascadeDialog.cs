using System.Text.Json;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>The dialog that opens a cascade: who dials, what is answered, which call goes on when both dial, and when it is tried again.</summary>
/// <remarks>
/// A half dials when it has someone. The other refuses with 480 while it has nobody, and dials back when that changes; so whoever comes second
/// opens it. When both dial at once, the focus' call goes on (RFC 4353 calls the mixer's side the focus). DTLS-SRTP, with the fingerprint that
/// the signed booking told (RFC 8122); a call that shows another is refused. On the signalling loop only.
/// </remarks>
sealed class CascadeDialog : ICallHandler
{
    /// <summary>Between two tries; so that a dropped link is back within five seconds.</summary>
    public const long RetryNs = 1 * MonotonicTime.Second;

    /// <summary>The same where another try soon would change nothing.</summary>
    const long SlowRetryNs = 5 * RetryNs;

    readonly CascadeLink _link;
    readonly LiveMeeting _meeting;
    readonly LiveContext _context;
    readonly string _exchange;
    readonly LoopTimer _retry;
    Call? _call;

    public CascadeDialog(CascadeLink link)
    {
        (_link, _meeting, _context, _exchange) = (link, link.Meeting, link.Meeting.Context, link.Exchange);
        _retry = new LoopTimer(_context.Loop, _ => DialIfNeeded());
    }

    /// <summary>Session-ID of the last call (RFC 7989): tells one opening from another.</summary>
    public string Session { get; private set; } = "";

    /// <summary>The call was answered, and goes on.</summary>
    public bool IsConfirmed => _call is { State: CallState.Confirmed };

    /// <summary>We have someone: dials, unless they were asked a moment ago and had nobody, for then they are asked again by the clock.</summary>
    public void OnSomeoneHere()
    {
        if (!_retry.IsArmed || _link.Roster.IsSomeoneThere)
            DialIfNeeded();
    }

    /// <summary>Dials while we have someone, and there is no call.</summary>
    void DialIfNeeded()
    {
        if (_call is not null || _meeting.PresentCount == 0 || _meeting.IsClosed)
            return;
        // While they have someone it is live once it is open; whether they have is asked by the call otherwise.
        if (_link.Roster.IsSomeoneThere && !_link.Hold.TryTake(out var refusal))
        {
            _context.Refusals.Note(in refusal, _meeting.Code);
            _retry.Arm(SlowRetryNs);
            return;
        }

        if (_context.RouteToExchange(_exchange) is not { } route || _link.Prepare() is not { } media)
        {
            _retry.Arm(RetryNs);
            return;
        }

        _call = _context.Ua.Invite(
            new InviteOptions
            {
                Target = SipUri.Create(_meeting.Row.Id, _exchange, parameters: "transport=tls"),
                From = new NameAddress($"sip:{_meeting.Row.Id}@{_context.Self}"),
                Route = route,
                Offer = media.Offer(),
                ContactUser = _meeting.Row.Id,
                RingSeconds = 10,
            },
            this);
        Session = _call.LocalSessionId;
    }

    /// <summary>The other half calls.</summary>
    public void Arrive(IncomingCall call)
    {
        if (_meeting.PresentCount == 0)
        {
            call.Reject(480, "Nobody here yet");
            return;
        }

        if (!_link.Hold.TryTake(out var refusal))
        {
            _context.Refusals.Reject(call, in refusal);
            return;
        }

        if (_call is OutgoingCall { State: CallState.Trying or CallState.Early } ours)
        {
            if (_meeting.IsFocus)
            {
                call.Reject(491);
                return;
            }

            // The focus wins: what we dialled is taken back, silently.
            Forget();
            ours.Cancel();
        }
        else if (_call is not null)
        {
            // They lost the link before we noticed.
            Drop("opened anew by the other side");
        }

        Take(call);
    }

    /// <summary>Says something to the other half inside the dialog; false while that does not stand.</summary>
    public bool Send(CascadeMessage message)
    {
        if (_call is not { State: CallState.Confirmed } call)
            return false;
        call.Info(CascadeMessage.MediaType, JsonSerializer.SerializeToUtf8Bytes(message, CascadeJson.Default.CascadeMessage));
        return true;
    }

    /// <summary>Ends it until it is dialled again.</summary>
    public void Close()
    {
        _retry.Disarm();
        if (_call is not { } call)
            return;
        Forget();
        if (call is OutgoingCall { State: CallState.Trying or CallState.Early } dialling)
            dialling.Cancel();
        else
            call.Bye();
    }

    /// <summary>
    /// The link is lost, or ended: what was used is recorded, and it is opened anew while we have someone. Whom it showed is gone for us until the
    /// other half tells again; the meeting counts until it tells that nobody is there, or nothing.
    /// </summary>
    public void Drop(string reason, long retryNs = RetryNs)
    {
        if (_call is not { } call)
            return;
        _context.Events.Write(_meeting.Correlation, "cascade.down", new EventAttribute("exchange", _exchange), new EventAttribute("reason", reason));
        Forget();
        _meeting.Roster.SetRemote(_exchange, []);
        if (call.State is not CallState.Ended)
            call.Bye(("Reason", $"SIP;cause=200;text=\"{reason.Replace('"', '\'')}\""));
        if (_meeting is { IsClosed: false, PresentCount: > 0 })
            _retry.Arm(retryNs);
    }

    void Take(IncomingCall call)
    {
        call.Accept(this);
        _call = call;
        Session = call.RemoteSessionId;
        if (_link.Prepare() is not { } media || call.Offer is not { } offer || media.Answer(offer) is not var (answer, settled))
        {
            _context.Events.Write(_meeting.Correlation, "cascade.refused", new EventAttribute("exchange", _exchange));
            call.Reject(488, "Not as booked");
            Forget();
            return;
        }

        _link.Begin(settled);
        if (!call.Answer(answer))
            Drop("answer refused");
    }

    void ICallHandler.OnAnswered(Call call, SdpDescription answer)
    {
        if (call != _call || call.LocalSdp is not { } ours || _link.Media!.Settle(ours, answer) is not { } settled)
        {
            call.Bye(("Reason", "SIP;cause=488;text=\"Not as booked\""));
            return;
        }

        if (!_link.Hold.TryTake(out var refusal))
        {
            _context.Refusals.Note(in refusal, _meeting.Code);
            Drop("over the limit of meetings", SlowRetryNs);
            return;
        }

        _link.Begin(settled);
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        // A session refresh by re-INVITE: the same again. New keys come with a new call only.
        if (_link.Media?.Refresh(call.LocalSdp, offer) is { } answer)
            reply.Accept(answer);
        else
            reply.Reject();
    }

    void ICallHandler.OnInfo(Call call, SipMessage info) => _link.Words.Heard(info);

    void ICallHandler.OnEnded(Call call, CallEnd end)
    {
        if (call == _call)
            Drop(end.Reason ?? "ended by the other side");
    }

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response)
    {
        if (call != _call)
            return;
        Forget();
        // 480: nobody there yet, and it will call when that changes; asked again all the same, slowly, since it may have restarted.
        _retry.Arm(status == 480 ? SlowRetryNs : RetryNs);
    }

    void Forget()
    {
        _call = null;
        _link.OnOver();
    }
}
