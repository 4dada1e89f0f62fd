using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Brings encrypted media of anchored calls back after a restart: each side that has some is offered new keys by a re-INVITE of ours. The old ones are
/// not used again, since the packet counts that go with them died with the process (RFC 3711 section 9.1). On the loop only.
/// </summary>
sealed class KeyRenewal(CallContext context)
{
    /// <summary>Offers to one side; after the last the next offer of either side brings the keys.</summary>
    const int MaxAttempts = 5;

    /// <summary>Offers what waits for new keys. The state of the call is written with it.</summary>
    public void Begin(AnchoredCall call)
    {
        var isAny = Offer(call, call.Caller, 1);
        if (Offer(call, call.Callee, 1) || isAny)
            context.Ledger.Change(call);
    }

    bool Offer(AnchoredCall call, AnchoredLeg leg, int attempt)
    {
        if (call.Media.Renewal(leg.Side) is not { } offer)
            return false;
        leg.IsRenewing = true;

        // They refresh the session if they can: whoever did before on their side goes on doing so.
        var seconds = new CallTerms().SessionSeconds;
        leg.Offer(
            context, call.Call.Id, offer, [("Supported", "timer"), ("Session-Expires", $"{seconds};refresher=uas")],
            result => Ended(call, leg, result, attempt));
        return true;
    }

    void Ended(AnchoredCall call, AnchoredLeg leg, SipResult result, int attempt)
    {
        if (!leg.IsRenewing || !ReferenceEquals(context.Anchored.Of(call.Call), call))
            return;
        if (result is { IsSuccess: true, Response: { } answer } && SipBody.TryFindSdp(answer, out var sdp) && call.Media.TakeRenewed(leg.Side, sdp))
        {
            leg.IsRenewing = false;
            context.Ledger.Change(call);
            context.Ledger.Prove(call.Call.Id);
            return;
        }

        leg.IsRenewing = false;
        if (attempt >= MaxAttempts || result.Status is 481 or 488)
        {
            Tell(call, result.Status);
            return;
        }

        // Within the times of RFC 3261 section 14.1: the callee's dialog is of our making, the caller's of theirs.
        var isOurs = ReferenceEquals(leg, call.Callee);
        var delayMs = isOurs ? context.Randomness.Between(2_100, 4_000) : context.Randomness.Between(500, 2_000);
        new LoopTimer(context.Loop, _ =>
        {
            if (ReferenceEquals(context.Anchored.Of(call.Call), call))
                Offer(call, leg, attempt + 1);
        }).Arm(delayMs * MonotonicTime.Millisecond);
    }

    void Tell(AnchoredCall call, int status)
    {
        var grant = context.Grants.HeldBy(call.Call.Id);
        if (grant.IsHeld)
            context.Events.Write(grant.Correlation, "call.keys-failed", new EventAttribute("status", status.ToString(CultureInfo.InvariantCulture)));
    }
}
