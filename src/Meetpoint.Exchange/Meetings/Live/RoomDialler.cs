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
    readonly LoopTimer _retry;

    public RoomDialler(LiveMeeting meeting)
    {
        _meeting = meeting;
        _retry = new LoopTimer(meeting.Context.Loop, _ => DialAll());
    }

    public void DialAll()
    {
        foreach (var room in _meeting.Meeting.InviteesOf(_meeting.Context.Self).Where(invitee => invitee.Kind != InviteeKind.Person))
        {
            if (_tries.GetValueOrDefault(room.Address) < MaxTries && _meeting.Context.Parties.EndpointAt(room.Address) is { } endpoint)
                Dial(endpoint);
        }
    }

    /// <summary>Busy, away and unreachable are tried again; a refusal (6xx, 403) is not.</summary>
    public void OnFailed(Participant participant, int status)
    {
        if (status is >= 600 or 403)
            _tries[participant.Caller.Address] = MaxTries;
        else if (_tries.GetValueOrDefault(participant.Caller.Address) < MaxTries && !_retry.IsArmed)
            _retry.Arm(RetryNs);
    }

    public void Stop() => _retry.Disarm();

    void Dial(Endpoint endpoint)
    {
        if (_meeting.Dial(endpoint))
            _tries[endpoint.Sip] = _tries.GetValueOrDefault(endpoint.Sip) + 1;
    }
}
