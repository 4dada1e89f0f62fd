using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Live.Cascade;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// The meetings that are on, or about to be: takes the calls that are for them, begins each at its start and ends it at its end.
/// </summary>
/// <remarks>On the signalling loop only, but for <see cref="OnStanding"/>.</remarks>
sealed class LiveMeetings : ICallService
{
    /// <summary>Meetings whose next start or end is kept in memory; further ones are found when their time comes into the window.</summary>
    const int MaxScheduled = 200_000;

    const long LongestWaitNs = 60 * MonotonicTime.Second;

    readonly LiveContext _context;
    readonly EntryDesk _desk;
    readonly Dictionary<string, LiveMeeting> _live = [];
    readonly Dictionary<string, MeetingRow> _booked = [];
    readonly Dictionary<string, string> _byCode = [];
    readonly Dictionary<string, Instant> _locked = []; // by meeting, the start of the occurrence
    readonly PriorityQueue<string, Instant> _due = new();
    readonly Dictionary<string, Instant> _dueAt = [];
    readonly LoopTimer _timer;

    public LiveMeetings(LiveContext context)
    {
        _context = context;
        _desk = new EntryDesk(context, this);
        Browsers = new BrowserDesk(context, this);
        _timer = new LoopTimer(context.Loop, _ => OnDue());
        context.Booked.Standing += OnStanding;
        context.Moderation.Locked += (which, isLocked) => context.Loop.Post(() => OnLocked(which, isLocked));
        context.Moderation.Asked += asked => context.Loop.Post(() => Find(asked.Meeting)?.Moderation.Asked(asked));
    }

    /// <summary>Where browsers come.</summary>
    public BrowserDesk Browsers { get; }

    /// <summary>Loads what is booked, and begins to wait for its times.</summary>
    public void Start(IReadOnlyList<MeetingRow> booked)
    {
        foreach (var (meeting, occurrence) in _context.Moderation.Locks())
            _locked[meeting] = occurrence;
        foreach (var row in booked.Take(MaxScheduled))
            Schedule(row);
        Arm();
    }

    /// <summary>A version stands, or was called off; from any thread.</summary>
    public void OnStanding(MeetingRow row) => _context.Loop.Post(() => Schedule(row));

    public LiveMeeting? Find(string id) => _live.GetValueOrDefault(id);

    public IEnumerable<LiveMeeting> All => _live.Values;

    /// <summary>The meeting that an access code means now: live, or made live when it is time.</summary>
    /// <param name="code">Digits.</param>
    /// <param name="tooEarly">Set when there is such a meeting, and its time has not come.</param>
    public LiveMeeting? ByCode(string code, out Refusal? tooEarly)
    {
        tooEarly = null;
        if (!_byCode.TryGetValue(code, out var id))
            return null;
        if (Open(id) is { } open)
            return open;
        var now = _context.Clock.GetCurrentInstant();
        if (_booked.TryGetValue(id, out var row) && Occurrences.At(row.Current!, now) is { } coming)
        {
            var wait = coming.Start - MeetingLimits.JoinEarly - now;
            tooEarly = _context.Admission.Refuse(RefusalReason.MeetingNotOpen, LiveMeeting.CorrelationOf(id))
                with { RetryAfterSeconds = (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, int.MaxValue) };
        }

        return null;
    }

    /// <summary>What is booked under an access code: the meeting, our half of it, and its occurrence that is on or comes next; null when there is none, or it is over.</summary>
    public (Meeting Meeting, MeetingHalf Half, Interval When)? Booked(string code) =>
        _byCode.TryGetValue(code, out var id) && _booked.TryGetValue(id, out var row) && row.Current is { State: MeetingState.Confirmed or MeetingState.Decided } meeting
        && meeting.HalfOf(_context.Self) is { } half && Occurrences.At(meeting, _context.Clock.GetCurrentInstant()) is { } when
            ? (meeting, half, when) : null;

    /// <summary>The meeting made live, when it is on or about to begin.</summary>
    public LiveMeeting? Open(string id)
    {
        if (_live.TryGetValue(id, out var live))
            return live;
        if (!_booked.TryGetValue(id, out var row) || row.Current is not { State: MeetingState.Confirmed or MeetingState.Decided } meeting)
            return null;
        var now = _context.Clock.GetCurrentInstant();
        if (Occurrences.At(meeting, now) is not { } occurrence || now < occurrence.Start - MeetingLimits.JoinEarly)
            return null;
        live = new LiveMeeting(_context, row, occurrence, _locked.TryGetValue(id, out var locked) && locked == occurrence.Start);
        live.Emptied += OnEmptied;
        _live[id] = live;
        _context.Events.Write(live.Correlation, "meeting.open", new EventAttribute("meeting", id));
        return live;
    }

    /// <inheritdoc/>
    public bool TryTake(IncomingCall call, SipCaller caller)
    {
        var user = call.Invite.RequestUri?.User ?? call.Invite.RequestUri?.TelephoneNumber;
        if (user is null)
            return false;
        if (user == _context.Addresses.EntryUser || user == _context.Addresses.EntryNumber)
        {
            _desk.Arrive(call, caller);
            return true;
        }

        if (ByCode(user, out var tooEarly) is { } meeting)
            meeting.Arrivals.Arrive(call, caller);
        else if (tooEarly is { } refusal)
            _context.Refusals.Reject(call, in refusal);
        else if (MeetingWith($"{user}@{call.Invite.RequestUri!.Host}") is { } taken)
            _context.Refusals.Reject(call, taken.RefusalFor(RefusalReason.EndpointNotFree) with { FreeAt = taken.Occurrence.End });
        else
            return false;
        return true;
    }

    /// <inheritdoc/>
    public bool TryTakeNni(IncomingCall call, NeighbourEntry exchange)
    {
        if (call.Invite.RequestUri?.User is not { } id || exchange.Neighbour.Exchange is not { } name || !_booked.ContainsKey(id))
            return false;
        if (!_live.TryGetValue(id, out var meeting) || !meeting.Links.TryGetValue(name, out var link))
            call.Reject(480, "Nobody here yet");
        else
            link.Arrive(call);
        return true;
    }

    /// <inheritdoc/>
    public bool TryTake(IncomingRequest request, SipCaller caller)
    {
        if (request.Message.Method != SipMethod.Subscribe
            || request.Message.Text(SipHeader.Event)?.Split(';')[0].Trim() != ConferencePackage.Event
            || request.Message.RequestUri?.User is not { } code)
            return false;
        if (ByCode(code, out _) is { } meeting)
            meeting.Package.Subscribe(request);
        else
            request.Respond(404);
        return true;
    }

    /// <inheritdoc/>
    public bool Serves(string user, string host) =>
        user == _context.Addresses.EntryUser || user == _context.Addresses.EntryNumber || _byCode.ContainsKey(user) || _booked.ContainsKey(user)
        || (_live.Count > 0 && MeetingWith($"{user}@{host}") is not null);

    /// <summary>A room's button: it is dialled into the meeting that it is booked for now.</summary>
    public bool DialNow(string meetingId, Endpoint endpoint) => Open(meetingId)?.Arrivals.Dial(endpoint) ?? false;

    /// <summary>Another exchange told by a signed question who is behind it; false when the meeting cannot be open here now, or a cascade tells it.</summary>
    public bool TakeRoster(string exchange, RosterBody told) =>
        Open(told.Meeting) is { } meeting && meeting.Links.TryGetValue(exchange, out var link) && link.Roster.TakeTold(told);

    /// <summary>Notes what is used in all that is on; by whoever writes it, just before.</summary>
    public void Measure()
    {
        foreach (var meeting in _live.Values)
            meeting.Measure();
    }

    public void Stop()
    {
        _timer.Disarm();
        foreach (var meeting in _live.Values.ToList())
            meeting.Close("The exchange stops");
        _live.Clear();
    }

    /// <summary>The meeting that an endpoint of ours is in, or is being dialled into; null while it is free.</summary>
    LiveMeeting? MeetingWith(string address) => _context.Admission.World.Find(address)?.Endpoint is { } endpoint
        ? _live.Values.FirstOrDefault(meeting => meeting.Participants.Any(participant => participant.Caller.Endpoint?.Id == endpoint.Id))
        : null;

    void Schedule(MeetingRow row)
    {
        if (row.Current is not { } meeting)
            return;
        _booked[row.Id] = row;
        _byCode[row.Code] = row.Id;
        var now = _context.Clock.GetCurrentInstant();
        var standing = meeting.State is MeetingState.Confirmed or MeetingState.Decided;
        var next = standing ? Occurrences.At(meeting, now) : null;
        if (_live.TryGetValue(row.Id, out var live))
        {
            if (next is { } occurrence && now >= occurrence.Start - MeetingLimits.JoinEarly)
                live.Update(row, occurrence);
            else
                Close(live, standing ? "The meeting is over" : "The meeting was called off");
        }

        if (next is not { } coming)
        {
            _booked.Remove(row.Id);
            _byCode.Remove(row.Code);
            _dueAt.Remove(row.Id);
            return;
        }

        var at = now < coming.Start ? coming.Start : coming.End;
        if (!_dueAt.TryGetValue(row.Id, out var before) || before != at)
        {
            _dueAt[row.Id] = at;
            _due.Enqueue(row.Id, at);
        }

        // At its start; but also when it was booked for now, and when this exchange was started in the middle of it.
        if (now >= coming.Start)
            Open(row.Id)?.Begin();
        Arm();
    }

    void OnLocked(MeetingLock which, bool isLocked)
    {
        if (isLocked && _booked.ContainsKey(which.Meeting))
            _locked[which.Meeting] = which.Occurrence;
        else
            _locked.Remove(which.Meeting);
        if (_live.GetValueOrDefault(which.Meeting) is { } live && (!isLocked || live.Occurrence.Start == which.Occurrence))
            live.Moderation.Locked(isLocked);
    }

    void OnDue()
    {
        var now = _context.Clock.GetCurrentInstant();
        while (_due.TryPeek(out var id, out var at) && at <= now)
        {
            _due.Dequeue();
            // One that was moved since has another time.
            if (!_dueAt.TryGetValue(id, out var current) || current != at || !_booked.TryGetValue(id, out var row))
                continue;
            _dueAt.Remove(id);
            if (_live.TryGetValue(id, out var live) && now >= live.Occurrence.End)
                Close(live, "The meeting is over");
            Schedule(row);
        }

        Arm();
    }

    void Arm()
    {
        var wait = LongestWaitNs;
        if (_due.TryPeek(out _, out var at))
            wait = Math.Clamp((at - _context.Clock.GetCurrentInstant()).ToInt64Nanoseconds(), 0, LongestWaitNs);
        // A little late rather than a little early: the wall clock must have passed the time.
        _timer.Arm(wait + MonotonicTime.Millisecond);
    }

    void OnEmptied(LiveMeeting meeting)
    {
        // It stays open while rooms are being dialled again, and closes with its room when nobody has been in for the rest of it.
        var now = _context.Clock.GetCurrentInstant();
        if (now >= meeting.Occurrence.End)
            Close(meeting, "The meeting is over");
    }

    void Close(LiveMeeting meeting, string why)
    {
        _live.Remove(meeting.Row.Id);
        if (_locked.Remove(meeting.Row.Id))
            _ = _context.Moderation.ForgetAsync(meeting.Row.Id);
        _context.Events.Write(meeting.Correlation, "meeting.closed", new EventAttribute("meeting", meeting.Row.Id), new EventAttribute("reason", why));
        meeting.Close(why);
    }
}
