using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Ice;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>The live half of a meeting on this exchange: who is in it, its room, and its links to the other halves.</summary>
/// <remarks>Exists from the first participant (or the start, when rooms are to be dialled) to the end. On the signalling loop only.</remarks>
sealed class LiveMeeting : IMediaRoomEvents, IVideoRoomEvents
{
    readonly Dictionary<int, Participant> _byLeg = [];
    readonly Dictionary<uint, Participant> _participants = [];
    readonly Dictionary<string, CascadeLink> _links = [];
    readonly RoomDialler _dialler;
    readonly ConferencePackage _package;
    readonly HiddenCameras _hidden;
    readonly RosterTelling _telling;
    VideoCodec? _codecHere;
    uint _nextId;
    bool _hasBegun;

    public LiveMeeting(LiveContext context, MeetingRow row, Interval occurrence, bool isLocked)
    {
        IsLocked = isLocked;
        Context = context;
        Row = row;
        Occurrence = occurrence;
        Correlation = CorrelationOf(row.Id);
        Run = context.Clock.GetCurrentInstant().ToUnixTimeMilliseconds();
        Roster = new Roster(context.Self);
        PageRoster = new PageRoster(this);
        Room = context.Media.CreateRoom(row.Id, this, context.Loop, this);
        _nextId = Half.FirstParticipantId + 1;
        _dialler = new RoomDialler(this);
        _package = new ConferencePackage(this);
        _hidden = new HiddenCameras(this);
        _telling = new RosterTelling(this);
        Floor = new MeetingFloor(this);
        Talk = new MeetingTalk(this);
        Captions = new MeetingCaptions(this);
        Quality = new MeetingQuality(this);
        Recording = new MeetingRecording(this);
        foreach (var other in Meeting.Halves.Where(half => half.Exchange != context.Self && (IsFocus || half.Exchange == Meeting.Focus)))
            _links[other.Exchange] = new CascadeLink(this, other.Exchange);
        Roster.Changed += OnRosterChanged;
    }

    public LiveContext Context { get; }

    public MeetingRow Row { get; private set; }

    public Interval Occurrence { get; private set; }

    /// <summary>When it opened, in milliseconds since 1970: tells its rosters from those before a restart.</summary>
    public long Run { get; }

    public MediaRoomHandle Room { get; }

    public Roster Roster { get; }

    public CorrelationId Correlation { get; }

    public Meeting Meeting => Row.Current!;

    public string Code => Row.Code;

    public MeetingHalf Half => Meeting.HalfOf(Context.Self)!;

    public bool IsFocus => Meeting.Focus == Context.Self;

    public bool IsLocked { get; private set; }

    public bool IsClosed { get; private set; }

    public uint ActiveSpeaker { get; private set; }

    /// <summary>
    /// Participants that are in, or wait in the lobby: while there are any, the links to the other halves are kept, since the organiser who lets
    /// them in may be on the other side.
    /// </summary>
    public int PresentCount => _participants.Values.Count(participant => participant.State is ParticipantState.In or ParticipantState.Lobby);

    public IEnumerable<Participant> Participants => _participants.Values;

    public IReadOnlyDictionary<string, CascadeLink> Links => _links;

    public ConferencePackage Package => _package;

    /// <summary>Who shows content.</summary>
    public MeetingFloor Floor { get; }

    /// <summary>By which pages come back.</summary>
    public ComeBackTokens ComeBacks { get; } = new();

    /// <summary>Who is in it, as pages are told.</summary>
    public PageRoster PageRoster { get; }

    /// <summary>What is written.</summary>
    public MeetingTalk Talk { get; }

    /// <summary>What is said, in writing.</summary>
    public MeetingCaptions Captions { get; }

    /// <summary>How well everybody is heard.</summary>
    public MeetingQuality Quality { get; }

    /// <summary>Whether it is recorded, here or by another half.</summary>
    public MeetingRecording Recording { get; }

    /// <summary>What everybody's equipment can decode; null for any.</summary>
    public VideoCodec? WantedCodec { get; private set; }

    /// <summary>Those with a browser.</summary>
    public IEnumerable<BrowserParticipant> Browsers => _participants.Values.OfType<BrowserParticipant>();

    /// <summary>Those with a browser who are in: who waits at the door is told nothing of what happens behind it.</summary>
    public IEnumerable<BrowserParticipant> BrowsersInside => Browsers.Where(static browser => browser.State == ParticipantState.In);

    /// <summary>The last participant left; the owner may close it.</summary>
    public event Action<LiveMeeting>? Emptied;

    /// <summary>What it refuses by itself, under its own session.</summary>
    public Refusal RefusalFor(RefusalReason reason) => Context.Admission.Refuse(reason, Correlation) with { Meeting = Row.Id };

    /// <summary>Takes a call of a participant.</summary>
    /// <param name="call">Not answered yet, unless the entry desk did so.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="entered">The leg that it has at the entry desk already; null when it has none.</param>
    public void Arrive(IncomingCall call, SipCaller caller, EnteredLeg? entered = null)
    {
        if (NewParticipant(caller, entered?.Leg) is { } participant)
        {
            participant.Arrive(call, entered);
        }
        else
        {
            entered?.Drop();
            Context.Refusals.RejectOrEnd(call, RefusalFor(RefusalReason.OverLimit));
        }
    }

    /// <summary>A browser comes; null with the reason when it cannot.</summary>
    /// <param name="caller">Whose it is.</param>
    /// <param name="isOrganiser">True when it proved that.</param>
    /// <param name="page">Is told.</param>
    /// <param name="offer">The page's.</param>
    /// <param name="refusal">Why not.</param>
    public BrowserParticipant? NewBrowser(SipCaller caller, bool isOrganiser, JoinFeed page, BrowserOffer offer, out Refusal refusal)
    {
        refusal = RefusalFor(RefusalReason.OverLimit);
        if (Room.AddLeg() is not { } leg)
            return null;
        var ice = IceCredentials.Draw(Context.Randomness);
        var end = new BrowserEnd(leg.LocalAddress, ice, Context.Browsers.Certificate.Fingerprint.ToString(), _nextId, Context.Randomness);
        if (BrowserNegotiation.Answer(offer, end, WantedCodec) is { } agreement)
            return Take(new BrowserParticipant(this, _nextId++, leg, caller, isOrganiser, page, offer, ice, agreement));
        leg.Remove();
        refusal = RefusalFor(RefusalReason.ProfileNotAdmitted);
        return null;
    }

    /// <summary>Works out what everybody can decode, here and in the other halves, and tells those whom it concerns when it has changed.</summary>
    public void ChooseCodec()
    {
        foreach (var link in _links.Values)
            TellCodec(link);
        var wanted = _links.Values.Any(static link => link.NeedsH264) ? VideoCodec.H264 : _codecHere;
        if (wanted == WantedCodec)
            return;
        WantedCodec = wanted;
        foreach (var browser in Browsers)
            browser.Say(JoinFrame.Codec(wanted));
    }

    /// <summary>Tells another half what those need who are here, or behind the others.</summary>
    public void TellCodec(CascadeLink to) => to.TellCodec(_codecHere == VideoCodec.H264 || _links.Values.Any(link => link != to && link.NeedsH264));

    /// <summary>Everybody with a browser who is in is told the same.</summary>
    public void SayToBrowsers(JsonObject frame)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(frame);
        foreach (var browser in BrowsersInside)
            browser.Say(bytes);
    }

    /// <summary>Everyone who is in is told of a change.</summary>
    public void TellBrowsers()
    {
        PageRoster.Changed();
        foreach (var browser in Browsers)
            browser.RosterChanged();
    }

    /// <summary>
    /// Dials a room or bridge into this half, by its static contact or else where it is registered; false when it can be reached nowhere, no port is to
    /// be had, or it is there already.
    /// </summary>
    public bool Dial(Endpoint endpoint)
    {
        var registered = endpoint.Contact is null && Context.Registrations.Targets(endpoint.Sip) is [[var first, ..], ..] ? first : null;
        if (IsThere(endpoint) || !SipUri.TryParse(endpoint.Contact ?? registered?.RequestUri ?? "", out var uri)
            || Context.Parties.ProviderOf(endpoint) is not { } provider)
            return false;
        var profile = Context.Admission.World.FindProfile(endpoint.Profile)!;
        if (NewParticipant(new SipCaller(null, provider, endpoint.Sip, endpoint.Name, endpoint, profile)) is not { } participant)
            return false;
        var credentials = endpoint.Digest is { } digest ? new SipCredentials(digest.User, digest.Secret) : null;
        participant.Dial(uri, registered, credentials, new NameAddress(Half.Join!.Uri, Meeting.Title));
        return true;
    }

    /// <summary>True while the endpoint is in, or on its way in.</summary>
    public bool IsThere(Endpoint endpoint) => _participants.Values.Any(each => each.Caller.Endpoint?.Id == endpoint.Id);

    /// <summary>Begins what happens at the start: rooms are dialled. Once.</summary>
    public void Begin()
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        if (Meeting.Dialling == RoomDialling.AtStart)
            _dialler.DialNew();
    }

    /// <summary>The booking changed: another end, other invitees.</summary>
    public void Update(MeetingRow row, Interval occurrence)
    {
        Row = row;
        Occurrence = occurrence;
        foreach (var (exchange, link) in _links.Where(pair => Meeting.HalfOf(pair.Key) is null).ToList())
        {
            link.End();
            _links.Remove(exchange);
        }

        foreach (var other in Meeting.Halves.Where(half => half.Exchange != Context.Self && (IsFocus || half.Exchange == Meeting.Focus)))
        {
            if (_links.ContainsKey(other.Exchange))
                continue;
            var link = _links[other.Exchange] = new CascadeLink(this, other.Exchange);
            link.OnOwnHalfChanged();
        }

        if (_hasBegun && Meeting.Dialling == RoomDialling.AtStart)
            _dialler.DialNew();
    }

    /// <summary>Lets nobody else in, or others again, on every exchange of the meeting; durable when it completes.</summary>
    public Task LockAsync(bool locked) => Context.Moderation.SetLockAsync(Meeting, Occurrence.Start, locked);

    /// <summary>It was locked or unlocked, here or by the organiser's exchange.</summary>
    public void Locked(bool locked)
    {
        IsLocked = locked;
        _package.Changed();
        TellBrowsers();
    }

    /// <summary>Acts on a participant anywhere in the meeting, or has its exchange do so; false when there is none.</summary>
    public async Task<bool> ModerateAsync(string action, uint id)
    {
        if (_participants.TryGetValue(id, out var participant))
        {
            Act(action, participant);
            return true;
        }

        foreach (var exchange in _links.Keys)
        {
            if (Roster.Remote(exchange).FirstOrDefault(entry => entry.Id == id) is not { } entry)
                continue;
            await Context.Moderation.AskAsync(exchange, new ModerateBody(Row.Id, action, id, entry.Session)).ConfigureAwait(false);
            return true;
        }

        return false;
    }

    /// <summary>What the organiser's exchange asks of one of ours.</summary>
    public void Moderated(ModerateBody asked)
    {
        if (_participants.TryGetValue(asked.Participant, out var participant) && participant.Session == asked.Session)
            Act(asked.Action, participant);
    }

    /// <summary>
    /// Counts the meeting against the agreements that it will be live across once this half has someone; false when one of them has no more, and then
    /// whoever comes is refused.
    /// </summary>
    public bool TryHoldAcross(out Refusal refusal)
    {
        refusal = default;
        foreach (var link in _links.Values)
        {
            if (link.IsSomeoneThere && !link.Hold.TryTake(out refusal))
                return false;
        }

        return true;
    }

    /// <summary>Asks the waist for a participant, under the agreement of the booking where there is one.</summary>
    public bool AdmitParticipant(Participant participant, out Grant grant, out Refusal refusal)
    {
        grant = default;
        if (!TryHoldAcross(out refusal))
            return false;
        var caller = participant.Caller;
        _ = CorrelationId.TryParse(participant.Session, out var session);
        // A customer of the invited provider takes a port of the organiser's agreement; the organiser's own customers and guests do not.
        var underBooking = !IsFocus && caller.Provider.Id == Half.Provider;
        var request = new AdmissionRequest
        {
            Sender = underBooking ? Context.Admission.World.FindNeighbourByExchange(Meeting.Focus) : caller.Sender,
            IsOwn = !underBooking && caller.Sender is null,
            Origin = underBooking ? Meeting.OrganiserProvider : caller.Provider.Id,
            Caller = underBooking ? Meeting.Organiser : caller.Address,
            TargetProvider = Half.Provider,
            Kind = GrantKind.Participant,
            Ports = 1,
            Profile = caller.Profile.Id,
            Correlation = session,
            Parent = Row.Id,
            Now = Context.Clock.GetCurrentInstant(),
            NowNs = Context.Time.NowNs(),
        };
        return Context.Admission.Admit(in request, out grant, out refusal);
    }

    public void OnCameIn(Participant participant)
    {
        Context.Events.Write(Correlation, "meeting.joined", new EventAttribute("meeting", Row.Id), new EventAttribute("participant", participant.Caller.Address));
        Room.PlayToAll(Prompt.Joined);
        Recording.OnCameIn(participant);
        if (participant.Caller.Provider.Id == Half.Provider)
        {
            var body = new AttendanceBody(Row.Id, participant.Session, participant.Caller.Address, participant.Joined);
            Context.Then(
                Context.Store.WriteAsync<bool>(transaction =>
                {
                    Context.Attendance.CameIn(transaction, Meeting, body);
                    return true;
                }),
                static _ => { }, static _ => { });
        }

        foreach (var link in _links.Values)
            link.OnOwnHalfChanged();
    }

    /// <summary>Someone waits in the lobby.</summary>
    public void OnWaiting()
    {
        foreach (var link in _links.Values)
            link.OnOwnHalfChanged();
    }

    /// <summary>Someone who was in waits in the lobby now.</summary>
    public void OnBackInLobby(Participant participant)
    {
        WriteLeft(participant, "to-lobby");
        Room.PlayToAll(Prompt.Left);
    }

    public void OnDialFailed(SipParticipant participant, int status, string reason)
    {
        Context.Events.Write(
            Correlation, "meeting.dial-failed", new EventAttribute("meeting", Row.Id), new EventAttribute("endpoint", participant.Caller.Address),
            new EventAttribute("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture)), new EventAttribute("reason", reason));
        if (participant.Registered is { } registered && status is 408 or 430 or 503)
            Context.Registrations.FlowFailed(registered.Id);
        _dialler.OnFailed(participant, status);
    }

    public void OnLeft(Participant participant, ParticipantState was, string? reason)
    {
        _participants.Remove(participant.Id);
        _byLeg.Remove(participant.LegId);
        Roster.Set(new RosterEntry
        {
            Id = participant.Id,
            Address = participant.Caller.Address,
            Provider = participant.Caller.Provider.Id,
            Exchange = Context.Self,
            State = ParticipantState.Left,
            Joined = participant.Joined,
            Session = participant.Session,
        });
        if (was == ParticipantState.In)
        {
            WriteLeft(participant, reason ?? "");
            if (!IsClosed)
                Room.PlayToAll(Prompt.Left);
        }

        foreach (var link in _links.Values)
            link.OnOwnHalfChanged();
        if (!_participants.Values.Any(static each => each.State == ParticipantState.In))
            Recording.OnEmpty();
        if (_participants.Count == 0 && !IsClosed)
            Emptied?.Invoke(this);
    }

    /// <summary>Notes what is used, and what is seen of the other halves, as their packets have it now.</summary>
    public void Measure()
    {
        foreach (var participant in _participants.Values)
            participant.Measure();
        foreach (var link in _links.Values)
            link.Measure();
        Quality.Measure();
    }

    /// <summary>Ends it: everyone is told, links and room are closed.</summary>
    public void Close(string why)
    {
        if (IsClosed)
            return;
        IsClosed = true;
        _dialler.Stop();
        _telling.Stop();
        Recording.Close();
        foreach (var participant in _participants.Values.ToList())
            participant.End(why);
        foreach (var link in _links.Values)
            link.End();
        _package.End();
        Quality.End();
        Room.Close();
    }

    void IMediaRoomEvents.OnMediaEvent(in MediaEvent e)
    {
        foreach (var link in _links.Values)
        {
            if (link.LegId == e.LegId && e.LegId != 0)
            {
                link.OnMediaEvent(in e);
                return;
            }
        }

        switch (e.Kind)
        {
            case MediaEventKind.Dtmf when _byLeg.TryGetValue(e.LegId, out var participant):
                participant.OnDigit(e.Digit);
                break;
            case MediaEventKind.LegSilent or MediaEventKind.LegResumed when _byLeg.TryGetValue(e.LegId, out var participant):
                participant.OnSilent(e.Kind == MediaEventKind.LegSilent);
                break;
            case MediaEventKind.LegFailed when _byLeg.TryGetValue(e.LegId, out var participant):
                participant.End("No port for media");
                break;
            case MediaEventKind.ActiveSpeaker:
                ActiveSpeaker = e.ParticipantId;
                SayToBrowsers(JoinFrame.Speaker(e.ParticipantId));
                break;
        }
    }

    void IVideoRoomEvents.OnVideoEvent(in VideoEvent e)
    {
        if (e.Kind == VideoEventKind.CodecWanted)
        {
            _codecHere = e.Codec;
            ChooseCodec();
        }
        else if (e is { Kind: VideoEventKind.Demand, Demand: { } demand, Peer.Owner: VideoHandle across })
        {
            foreach (var link in _links.Values)
            {
                if (link.LegId == across.Leg.LegId)
                    link.Tell(demand);
            }
        }
        else if (e.Peer?.Owner is VideoHandle handle && _byLeg.TryGetValue(handle.Leg.LegId, out var participant))
        {
            if (participant is BrowserParticipant browser)
                browser.OnVideo(in e);
            else if (participant is SipParticipant equipment)
                equipment.OnVideo(in e);
        }
    }

    void WriteLeft(Participant participant, string reason) => Context.Events.Write(
        Correlation, "meeting.left", new EventAttribute("meeting", Row.Id), new EventAttribute("participant", participant.Caller.Address), new EventAttribute("reason", reason));

    SipParticipant? NewParticipant(SipCaller caller, MediaLegHandle? existing = null)
    {
        if (existing is null ? Room.AddLeg() is not { } leg : (leg = Room.Adopt(existing)) is null)
            return null;
        return Take(new SipParticipant(this, _nextId++, leg, caller, caller.Address == Meeting.Organiser));
    }

    T Take<T>(T participant)
        where T : Participant
    {
        _participants[participant.Id] = participant;
        _byLeg[participant.LegId] = participant;
        return participant;
    }

    void Act(string action, Participant participant)
    {
        switch (action)
        {
            case "mute" or "unmute":
                participant.Mute(action == "mute");
                break;
            case "eject" when participant.State == ParticipantState.Lobby:
                participant.Refuse(RefusalFor(RefusalReason.NotAdmittedFromLobby));
                break;
            case "eject":
                participant.Eject();
                break;
            case "admit":
                participant.AdmitFromLobby();
                break;
            case "to-lobby":
                participant.BackToLobby();
                break;
        }
    }

    void OnRosterChanged(string by)
    {
        _hidden.Follow();
        _telling.OnChanged(by);
    }

    /// <summary>The meeting's own id as a correlation id: the same on every exchange, since the meeting's id is.</summary>
    public static CorrelationId CorrelationOf(string meeting) => CorrelationId.TryParse(
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(meeting)).AsSpan(0, 16)), out var id) ? id : default;
}
