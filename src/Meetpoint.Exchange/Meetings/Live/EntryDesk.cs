using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live.FloorControl;
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
/// In early media, so that a caller who knows no code is refused and never charged; in a call that is answered first where the caller made no offer
/// or its equipment passes no media before. The leg moves with its port and keys into the meeting's room, and so do the lines of pictures, which are
/// answered at the desk and carry nothing there: not every equipment that is offered them later takes them.
/// A channel of CLUE is answered too, and comes up in the meeting. On the signalling loop only.
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

        var at = new Caller(this, call, caller, _room, leg);
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
        readonly SipPictures _pictures;
        readonly SipFloor _floor;
        readonly LoopTimer _patience;
        EnteredLeg? _entered;
        string _digits = "";
        int _wrong;
        bool _hasLeft;

        public Caller(EntryDesk desk, IncomingCall call, SipCaller caller, MediaRoomHandle room, MediaLegHandle leg)
        {
            _desk = desk;
            _call = call;
            _caller = caller;
            _leg = leg;
            _end = new AudioEnd(leg.LocalAddress, caller.Profile, "1", desk._context.Randomness);
            _pictures = new SipPictures(desk._context, room, leg, caller.Profile);
            _floor = new SipFloor(desk._context, caller);
            _patience = new LoopTimer(desk._context.Loop, _ => GiveUp());
        }

        public void Begin()
        {
            _call.Accept(this);
            _patience.Arm(PatienceNs);
            if (_call.Offer is not { } offer)
            {
                // Without an offer there is no early media to ask in.
                var late = SipParticipant.OfferTo(_caller, AudioNegotiation.Offer(_end), _pictures, _floor, SipParticipant.SaysClue(_call));
                _call.ContactFeatures = _pictures.ClueFeatures;
                _call.Answer(late);
            }
            else if (AudioNegotiation.Answer(offer, _end) is not var (answer, settled))
            {
                Leave();
                _call.Reject(488);
            }
            else
            {
                _pictures.Answer(offer, answer);
                _floor.Answer(offer, answer);
                _call.ContactFeatures = _pictures.ClueFeatures;
                Settle(answer, settled);
                if (!_caller.Profile.EarlyMedia)
                {
                    _call.Answer(answer);
                    return;
                }

                _call.Ring(183, answer);
                _leg.Play(Prompt.PinRequest);
            }
        }

        public void OnDigit(char digit)
        {
            if (digit is >= '0' and <= '9')
                _digits += digit;
            else if (digit == '*')
                _digits = "";
            // The last digit is enough; a # after it is not another try.
            if (_entered is not { } entered || _digits.Length == 0 || (digit != '#' && _digits.Length < MeetingLimits.CodeLength))
                return;
            var code = _digits;
            _digits = "";
            if (_desk._meetings.ByCode(code, out var tooEarly) is { } meeting)
            {
                Leave(keepLeg: true);
                meeting.Arrivals.Arrive(_call, _caller, entered);
            }
            else if (tooEarly is { } refusal)
            {
                Refuse(in refusal);
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

        void ICallHandler.OnAnswered(Call call, SdpDescription answer)
        {
            if (call.LocalSdp is not { } ours || AudioNegotiation.Settle(ours, answer, _end) is not { } settled)
            {
                call.Bye(("Reason", "SIP;cause=488;text=\"No audio in common\""));
                return;
            }

            _pictures.Settle(ours, answer);
            _floor.Settle(ours, answer);
            Settle(null, settled);
        }

        void ICallHandler.OnConfirmed(Call call)
        {
            if (_entered is not null)
                _leg.Play(Prompt.PinRequest);
        }

        void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply) => reply.Reject(491);

        void ICallHandler.OnInfo(Call call, SipMessage info)
        {
            if (DtmfInfo.DigitOf(info) is { } digit)
                OnDigit(digit);
        }

        void ICallHandler.OnEnded(Call call, CallEnd end) => Leave();

        void Settle(SdpDescription? answer, AudioAgreement settled)
        {
            _entered = new EnteredLeg(_leg, _end, answer, settled, settled.Protect(), _pictures, _floor);
            settled.SetUp(_leg, (uint)_leg.LegId, _entered.Protection);
            _leg.Mute(true);
            _leg.Deafen(true);
        }

        void GiveUp() => Refuse(_desk._context.Admission.Refuse(RefusalReason.WrongPin, default));

        void Refuse(in Refusal refusal)
        {
            Leave();
            _desk._context.Refusals.RejectOrEnd(_call, in refusal);
        }

        void Leave(bool keepLeg = false)
        {
            if (_hasLeft)
                return;
            _hasLeft = true;
            _patience.Disarm();
            _desk._byLeg.Remove(_leg.LegId);
            if (keepLeg)
                return;
            _pictures.End();
            _floor.End();
            _leg.Remove();
        }
    }
}

/// <summary>What the entry desk settled with a caller, and the meeting goes on with.</summary>
/// <param name="Leg">At the desk; it moves into the meeting's room.</param>
/// <param name="End">As our descriptions of the session have named it.</param>
/// <param name="Answer">Our answer to the caller's offer, for the 200; null when the offer was ours, and the call is answered.</param>
/// <param name="Settled">The audio.</param>
/// <param name="Protection">Its keys, with their counters; null for plain RTP.</param>
/// <param name="Pictures">Its lines of pictures, which show nothing yet.</param>
/// <param name="Floor">Floor control with it, which gives nothing yet.</param>
sealed record EnteredLeg(
    MediaLegHandle Leg, AudioEnd End, SdpDescription? Answer, AudioAgreement Settled, IMediaProtection? Protection, SipPictures Pictures, SipFloor Floor)
{
    /// <summary>The meeting has no place for it.</summary>
    public void Drop()
    {
        Pictures.End();
        Floor.End();
        Leg.Remove();
    }
}
