using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live.FloorControl;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>A participant by SIP: a phone, a room system, a bridge.</summary>
/// <remarks>
/// PIN and lobby come before the call is answered, in early media (183), so that nobody is charged for them and a refusal is a 403. A caller that
/// made no offer has to be answered first, and so has one whose equipment passes no media before; its refusal is a BYE with the same reason, and
/// what is used counts from when it comes in. On the signalling loop only.
/// </remarks>
sealed class SipParticipant : Participant, ICallHandler
{
    /// <summary>A call that is not answered yet is told of again, or proxies on its way give up after three minutes (RFC 3261 section 13.3.1.1).</summary>
    const long RingAgainNs = 60 * MonotonicTime.Second;

    readonly LoopTimer _ringAgain;
    SipPictures _pictures;
    SipFloor _floor;
    AudioEnd _end;
    bool _hasMedia;
    bool _isPromptDue;
    Call? _call;
    SdpDescription? _answer;
    (SdesKey Ours, SdesKey Theirs)? _keys;
    IMediaProtection? _protection;
    ulong _sdpVersion = 1;
    string _digits = "";

    public SipParticipant(LiveMeeting meeting, uint id, MediaLegHandle leg, SipCaller caller, bool isOrganiser)
        : base(meeting, id, leg, caller, isOrganiser)
    {
        _end = new AudioEnd(leg.LocalAddress, caller.Profile, id.ToString(System.Globalization.CultureInfo.InvariantCulture), Context.Randomness);
        _pictures = new SipPictures(Context, meeting.Room, leg, caller.Profile) { EncodingsWanted = OfferEncodings };
        _floor = new SipFloor(Context, caller);
        _ringAgain = new LoopTimer(Context.Loop, _ => RingAgain());
    }

    /// <summary>Where it is registered, when it was dialled there.</summary>
    public RegisteredTarget? Registered { get; private set; }

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
            (_end, _answer, _pictures, _floor) = (entered.End, entered.Answer, entered.Pictures, entered.Floor);
            _pictures.MoveTo(Meeting.Room, Leg);
            _pictures.TakeUpClue(OfferEncodings);
            (_keys, _protection) = (entered.Settled.Srtp, entered.Protection);
            Apply(entered.Settled);
            _hasMedia = true;
            Proceed();
            return;
        }

        if (call.Offer is not { } offer)
        {
            var late = Offer(SaysClue(call));
            Announce(call);
            call.Answer(late);
            return;
        }

        if (AudioNegotiation.Answer(offer, _end) is not var (answer, settled))
        {
            call.Reject(488);
            Leave(null);
            return;
        }

        _pictures.Answer(offer, answer);
        _floor.Answer(offer, answer);
        Announce(call);
        _answer = answer;
        Apply(settled);
        _hasMedia = true;
        Proceed();
    }

    /// <summary>Dials a room or bridge of ours.</summary>
    public void Dial(SipUri contact, RegisteredTarget? registered, SipCredentials? credentials, NameAddress from)
    {
        Registered = registered;
        SetState(ParticipantState.Dialling);
        var offer = Offer(registered?.SpeaksClue == true);
        var call = Context.Ua.Invite(
            new InviteOptions
            {
                Target = contact,
                From = from,
                To = new NameAddress("sip:" + Caller.Address, Caller.Name),
                Offer = offer,
                ContactFeatures = _pictures.ClueFeatures,
                Route = registered?.Route,
                Routes = registered?.Routes ?? [],
                Credentials = credentials,
                ContactUser = Meeting.Code,
                RingSeconds = 60,
            },
            this);
        _call = call;
        Session = call.LocalSessionId;
    }

    /// <inheritdoc/>
    public override void End(string why) => Hangup(("Reason", $"SIP;cause=200;text=\"{why}\""));

    /// <inheritdoc/>
    /// <remarks>Before the answer by its row of the table, after it by BYE with the same cause.</remarks>
    public override void Refuse(in Refusal refusal)
    {
        if (_call is IncomingCall incoming)
        {
            Context.Refusals.RejectOrEnd(incoming, in refusal);
            Leave(null);
        }
        else
        {
            Context.Refusals.Note(in refusal, Meeting.Code);
            Hangup([.. RefusalWriter.ByeHeaders(in refusal)]);
        }
    }

    /// <inheritdoc/>
    public override void OnDigit(char digit)
    {
        if (State != ParticipantState.EnteringPin)
            return;
        if (digit is >= '0' and <= '9')
            _digits += digit;
        else if (digit == '*')
            _digits = "";
        // The last digit is enough; a # after it is not another try.
        if (_digits.Length == 0 || (digit != '#' && _digits.Length < Meeting.Meeting.Pin!.Length))
            return;
        var entered = _digits;
        _digits = "";
        TryPin(entered);
    }

    void ICallHandler.OnAnswered(Call call, SdpDescription answer)
    {
        if (call.LocalSdp is not { } ours || AudioNegotiation.Settle(ours, answer, _end) is not { } settled)
        {
            Hangup(("Reason", "SIP;cause=488;text=\"No audio in common\""));
            return;
        }

        _pictures.Settle(ours, answer);
        _floor.Settle(ours, answer);
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
        OfferEncodings();
        if (State == ParticipantState.Entering && IsStarted)
            ComeIn();
        else if (_isPromptDue)
            PlayPrompt();
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        if (AudioNegotiation.Answer(offer, _end, ++_sdpVersion, _keys) is not var (answer, settled))
        {
            reply.Reject();
            return;
        }

        _pictures.Answer(offer, answer);
        _floor.Answer(offer, answer);
        // A line that is in the clear now was perhaps not before (RFC 8643); where the offer is ours, keys go on without being told again.
        if (settled.Srtp is null)
            (_keys, _protection) = (null, null);
        Apply(settled);
        reply.Accept(answer);
    }

    void ICallHandler.OnInfo(Call call, SipMessage info)
    {
        if (DtmfInfo.DigitOf(info) is { } digit)
            OnDigit(digit);
        else if (PictureInfo.Asks(info))
            _pictures.RequestKeyframe();
    }

    /// <summary>Its camera is to begin a picture anew, and its equipment hears no RTCP feedback.</summary>
    void WantKeyframe()
    {
        if (_call is { State: CallState.Confirmed } call)
            PictureInfo.Send(call);
    }

    /// <summary>The floor of content has changed hands.</summary>
    public void OnHolder() => _floor.OnHolder();

    /// <summary>Something happened to its pictures.</summary>
    public void OnVideo(in VideoEvent e)
    {
        if (e.Kind == VideoEventKind.KeyframeWanted)
            WantKeyframe();
        else if (e is { Kind: VideoEventKind.SourceStarted or VideoEventKind.SourceStopped, VideoKind: VideoKind.Content })
            OnContent(comes: e.Kind == VideoEventKind.SourceStarted);
    }

    /// <summary>Content begins to come from it, or comes no more. Equipment that does not speak floor control takes the floor by sending, and gives it back by ceasing.</summary>
    void OnContent(bool comes)
    {
        if (State != ParticipantState.In || _floor.IsSpoken)
            return;
        if (comes)
            Meeting.Floor.Ask(Id, wants: true);
        else
            Meeting.Floor.Release(Id);
    }

    void ICallHandler.OnEnded(Call call, CallEnd end) => Leave(end.Reason);

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response)
    {
        Meeting.OnDialFailed(this, status, reason);
        Leave(reason);
    }

    /// <inheritdoc/>
    protected override void OnStarted()
    {
        _pictures.SetAway(false);
        if (_call is IncomingCall { State: CallState.Trying or CallState.Early } incoming)
        {
            if (!incoming.Answer(_answer))
                Hangup();
        }
        else if (_call is { State: CallState.Confirmed })
        {
            ComeIn();
        }
    }

    /// <inheritdoc/>
    protected override void OnBackInLobby() => _pictures.SetAway(true);

    /// <inheritdoc/>
    /// <remarks>It is made heard and heard from, without being answered where its equipment can.</remarks>
    protected override void OnWaiting()
    {
        if (_call is IncomingCall { State: CallState.Trying } incoming)
        {
            if (!Caller.Profile.EarlyMedia)
                incoming.Answer(_answer);
            else if (incoming.Ring(183, _answer))
                _ringAgain.Arm(RingAgainNs);
        }

        if (_call is { State: CallState.Answered })
            _isPromptDue = true;
        else
            PlayPrompt();
    }

    /// <inheritdoc/>
    protected override void OnWrongPin() => Leg.Play(Prompt.PinWrong);

    /// <inheritdoc/>
    protected override void OnNoMedia() => Hangup(("Reason", "SIP;cause=408;text=\"No media\""));

    /// <inheritdoc/>
    protected override void OnCameIn()
    {
        _pictures.Begin(Id);
        _floor.Begin(this);
    }

    /// <inheritdoc/>
    protected override void OnLeaving()
    {
        _ringAgain.Disarm();
        _pictures.End();
        _floor.End();
        Meeting.Floor.Release(Id);
    }

    /// <inheritdoc/>
    public override VideoStatistics? Pictures => _pictures.Statistics;

    /// <inheritdoc/>
    protected override RosterEntry Entry => base.Entry with { HasVideo = _pictures.HasCamera };

    SdpDescription Offer(bool saysClue) => OfferTo(Caller, AudioNegotiation.Offer(_end), _pictures, _floor, saysClue);

    void Announce(Call call) => call.ContactFeatures = _pictures.ClueFeatures;

    /// <summary>
    /// Our offer: of pictures only to who has a screen to show them on, since not every telephone takes a description with more than it knows, and of content to rooms, as their profile says.
    /// </summary>
    /// <param name="caller">Whom it is for.</param>
    /// <param name="offer">With its line of audio.</param>
    /// <param name="pictures">Its pictures.</param>
    /// <param name="floor">Floor control with it.</param>
    /// <param name="saysClue">It says of itself that it speaks CLUE.</param>
    internal static SdpDescription OfferTo(SipCaller caller, SdpDescription offer, SipPictures pictures, SipFloor floor, bool saysClue)
    {
        if (caller.Endpoint?.Kind is not (EndpointKind.Room or EndpointKind.Bridge))
            return offer;
        pictures.Offer(offer);
        if (caller.Endpoint.Kind != EndpointKind.Room)
            return offer;
        if (caller.Profile.Content != ContentMode.None)
        {
            pictures.OfferContent(offer);
            floor.Offer(offer, caller.Profile.Content);
        }

        if (caller.Profile.Clue == ClueMode.Always || (caller.Profile.Clue == ClueMode.WhenTold && saysClue))
            pictures.OfferClue(offer);
        return offer;
    }

    /// <summary>Who calls without an offer may say so in the Contact of the INVITE (RFC 8848 section 4.5.1).</summary>
    internal static bool SaysClue(IncomingCall call) => call.Invite.Contact?.Parameter(ClueNames.FeatureTag) is not null;

    /// <summary>Offers what a room that speaks CLUE may choose for its screens, once the call stands and the channel is up.</summary>
    void OfferEncodings()
    {
        if (_call is { State: CallState.Confirmed, LocalSdp: { } ours } call && _pictures.OfferEncodings(ours, _sdpVersion + 1) is { } offer && call.Reinvite(offer))
            _sdpVersion++;
    }

    void RingAgain()
    {
        if (_call is IncomingCall { State: CallState.Early } incoming && incoming.Ring(183))
            _ringAgain.Arm(RingAgainNs);
    }

    void PlayPrompt()
    {
        _isPromptDue = false;
        if (State is ParticipantState.EnteringPin or ParticipantState.Lobby)
            Leg.Play(State == ParticipantState.Lobby ? Prompt.LobbyWait : Prompt.PinRequest);
    }

    void Apply(AudioAgreement settled)
    {
        // The same keys again go on counting where they are, and so they do when we are who asks for a refresh.
        if (settled.Srtp is not null && settled.Srtp != _keys)
            (_keys, _protection) = (settled.Srtp, settled.Protect());
        settled.SetUp(Leg, Id, _protection);
        KeepApart();
    }

    void Hangup(params (string Name, string Value)[] headers)
    {
        if (_call is { State: not CallState.Ended } call)
            call.Bye(headers);
        else
            Leave(null);
    }

    static string SessionOf(IncomingCall call) =>
        call.RemoteSessionId.AsSpan().ContainsAnyExcept('0') ? call.RemoteSessionId : call.LocalSessionId;
}
