using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>Who is behind the other half, as it tells us: in the cascade, or by signed questions while it is down. And those who tell it of ours.</summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class CascadeRoster
{
    readonly CascadeLink _link;
    readonly LiveMeeting _meeting;
    readonly string _exchange;
    readonly LoopTimer _stale;
    long _heardRun;
    uint _heardVersion;

    public CascadeRoster(CascadeLink link)
    {
        (_link, _meeting, _exchange) = (link, link.Meeting, link.Exchange);
        _stale = new LoopTimer(_meeting.Context.Loop, _ => OnStale());
        Teller = new RosterTeller(_meeting, _exchange);
    }

    /// <summary>Tells it who is behind us while the cascade is down.</summary>
    public RosterTeller Teller { get; }

    /// <summary>The other half has someone who is in, or waits, as far as it told us.</summary>
    public bool IsSomeoneThere => _meeting.Roster.Remote(_exchange).Any(
        entry => entry.Exchange == _exchange && entry.State is ParticipantState.In or ParticipantState.Lobby);

    /// <summary>It told who is behind it: believed of its own range of ids only, unless it is the focus, which speaks for all others; never of one of ours.</summary>
    public void Take(IReadOnlyList<RosterEntry> entries)
    {
        var (own, half) = (_meeting.Half, _link.Other);
        var believed = entries.Take(Roster.MaxRemote).Where(entry =>
            !InRange(own, entry.Id) && (_exchange == _meeting.Meeting.Focus || InRange(half, entry.Id)) && entry.Session.Length == 32).ToList();
        _meeting.Roster.SetRemote(_exchange, believed);
        if (!_link.IsUp && !IsSomeoneThere)
            _link.Hold.Release();
    }

    /// <summary>It told so by a signed question; false while the cascade is up, which tells it better.</summary>
    public bool TakeTold(RosterBody told)
    {
        if (_link.IsUp)
            return false;
        if (told.Run < _heardRun || (told.Run == _heardRun && told.Version < _heardVersion))
            return true; // overtaken
        (_heardRun, _heardVersion) = (told.Run, told.Version);
        Take(told.Entries);
        _stale.Arm(RosterTeller.KeptNs);
        return true;
    }

    /// <summary>An opening of the cascade is over: what it told is kept for a while.</summary>
    public void OnOver(bool wasUp)
    {
        if (wasUp || !_stale.IsArmed)
            _stale.Arm(RosterTeller.KeptNs);
    }

    public void Stop()
    {
        Teller.Stop();
        _stale.Disarm();
    }

    /// <summary>Neither a cascade nor a question has told who is there for too long.</summary>
    void OnStale()
    {
        if (!_link.IsUp)
            Take([]);
    }

    static bool InRange(MeetingHalf half, uint id) =>
        id >= half.FirstParticipantId && id - half.FirstParticipantId < MeetingLimits.ParticipantIdsPerHalf;
}
