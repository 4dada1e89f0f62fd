using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// One participant of this half: its call, its leg in the room, and its way in: PIN, lobby, durable record, mix.
/// </summary>
/// <remarks>
/// PIN and lobby come before the call is answered, in early media (183), so that nobody is charged for them and a refusal is a 403. A caller that
/// made no offer has to be answered first, and so has one whose equipment passes no media before; its refusal is a BYE with the same reason, and
/// what is used counts from when it comes in. On the signalling loop only.
/// </remarks>
sealed partial class Participant : ICallHandler
{
    const long SilentPatienceNs = 60 * MonotonicTime.Second;

    readonly LiveMeeting _meeting;
    readonly LiveContext _context;
    readonly MediaLegHandle _leg;
    readonly LoopTimer _patience;
    readonly LoopTimer _ringAgain;
    readonly string _grantId;
    AudioEnd _end;
    bool _hasMedia;
    bool _isPromptDue;
    bool _isFarewell;
    Call? _call;
    SdpDescription? _answer;
    SdesKey? _ourKey;
    ulong _sdpVersion = 1;
    string _digits = "";
    int _wrongPins;
    long _sequence;
    bool _isGrantStarted;
    long _inSinceNs;
    Grant _grant;

    public Participant(LiveMeeting meeting, uint id, MediaLegHandle leg, SipCaller caller, bool isOrganiser)
    {
        _meeting = meeting;
        _context = meeting.Context;
        _leg = leg;
        Id = id;
        Caller = caller;
        IsOrganiser = isOrganiser;
        Joined = _context.Clock.GetCurrentInstant();
        _grantId = _context.Ids.New("grn");
        _end = new AudioEnd(leg.LocalAddress, caller.Profile, id.ToString(System.Globalization.CultureInfo.InvariantCulture), _context.Randomness);
        _patience = new LoopTimer(_context.Loop, OnPatienceEnded);
        _ringAgain = new LoopTimer(_context.Loop, _ => RingAgain());
    }

    public uint Id { get; }

    public SipCaller Caller { get; }

    public bool IsOrganiser { get; }

    public ParticipantState State { get; private set; }

    public bool IsMuted { get; private set; }

    public Instant Joined { get; private set; }

    public int LegId => _leg.LegId;

    public string Session { get; private set; } = "";

    public LegStatistics Statistics => _leg.Statistics;

    /// <summary>Takes a call that came in.</summary>
    /// <param name="call">Not answered yet, unless the entry desk did so.</param>
    /// <param name="entered">What the entry desk settled with it; null when it comes here first.</param>
    public void Arrive(IncomingCall call, EnteredLeg? entered = null)
    {
        _call = call;
        Session = SessionOf(call);
        call.Accept(this);
        if (entered is not null)
        {
            (_end, _answer) = (entered.End, entered.Answer);
            _ourKey = entered.Settled.Srtp?.Ours;
            Configure(entered.Settled, entered.Protection);
            _hasMedia = true;
            Proceed();
            return;
        }

        if (call.Offer is not { } offer)
        {
            call.Answer(AudioNegotiation.Offer(_end));
            return;
        }

        if (AudioNegotiation.Answer(offer, _end) is not var (answer, settled))
        {
            call.Reject(488);
            Leave(null);
            return;
        }

        _answer = answer;
        Apply(settled);
        _hasMedia = true;
        Proceed();
    }

    /// <summary>Where it is registered, when it was dialled there.</summary>
    public RegisteredTarget? Registered { get; private set; }

    /// <summary>Dials a room or bridge of ours.</summary>
    public void Dial(SipUri contact, RegisteredTarget? registered, SipCredentials? credentials, NameAddress from)
    {
        Registered = registered;
        SetState(ParticipantState.Dialling);
        var call = _context.Ua.Invite(
            new InviteOptions
            {
                Target = contact,
                From = from,
                To = new NameAddress("sip:" + Caller.Address, Caller.Name),
                Offer = AudioNegotiation.Offer(_end),
                Route = registered?.Route,
                Routes = registered?.Routes ?? [],
                Credentials = credentials,
                ContactUser = _meeting.Code,
                RingSeconds = 60,
            },
            this);
        _call = call;
        Session = call.LocalSessionId;
    }

    public void Mute(bool muted)
    {
        IsMuted = muted;
        if (State == ParticipantState.In)
            _leg.Mute(muted);
        Tell();
    }

    /// <summary>Ends its call for a reason of the meeting.</summary>
    public void End(string why) => Hangup(("Reason", $"SIP;cause=200;text=\"{why}\""));

    /// <summary>Refuses it, before the answer by its row of the table, after it by BYE with the same cause.</summary>
    public void Refuse(in Refusal refusal)
    {
        if (_call is IncomingCall incoming)
        {
            _context.Refusals.RejectOrEnd(incoming, in refusal);
            Leave(null);
        }
        else
        {
            _context.Refusals.Note(in refusal, _meeting.Code);
            Hangup([.. RefusalWriter.ByeHeaders(in refusal)]);
        }
    }

    /// <summary>Its leg was silent, or is no longer.</summary>
    public void OnSilent(bool silent)
    {
        if (silent && State == ParticipantState.In)
            _patience.Arm(SilentPatienceNs);
        else if (State == ParticipantState.In)
            _patience.Disarm();
    }

    /// <summary>What was used so far, by its packets.</summary>
    public void Measure()
    {
        if (!_isGrantStarted || State != ParticipantState.In)
            return;
        var counts = _leg.Statistics;
        if (counts.LastPacketNs > _inSinceNs)
            _context.Grants.Progress(_grantId, ++_sequence, Quantities(counts, counts.LastPacketNs), _context.WallOf(counts.LastPacketNs));
    }

    void ICallHandler.OnAnswered(Call call, SdpDescription answer)
    {
        if (call.LocalSdp is not { } ours || AudioNegotiation.Settle(ours, answer, _end) is not { } settled)
        {
            Hangup(("Reason", "SIP;cause=488;text=\"No audio in common\""));
            return;
        }

        Apply(settled);
        // The first agreement alone: a later one, as of a session refresh, changes nothing at the door.
        if (_hasMedia)
            return;
        _hasMedia = true;
        if (call is OutgoingCall)
            Enter();
        else
            Proceed();
    }

    void ICallHandler.OnConfirmed(Call call)
    {
        if (State == ParticipantState.Entering && _isGrantStarted)
            ComeIn();
        else if (_isPromptDue)
            PlayPrompt();
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        if (AudioNegotiation.Answer(offer, _end, ++_sdpVersion, _ourKey) is not var (answer, settled))
        {
            reply.Reject();
            return;
        }

        Apply(settled);
        reply.Accept(answer);
    }

    void ICallHandler.OnInfo(Call call, SipMessage info)
    {
        if (DtmfInfo.DigitOf(info) is { } digit)
            OnDigit(digit);
    }

    void ICallHandler.OnEnded(Call call, CallEnd end) => Leave(end.Reason);

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response)
    {
        _meeting.OnDialFailed(this, status, reason);
        Leave(reason);
    }

    /// <summary>Asks the waist, writes the start down, and only then answers.</summary>
    void Enter()
    {
        SetState(ParticipantState.Entering);
        if (!_meeting.AdmitParticipant(this, out _grant, out var refusal))
        {
            Refuse(in refusal);
            return;
        }

        var start = new GrantStart
        {
            Id = _grantId,
            Grant = _grant,
            Subject = Caller.Address,
            Started = _context.Clock.GetCurrentInstant(),
            SilentAfter = Duration.FromMinutes(2),
        };
        _context.Then(_context.Grants.StartAsync(start), _ => OnStarted(), _ =>
        {
            _grant.Release();
            Refuse(_meeting.RefusalFor(RefusalReason.Overload));
        });
    }

    void OnStarted()
    {
        _isGrantStarted = true;
        if (State != ParticipantState.Entering || _call is null)
        {
            _ = _context.Grants.AbortAsync(_grantId, "caller-gone", _context.Clock.GetCurrentInstant());
            return;
        }

        if (_call is IncomingCall { State: CallState.Trying or CallState.Early } incoming)
        {
            if (!incoming.Answer(_answer))
                Hangup();
        }
        else if (_call.State == CallState.Confirmed)
        {
            ComeIn();
        }
    }

    void ComeIn()
    {
        _inSinceNs = _context.Time.NowNs();
        Joined = _context.Clock.GetCurrentInstant();
        _leg.StopPrompt();
        _leg.Deafen(false);
        _leg.Mute(IsMuted);
        SetState(ParticipantState.In);
        _meeting.OnCameIn(this);
    }

    void Apply(AudioAgreement settled)
    {
        SrtpProtection? protection = null;
        if (settled.Srtp is var (ours, theirs))
        {
            _ourKey = ours;
            protection = new SrtpProtection(SrtpSession.Create(ours, theirs));
        }

        Configure(settled, protection);
    }

    void Configure(AudioAgreement settled, IMediaProtection? protection)
    {
        _leg.Configure(new LegOptions
        {
            ParticipantId = Id,
            Send = settled.Send,
            Receive = settled.Receive,
            TelephoneEventPayloadType = settled.TelephoneEvent,
            Direction = settled.Direction,
            Protection = protection,
        });
        _leg.SetRemote(settled.Remote, settled.RemoteControl, settled.RtcpMux);
        if (State != ParticipantState.In)
        {
            _leg.Mute(true);
            _leg.Deafen(true);
        }
    }

    void Hangup(params (string Name, string Value)[] headers)
    {
        if (_call is { State: not CallState.Ended } call)
            call.Bye(headers);
        else
            Leave(null);
    }

    void Leave(string? reason)
    {
        if (State == ParticipantState.Left)
            return;
        var was = State;
        _patience.Disarm();
        _ringAgain.Disarm();
        State = ParticipantState.Left;
        if (was == ParticipantState.In)
        {
            var counts = _leg.Statistics;
            var lastNs = Math.Max(counts.LastPacketNs, _inSinceNs);
            _context.Then(
                _context.Grants.CompleteAsync(_grantId, Quantities(counts, lastNs), _context.WallOf(lastNs)), static _ => { }, static _ => { });
        }
        else if (_isGrantStarted)
        {
            _ = _context.Grants.AbortAsync(_grantId, "not-answered", _context.Clock.GetCurrentInstant());
        }

        _leg.Remove();
        _meeting.OnLeft(this, was, reason);
    }

    GrantQuantities Quantities(in LegStatistics counts, long lastNs) => new(
        Math.Max(0, (lastNs - _inSinceNs) / MonotonicTime.Millisecond), counts.PacketsReceived, counts.PacketsSent, counts.BytesReceived, counts.BytesSent);

    void SetState(ParticipantState state)
    {
        State = state;
        Tell();
    }

    void Tell() => _meeting.Roster.Set(new RosterEntry
    {
        Id = Id,
        Address = Caller.Address,
        Name = Caller.Name,
        Provider = Caller.Provider.Id,
        Exchange = _context.Self,
        State = State,
        IsMuted = IsMuted,
        Joined = Joined,
        Session = Session,
    });

    static string SessionOf(IncomingCall call) =>
        call.RemoteSessionId.AsSpan().ContainsAnyExcept('0') ? call.RemoteSessionId : call.LocalSessionId;
}
