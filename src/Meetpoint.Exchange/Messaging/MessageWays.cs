using System.Text;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Messaging;

/// <summary>Makes of the candidates of a grant the ways that a message takes, best first. On the loop only.</summary>
/// <param name="context">What calls know of targets, neighbours and registrations.</param>
sealed class MessageWays(CallContext context)
{
    readonly CallTargets _targets = new(context);

    /// <summary>Speaks page mode.</summary>
    public required IMessageEdge Page { get; init; }

    /// <summary>Speaks sessions, to systems of the Microsoft style; null sends page mode to these too.</summary>
    public IMessageEdge? Sessions { get; set; }

    /// <summary>Speaks XMPP; null passes over such neighbours.</summary>
    public IMessageEdge? Xmpp { get; set; }

    /// <summary>The ways, those that did not answer last time behind the others.</summary>
    /// <param name="grant">Leave.</param>
    /// <param name="receiver">URI of the receiver in its canonical form.</param>
    public List<MessageWay> Of(in Grant grant, string receiver)
    {
        var ways = new List<MessageWay>();
        List<MessageWay>? down = null;
        var uri = Encoding.UTF8.GetBytes(receiver);
        foreach (var candidate in grant.Candidates)
        {
            var trust = IdentityEdits.FarSide(grant, candidate);
            if (candidate.Neighbour is { Neighbour.Kind: NeighbourKind.Xmpp } xmpp)
            {
                if (Xmpp is not null)
                    ways.Add(new MessageWay(Xmpp, xmpp, [], receiver, trust));
                continue;
            }

            foreach (var group in _targets.Of(in grant, candidate, uri))
            {
                var way = new MessageWay(EdgeOf(candidate.Neighbour), candidate.Neighbour, group, receiver, trust);
                if (candidate.Neighbour is { } neighbour && !context.Health.IsUp(neighbour))
                    (down ??= []).Add(way);
                else
                    ways.Add(way);
            }
        }

        if (down is not null)
            ways.AddRange(down);
        return ways;
    }

    IMessageEdge EdgeOf(NeighbourEntry? neighbour) =>
        Sessions is not null && neighbour is not null && IsMicrosoft(neighbour) ? Sessions : Page;

    bool IsMicrosoft(NeighbourEntry neighbour) =>
        context.Admission.World.FindProfile(neighbour.Neighbour.Profile)?.Presence == PresenceStyle.Microsoft;
}
