using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Dials the rooms and bridges of this half when the meeting starts, and again when one does not answer.</summary>
sealed class RoomDialler
{
    const int MaxTries = 4;
    const long RetryNs = 20 * MonotonicTime.Second;

    readonly LiveMeeting _meeting;
    readonly Dictionary<string, int> _tries = [];
    readonly HashSet<string> _again = [];
    readonly LoopTimer _retry;

    public RoomDialler(LiveMeeting meeting)
    {
        _meeting = meeting;
        _retry = new LoopTimer(meeting.Context.Loop, _ => DialAgain());
    }

    /// <summary>Dials those that were not dialled yet; one that came and left is left alone.</summary>
    public void DialNew()
    {
        foreach (var room in _meeting.Meeting.InviteesOf(_meeting.Context.Self).Where(invitee => invitee.Kind != InviteeKind.Person))
        {
            if (!_tries.ContainsKey(room.Address))
                Dial(room.Address);
        }
    }

    /// <summary>Busy, away and unreachable are tried again; a refusal (6xx, 403) is not.</summary>
    public void OnFailed(Participant participant, int status)
    {
        if (status is not (>= 600 or 403))
            TryAgain(participant.Caller.Address);
    }

    public void Stop() => _retry.Disarm();

    void DialAgain()
    {
        var due = _again.ToList();
        _again.Clear();
        foreach (var address in due)
            Dial(address);
    }

    void Dial(string address)
    {
        if (_meeting.Context.Parties.EndpointAt(address) is not { } endpoint)
            return;
        var isDialled = _meeting.Arrivals.Dial(endpoint);
        var isAwaited = !isDialled && endpoint is { Contact: null, Digest: not null } && !_meeting.Arrivals.IsThere(endpoint);
        if (isDialled || isAwaited)
            _tries[address] = _tries.GetValueOrDefault(address) + 1;
        if (isAwaited)
            TryAgain(address); // it may register yet
    }

    void TryAgain(string address)
    {
        if (_tries.GetValueOrDefault(address) is 0 or >= MaxTries)
            return;
        _again.Add(address);
        if (!_retry.IsArmed)
            _retry.Arm(RetryNs);
    }
}
