using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// What other exchanges asked to be spared while they are in overload (RFC 7339, the loss-based algorithm): that part of new calls goes another way, or is
/// refused here. Calls for help and what is in a dialog always go. On the loop only.
/// </summary>
/// <remarks>Bounded by the neighbours of the world.</remarks>
sealed class NeighbourThrottle
{
    readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);

    /// <summary>It said so in an answer.</summary>
    public void Told(NeighbourEntry neighbour, in OverloadFeedback told, long nowNs)
    {
        var id = neighbour.Neighbour.Id;
        var isKnown = _states.TryGetValue(id, out var state);

        // An answer that was overtaken says what is over; but one who begins to count anew is believed once the last word has run out.
        if (isKnown && told.Sequence < state!.Told.Sequence && nowNs < state.UntilNs)
            return;
        if (told.Percent == 0 || told.ValidForMs == 0)
        {
            _states.Remove(id);
            return;
        }

        if (!isKnown)
            _states[id] = state = new State();
        state!.Told = told;
        state.UntilNs = nowNs + (told.ValidForMs * MonotonicTime.Millisecond);
    }

    /// <summary>True when this call is one of those that it is to be spared; evenly spread over those that would go there.</summary>
    public bool Spares(NeighbourEntry neighbour, long nowNs)
    {
        if (_states.Count == 0 || !_states.TryGetValue(neighbour.Neighbour.Id, out var state) || nowNs >= state.UntilNs)
            return false;
        state.Carry += state.Told.Percent;
        if (state.Carry < 100)
            return false;
        state.Carry -= 100;
        return true;
    }

    /// <summary>True while it is to be spared some calls.</summary>
    public bool IsToSpare(NeighbourEntry neighbour, long nowNs) =>
        _states.Count > 0 && _states.TryGetValue(neighbour.Neighbour.Id, out var state) && nowNs < state.UntilNs;

    /// <summary>True when any way of the grant is to be spared some calls now.</summary>
    public bool IsAnyToSpare(in Grant grant, long nowNs)
    {
        foreach (var candidate in grant.Candidates)
        {
            if (candidate.Neighbour is { } neighbour && IsToSpare(neighbour, nowNs))
                return true;
        }

        return false;
    }

    sealed class State
    {
        public OverloadFeedback Told;
        public long UntilNs;
        public int Carry;
    }
}
