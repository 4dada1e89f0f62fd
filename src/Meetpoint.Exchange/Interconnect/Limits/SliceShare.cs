using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// How much of a limit a node asks for. Alone, all of it. Among others, what it uses and a reserve, so that half of what nobody uses stays where
/// any node can take it; and without reserve while another node cannot serve one more, so that the whole limit can be used anywhere.
/// </summary>
static class SliceShare
{
    /// <summary>Without a call for this long a node's rate counts as not used.</summary>
    const long RateIdleNs = 10 * MonotonicTime.Second;

    /// <summary>What a node asks for.</summary>
    public static SliceAmounts Want(DirectionLimits limits, SliceAmounts inUse, int nodes, bool othersLack) => new(
        Want(limits.Meetings, inUse.Meetings, nodes, othersLack),
        Want(limits.Ports, inUse.Ports, nodes, othersLack),
        Want(limits.CallsPerSecond, inUse.Rate, nodes, othersLack));

    /// <summary>With less it asks for more.</summary>
    public static SliceAmounts Need(DirectionLimits limits, SliceAmounts inUse, int nodes, bool othersLack) => new(
        Need(limits.Meetings, inUse.Meetings, nodes, othersLack),
        Need(limits.Ports, inUse.Ports, nodes, othersLack),
        Need(limits.CallsPerSecond, inUse.Rate, nodes, othersLack));

    /// <summary>With less it cannot serve one more, and says so to the others.</summary>
    public static SliceAmounts Least(DirectionLimits limits, SliceAmounts inUse) =>
        new(Least(limits.Meetings, inUse.Meetings), Least(limits.Ports, inUse.Ports), Least(limits.CallsPerSecond, inUse.Rate));

    /// <summary>With more it gives back.</summary>
    public static SliceAmounts Keep(DirectionLimits limits, SliceAmounts inUse, int nodes, bool othersLack) => new(
        Keep(limits.Meetings, inUse.Meetings, nodes, othersLack),
        Keep(limits.Ports, inUse.Ports, nodes, othersLack),
        Keep(limits.CallsPerSecond, inUse.Rate, nodes, othersLack));

    /// <summary>
    /// What a node makes of its rate: nothing when no call came for a while, all when calls come faster than it, and in between all but one up to its
    /// even share, since the next call's due time does not tell how often they come.
    /// </summary>
    /// <param name="backlogNs">Time from now to when the next call would be due; negative when it is past.</param>
    /// <param name="held">Calls a second that the node holds.</param>
    /// <param name="limit">The whole.</param>
    /// <param name="nodes">Nodes that share it.</param>
    public static int RateInUse(long backlogNs, int held, int limit, int nodes) =>
        backlogNs < -RateIdleNs ? 0 : backlogNs > MonotonicTime.Second / 2 ? held : Math.Max(0, Math.Min(held, Math.Max(1, limit / nodes)) - 1);

    static int Reserve(int limit, int nodes) => Math.Max(1, limit / (2 * nodes));

    static int Want(int? limit, int inUse, int nodes, bool othersLack) => limit is not { } whole ? 0
        : nodes <= 1 ? whole
        : Math.Min(whole, inUse + (othersLack ? 0 : Reserve(whole, nodes)));

    static int Need(int? limit, int inUse, int nodes, bool othersLack) => limit is not { } whole ? 0
        : nodes <= 1 ? whole
        : Math.Min(whole, inUse + (othersLack ? 1 : (Reserve(whole, nodes) + 1) / 2));

    static int Least(int? limit, int inUse) => limit is not { } whole ? 0 : Math.Min(whole, inUse + 1);

    static int Keep(int? limit, int inUse, int nodes, bool othersLack) => limit is not { } whole ? 0
        : nodes <= 1 ? whole
        : Math.Min(whole, inUse + (othersLack ? 0 : Reserve(whole, nodes) * 3 / 2));
}
