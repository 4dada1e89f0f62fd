using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// The number, and the SIP address, that everyone may dial: asks for the meeting's code, then hands the caller to the meeting.
/// </summary>
/// <remarks>
/// In early media, so that a caller who knows no code is refused and never charged. The leg moves with its port into the meeting's room. On the
/// signalling loop only.
/// </remarks>
sealed class EntryDesk : IMediaRoomEvents
{
    const int CodeTries = 3;
    const int MaxCallers = 500;
    const long PatienceNs = 60 * MonotonicTime.Second;

    readonly LiveContext _context;
    readonly LiveMeetings _meetings;
    readonly Dictionary<int, Caller> _byLeg = [];
    MediaRoomHandle? _room;

    public EntryDesk(LiveContext context, LiveMeetings meetings)
    {
        _context = context;
        _meetings = meetings;
    }

    public void Arrive(IncomingCall call, SipCaller caller)
    {
        _room ??= _context.Media.CreateRoom("entry", this, _context.Loop);
        if (_byLeg.Count >= MaxCallers || _room.AddLeg() is not { } leg)
        {
            _context.Refusals.Reject(call, RefusalReason.Overload);
            return;
        }

        var at = new Caller(this, call, caller, leg);
        _byLeg[leg.LegId] = at;
        at.Begin();
    }

    void IMediaRoomEvents.OnMediaEvent(in MediaEvent e)
    {
        if (e.Kind == MediaEventKind.Dtmf && _byLeg.TryGetValue(e.LegId, out var caller))
            caller.OnDigit(e.Digit);
    }

    /// <summary>Someone at the desk.</summary>
    sealed class Caller : ICallHandler
    {
        readonly EntryDesk _desk;
        readonly IncomingCall _call;
        readonly SipCaller _caller;
        readonly MediaLegHandle _leg;
        readonly AudioEnd _end;
        readonly LoopTimer _patience;
        string _digits = "";
        int _wrong;

        public Caller(EntryDesk desk, IncomingCall call, SipCaller caller, MediaLegHandle leg)
        {
            _desk = desk;
            _call = call;
            _caller = caller;
            _leg = leg;
            _end = new AudioEnd(leg.LocalAddress, caller.Profile, "1", desk._context.Randomness);
            _patience = new LoopTimer(desk._context.Loop, _ => GiveUp());
        }

        public void Begin()
        {
            _call.Accept(this);
            if (_call.Offer is not { } offer || AudioNegotiation.Answer(offer, _end) is not var (answer, settled))
            {
                // Without an offer there is no early media to ask in.
                Leave();
                _call.Reject(488);
                return;
            }

            _leg.Configure(new LegOptions
            {
                ParticipantId = (uint)_leg.LegId,
                Send = settled.Send,
                Receive = settled.Receive,
                TelephoneEventPayloadType = settled.TelephoneEvent,
                Direction = settled.Direction,
            });
            _leg.SetRemote(settled.Remote, settled.RemoteControl, settled.RtcpMux);
            _leg.Mute(true);
            _leg.Deafen(true);
            _call.Ring(183, answer);
            _leg.Play(Prompt.PinRequest);
            _patience.Arm(PatienceNs);
        }

        public void OnDigit(char digit)
        {
            if (digit == '*')
                _digits = "";
            else if (digit != '#')
                _digits += digit;
            if (digit != '#' && _digits.Length < MeetingLimits.CodeLength)
                return;
            var code = _digits;
            _digits = "";
            if (_desk._meetings.ByCode(code, out _) is { } meeting)
            {
                Leave(keepLeg: true);
                meeting.Arrive(_call, _caller, _leg);
            }
            else if (++_wrong >= CodeTries)
            {
                GiveUp();
            }
            else
            {
                _leg.Play(Prompt.PinWrong);
            }
        }

        void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply) => reply.Reject(491);

        void ICallHandler.OnInfo(Call call, SipMessage info)
        {
            if (DtmfInfo.DigitOf(info) is { } digit)
                OnDigit(digit);
        }

        void ICallHandler.OnEnded(Call call, CallEnd end) => Leave();

        void GiveUp()
        {
            Leave();
            _desk._context.Refusals.Reject(_call, RefusalReason.WrongPin);
        }

        void Leave(bool keepLeg = false)
        {
            _patience.Disarm();
            _desk._byLeg.Remove(_leg.LegId);
            if (!keepLeg)
                _leg.Remove();
        }
    }
}
