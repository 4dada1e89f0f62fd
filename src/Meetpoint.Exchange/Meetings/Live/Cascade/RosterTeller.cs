using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>
/// Tells one other half who is behind us while the cascade to it is down: soon after a change, again until it is taken, and now and then as long as
/// there is anyone, since the other side keeps it for <see cref="KeptNs"/> only.
/// </summary>
/// <remarks>One question at a time, whatever changes meanwhile. On the signalling loop only.</remarks>
sealed class RosterTeller
{
    /// <summary>How long what was told is believed without being told again.</summary>
    public const long KeptNs = 3 * RefreshNs;

    const long RefreshNs = 15 * MonotonicTime.Second;
    const long AgainNs = 2 * MonotonicTime.Second;

    /// <summary>Changes that come together are told together.</summary>
    const long GatherNs = 100 * MonotonicTime.Millisecond;

    readonly LiveMeeting _meeting;
    readonly string _exchange;
    readonly LoopTimer _due;
    bool _isAsking;
    bool _hasShownAnyone;

    public RosterTeller(LiveMeeting meeting, string exchange)
    {
        _meeting = meeting;
        _exchange = exchange;
        _due = new LoopTimer(meeting.Context.Loop, _ => Tell());
    }

    /// <summary>The roster changed, or the cascade that told it went down.</summary>
    public void OnChanged()
    {
        if (!_isAsking)
            _due.Arm(GatherNs);
    }

    /// <summary>The cascade tells it from now on.</summary>
    public void OnCascadeUp()
    {
        _due.Disarm();
        _hasShownAnyone = true;
    }

    public void Stop() => _due.Disarm();

    /// <summary>By the cascade; or there is nothing to tell any more.</summary>
    bool IsToldOtherwise => _meeting.IsClosed || !_meeting.Links.TryGetValue(_exchange, out var link) || link.IsUp;

    void Tell()
    {
        var roster = _meeting.Roster;
        var entries = roster.For(_exchange).Take(RosterTalk.MaxEntries)
            .Select(entry => entry.Name is { Length: > RosterTalk.MaxName } name ? entry with { Name = name[..RosterTalk.MaxName] } : entry).ToList();
        if (IsToldOtherwise || (entries.Count == 0 && !_hasShownAnyone))
            return;
        var version = roster.Version;
        _isAsking = true;
        _meeting.Context.Then(
            _meeting.Context.TellRoster(_exchange, new RosterBody(_meeting.Row.Id, _meeting.Run, version, entries)),
            isTaken => OnAnswered(isTaken, version, entries.Count > 0),
            _ => OnAnswered(false, version, entries.Count > 0));
    }

    void OnAnswered(bool isTaken, uint version, bool showedAnyone)
    {
        _isAsking = false;
        // An answer that was lost may have been to a roster that was taken.
        _hasShownAnyone = showedAnyone || (_hasShownAnyone && !isTaken);
        if (IsToldOtherwise)
            return;
        if (!isTaken)
            _due.Arm(AgainNs);
        else if (version != _meeting.Roster.Version)
            _due.Arm(GatherNs);
        else if (_hasShownAnyone)
            _due.Arm(RefreshNs);
    }
}
