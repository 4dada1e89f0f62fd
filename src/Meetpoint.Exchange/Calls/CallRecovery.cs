using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using Meetpoint.Media.Relay;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Calls;

/// <summary>Goes on, when the process starts, with the anchored calls that its last one had on: dialogs, and media on the same ports.</summary>
sealed class CallRecovery(CallContext context)
{
    /// <summary>Takes from the limits again what a call that goes on holds. What they no longer give it goes on without.</summary>
    public Grant Hold(string origin, string target, CorrelationId correlation)
    {
        var asked = new AdmissionRequest
        {
            IsOwn = true,
            Origin = origin,
            TargetProvider = target,
            Kind = GrantKind.Call,
            Profile = EquipmentProfile.GenericId,
            Correlation = correlation,
            Now = context.Clock.GetCurrentInstant(),
            NowNs = context.Time.NowNs(),
        };
        return context.Admission.Admit(in asked, out var grant, out _) ? grant : default;
    }

    /// <summary>Goes on with the calls of a node that is gone, once the transaction that takes them is through. Within it; on the store's thread.</summary>
    public void TakeOver(StoreTransaction transaction, string node)
    {
        CallRows.TakeOver(transaction, node, context.Node);
        var calls = CallRows.Of(transaction, context.Node);
        transaction.AfterCommit(() => context.Loop.Post(() => Resume(calls)));
    }

    /// <summary>Brings the calls back. On the loop, once the grants are.</summary>
    public void Resume(IReadOnlyList<(string Id, CallState State)> calls)
    {
        foreach (var (id, state) in calls)
        {
            if (context.Grants.StartedAt(id) is not null && context.Calls.Find(id) is null)
                Resume(id, state);
        }
    }

    void Resume(string id, CallState state)
    {
        var (from, to) = (Party(state.Legs[0]), Party(state.Legs[1]));
        var call = new RelayedCall
        {
            Id = id,
            Grant = default,
            Mode = CallMode.Anchored,
            From = from,
            To = to,
            Caller = state.Caller,
            Called = state.Called,
            Began = Instant.FromUnixTimeMilliseconds(state.BeganMs),
            Ringing = state.RingingMs is { } ringing ? Instant.FromUnixTimeMilliseconds(ringing) : null,
            Answered = Instant.FromUnixTimeMilliseconds(state.AnsweredMs),
        };
        var keys = new KeyPresses(context);
        var media = new CallMedia(context.Media, context.MediaKeys, Policy(from), Policy(to), keys, context.Loop);
        media.Resume(state.Ports, state.Descriptions, state.Renewals);
        var anchored = new AnchoredCall
        {
            Call = call,
            Caller = AnchoredLeg.Of(state.Legs[0], from, RelaySide.A),
            Callee = AnchoredLeg.Of(state.Legs[1], to, RelaySide.B),
            Media = media,
            IsWithheld = state.IsWithheld,
        };
        keys.Call = anchored;
        context.Calls.Add(call);
        context.Figures.WentOn(call);
        context.Anchored.Add(anchored);
        context.Renewals.Begin(anchored);
    }

    CallParty Party(LegState leg)
    {
        var world = context.Admission.World;
        return new CallParty(
            leg.Neighbour is { } neighbour ? world.FindNeighbour(neighbour) : null,
            leg.Endpoint is { } endpoint ? world.Document.Endpoints.FirstOrDefault(known => known.Id == endpoint) : null);
    }

    MediaPolicy Policy(CallParty party) => MediaPolicy.Of(
        context.Admission.World.FindProfile(party.Endpoint?.Profile ?? party.Neighbour?.Neighbour.Profile ?? EquipmentProfile.GenericId)!, new CallTerms());
}
