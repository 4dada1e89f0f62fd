using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: calls to emergency services.</summary>
public sealed partial class Admission
{
    /// <summary>
    /// What may not keep an emergency call back is not looked at here: gates, agreements, stages, profiles, limits, white lists. What is left to refuse is
    /// a sender that nobody knows, a call that goes in circles, and one that nothing can take.
    /// </summary>
    bool AdmitEmergency(in AdmissionRequest request, out Grant grant, out Refusal refusal)
    {
        var decision = new Decision
        {
            World = Volatile.Read(ref _world),
            Destination = DestinationRow.None,
            First = LinkRow.None,
            Second = LinkRow.None,
            Refusing = LinkRow.None,
        };
        grant = default;
        refusal = default;
        var reason = IdentifyEmergency(in request, ref decision);
        if (reason == RefusalReason.None)
            reason = ChooseEmergency(in request, ref decision);
        if (reason == RefusalReason.None)
        {
            var slot = _emergencyGrants.Take();
            if (slot >= 0)
            {
                grant = Open(_emergencyGrants, slot, in request, in decision, LinkRow.None, LinkRow.None, ports: 0);
                return true;
            }

            decision.RetryAfterNs = OverloadRetrySeconds * MonotonicTime.Second;
            reason = RefusalReason.Overload;
        }

        refusal = Refuse(reason, in request, in decision);
        return false;
    }

    static RefusalReason IdentifyEmergency(in AdmissionRequest request, ref Decision decision)
    {
        var world = decision.World;
        decision.Origin = decision.Target = -1;
        if (request.Sender is { } sender)
        {
            decision.Sender = sender.World == world ? sender : world.FindNeighbour(sender.Neighbour.Id);
            if (decision.Sender is null)
                return RefusalReason.UnknownSender;
        }
        else if (!request.IsOwn)
        {
            return RefusalReason.UnknownSender;
        }

        var origin = world.ProviderIndex(request.Origin);
        if (decision.Sender is { } from && (origin < 0 || !world.SpeaksFor(from, origin)))
            origin = from.ProviderIndex;
        decision.Origin = decision.Target = origin;
        if (origin < 0)
            return RefusalReason.OriginNotAllowed;
        if (Contains(request.Path, world.Exchange))
            return RefusalReason.Loop;
        return request.Path.Length >= MaxHops ? RefusalReason.TooManyHops : RefusalReason.None;
    }

    static RefusalReason ChooseEmergency(in AdmissionRequest request, ref Decision decision)
    {
        var routes = decision.World.EmergencyRoutes(decision.Origin);
        decision.Admissible = decision.Sender is { } sender ? routes.Except(sender.Index) : routes.All;
        for (var i = 0; i < routes.Candidates.Length; i++)
        {
            if (routes.Candidates[i].Neighbour?.Neighbour.Exchange is { } exchange && Contains(request.Path, exchange))
                decision.Admissible &= ~(1UL << i);
        }

        return decision.Admissible != 0 ? RefusalReason.None : RefusalReason.NoRoute;
    }
}
