using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Live.Cascade;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Prompts;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>The live half of a meeting on this exchange: who is in it, its room, and its links to the other halves.</summary>
/// <remarks>Exists from the first participant (or the start, when rooms are to be dialled) to the end. On the signalling loop only.</remarks>
sealed class LiveMeeting
{
    readonly Dictionary<int, Participant> _byLeg = [];
    readonly Dictionary<uint, Participant> _participants = [];
    readonly RoomDialler _dialler;
    readonly ConferencePackage _package;
    readonly HiddenCameras _hidden;
    readonly RosterTelling _telling;
    bool _hasBegun;

    public LiveMeeting(LiveContext context, MeetingRow row, Interval occurrence, bool isLocked)
    {
        Context = context;
        Row = row;
        Occurrence = occurrence;
        Correlation = CorrelationOf(row.Id);
        Run = context.Clock.GetCurrentInstant().ToUnixTimeMilliseconds();
        Roster = new Roster(context.Self);
        PageRoster = new PageRoster(this);
        var events = new RoomEvents(this);
        Room = context.Media.CreateRoom(row.Id, events, context.Loop, events);
        _dialler = new RoomDialler(this);
        _package = new ConferencePackage(this);
        _hidden = new HiddenCameras(this);
        _telling = new RosterTelling(this);
        Arrivals = new MeetingArrivals(this);
        Moderation = new MeetingModeration(this, isLocked);
        Codec = new MeetingCodec(this);
        Floor = new MeetingFloor(this);
        Talk = new MeetingTalk(this);
        Captions = new MeetingCaptions(this);
        Quality = new MeetingQuality(this);
        Recording = new MeetingRecording(this);
        Cascade = new CascadeLinks(this);
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

    public bool IsLocked => Moderation.IsLocked;

    public bool IsClosed { get; private set; }

    /// <summary>Participant id of who speaks; 0 for nobody.</summary>
    public uint ActiveSpeaker { get; private set; }

    /// <summary>
    /// Participants that are in, or wait in the lobby: while there are any, the links to the other halves are kept, since the organiser who lets
    /// them in may be on the other side.
    /// </summary>
    public int PresentCount => _participants.Values.Count(participant => participant.State is ParticipantState.In or ParticipantState.Lobby);

    public IEnumerable<Participant> Participants => _participants.Values;

    /// <summary>The links to the other halves, by exchange.</summary>
    public IReadOnlyDictionary<string, CascadeLink> Links => Cascade.ByExchange;

    public CascadeLinks Cascade { get; }

    public ConferencePackage Package => _package;

    /// <summary>How participants come: by a call, with a page, or since they are dialled.</summary>
    public MeetingArrivals Arrivals { get; }

    /// <summary>What is done with who is in, and the lock.</summary>
    public MeetingModeration Moderation { get; }

    /// <summary>Which codec everybody can decode.</summary>
    public MeetingCodec Codec { get; }

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

    /// <summary>Those with a browser.</summary>
    public IEnumerable<BrowserParticipant> Browsers => _participants.Values.OfType<BrowserParticipant>();

    /// <summary>Those with a browser who are in: who waits at the door is told nothing of what happens behind it.</summary>
    public IEnumerable<BrowserParticipant> BrowsersInside => Browsers.Where(static browser => browser.State == ParticipantState.In);

    /// <summary>The last participant left; the owner may close it.</summary>
    public event Action<LiveMeeting>? Emptied;

    /// <summary>What it refuses by itself, under its own session.</summary>
    public Refusal RefusalFor(RefusalReason reason) => Context.Admission.Refuse(reason, Correlation) with { Meeting = Row.Id };

    /// <summary>Who of ours has this id; null for nobody.</summary>
    public Participant? Find(uint id) => _participants.GetValueOrDefault(id);

    /// <summary>Who of ours has this leg; null for nobody.</summary>
    public Participant? OfLeg(int legId) => _byLeg.GetValueOrDefault(legId);

    /// <summary>Somebody comes, and stands before the door.</summary>
    public void Add(Participant participant)
    {
        _participants[participant.Id] = participant;
        _byLeg[participant.LegId] = participant;
    }

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
        Cascade.Follow();
        if (_hasBegun && Meeting.Dialling == RoomDialling.AtStart)
            _dialler.DialNew();
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

        Cascade.OnOwnHalfChanged();
    }

    /// <summary>Someone waits in the lobby.</summary>
    public void OnWaiting() => Cascade.OnOwnHalfChanged();

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

        Cascade.OnOwnHalfChanged();
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
        Cascade.Measure();
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
        Cascade.End();
        _package.End();
        Quality.End();
        Room.Close();
    }

    /// <summary>Somebody has the floor.</summary>
    public void OnSpeaker(uint participant)
    {
        ActiveSpeaker = participant;
        SayToBrowsers(JoinFrame.Speaker(participant));
    }

    /// <summary>The lock has changed: who watches is told.</summary>
    public void OnLockChanged()
    {
        _package.Changed();
        TellBrowsers();
    }

    void WriteLeft(Participant participant, string reason) => Context.Events.Write(
        Correlation, "meeting.left", new EventAttribute("meeting", Row.Id), new EventAttribute("participant", participant.Caller.Address), new EventAttribute("reason", reason));

    void OnRosterChanged(string by)
    {
        _hidden.Follow();
        _telling.OnChanged(by);
    }

    /// <summary>The meeting's own id as a correlation id: the same on every exchange, since the meeting's id is.</summary>
    public static CorrelationId CorrelationOf(string meeting) => CorrelationId.TryParse(
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(meeting)).AsSpan(0, 16)), out var id) ? id : default;
}
