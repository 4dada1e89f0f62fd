using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>The links of this half: at the focus one to each other half, else one to the focus. On the signalling loop only.</summary>
sealed class CascadeLinks
{
    readonly LiveMeeting _meeting;
    readonly Dictionary<string, CascadeLink> _links = [];

    public CascadeLinks(LiveMeeting meeting)
    {
        _meeting = meeting;
        Add();
    }

    public IReadOnlyDictionary<string, CascadeLink> ByExchange => _links;

    /// <summary>The booking changed: links of halves that are gone end, and new ones begin.</summary>
    public void Follow()
    {
        foreach (var (exchange, link) in _links.Where(pair => _meeting.Meeting.HalfOf(pair.Key) is null).ToList())
        {
            link.End();
            _links.Remove(exchange);
        }

        foreach (var link in Add())
            link.OnOwnHalfChanged();
    }

    /// <summary>Whose leg in the room it is; null for that of no link.</summary>
    public CascadeLink? OfLeg(int legId) => legId == 0 ? null : _links.Values.FirstOrDefault(link => link.LegId == legId);

    /// <summary>
    /// Counts the meeting against the agreements that it will be live across once this half has someone; false when one of them has no more, and then
    /// whoever comes is refused.
    /// </summary>
    public bool TryHold(out Refusal refusal)
    {
        refusal = default;
        foreach (var link in _links.Values)
        {
            if (link.Roster.IsSomeoneThere && !link.Hold.TryTake(out refusal))
                return false;
        }

        return true;
    }

    /// <summary>Someone came in or left on our half.</summary>
    public void OnOwnHalfChanged()
    {
        foreach (var link in _links.Values)
            link.OnOwnHalfChanged();
    }

    /// <summary>Tells all but the exchange that it comes from, if it comes from one, who is behind us.</summary>
    public void TellRoster(string? by)
    {
        foreach (var (exchange, link) in _links)
        {
            if (exchange != by)
                link.TellRoster();
        }
    }

    /// <summary>The same by the questions that take the place of a cascade while it is down, which gather by themselves.</summary>
    public void TellRosterWhereDown(string by)
    {
        foreach (var (exchange, link) in _links)
        {
            if (exchange != by && !link.IsUp)
                link.TellRoster();
        }
    }

    public void Measure()
    {
        foreach (var link in _links.Values)
            link.Measure();
    }

    public void End()
    {
        foreach (var link in _links.Values)
            link.End();
    }

    List<CascadeLink> Add()
    {
        var added = new List<CascadeLink>();
        foreach (var other in _meeting.Meeting.Halves)
        {
            if (other.Exchange == _meeting.Context.Self || !(_meeting.IsFocus || other.Exchange == _meeting.Meeting.Focus) || _links.ContainsKey(other.Exchange))
                continue;
            added.Add(_links[other.Exchange] = new CascadeLink(_meeting, other.Exchange));
        }

        return added;
    }
}
