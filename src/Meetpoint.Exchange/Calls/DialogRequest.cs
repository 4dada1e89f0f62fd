using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// A request within a call: a proof of life, or its end. What it adds to the call is asked for at the waist. The answer to a BYE goes back once the end
/// is durable.
/// </summary>
abstract class DialogRequest(CallContext context, string call, bool isFromCaller) : IRelayOwner
{
    Grant _added;
    int? _offeredLines;
    bool _isEnded;

    protected CallContext Context => context;

    protected bool IsFromCaller => isFromCaller;

    /// <summary>Lines of media that the offer in a 2xx may have; null where that is no matter.</summary>
    protected int? OfferedLines => _offeredLines;

    /// <summary>Asks for what the request adds: media, or whoever a REFER names. False when it was refused, and answered.</summary>
    public bool IsAdmitted(RelayRequest request)
    {
        if (request.Message.Method is not (SipMethod.Invite or SipMethod.Update or SipMethod.Refer))
            return true;
        var known = context.Calls.Find(call);
        if (request.Message.Method == SipMethod.Refer)
            return !RefersAmiss(request, known);
        return known is null || context.AddedMedia.TryAdmit(request, known, isFromCaller, out _added);
    }

    public abstract void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits);

    public abstract void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits);

    public virtual RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (response.StatusCode < 200)
            return RelayVerdict.Forward;
        if (request.Message.Method != SipMethod.Bye)
        {
            if (response.StatusCode < 300)
            {
                JudgeOffer(request, branch, response);
                Accepted(request);
            }

            return RelayVerdict.Forward;
        }

        // A BYE ends the call whatever the other side says to it (RFC 3261 section 15.1.1).
        var holds = !_isEnded && response.StatusCode < 300;
        if (!_isEnded)
            End(request.SendHeld);
        return holds ? RelayVerdict.Hold : RelayVerdict.Forward;
    }

    public void OnFinal(RelayRequest request, int status)
    {
        _added.Release();

        // Nobody answered the BYE: who sent it has gone all the same.
        if (request.Message.Method == SipMethod.Bye && !_isEnded)
            End(static () => { });
    }

    /// <summary>The call has ended.</summary>
    protected virtual void OnEnded()
    {
    }

    void Accepted(RelayRequest request)
    {
        context.Ledger.Prove(call);
        if (request.Message.Method is not (SipMethod.Invite or SipMethod.Update) || context.Calls.Find(call) is not { } known)
            return;
        known.MediaLines = Math.Max(known.MediaLines, _offeredLines ?? AddedMedia.Lines(request.Message));
        if (_added.IsHeld)
            known.Hold(_added);
        _added = default;
    }

    /// <summary>An INVITE without offer brings one back from the other side, which is asked for like any other; its copies are judged with it.</summary>
    void JudgeOffer(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (_offeredLines is not null || request.Message.Method != SipMethod.Invite || AddedMedia.Lines(request.Message) > 0 || context.Calls.Find(call) is not { } known)
            return;
        _offeredLines = context.AddedMedia.Admit(response, branch.Flow!, known, !isFromCaller, out _added);
    }

    bool RefersAmiss(RelayRequest request, RelayedCall? known)
    {
        var grant = known is { Grant.IsHeld: true } ? known.Grant : context.Grants.HeldBy(call);
        var sender = context.Border.Of(request.Flow);
        if (!grant.IsHeld || grant.IsEmergency)
            return false; // the INVITE that follows is asked for by itself
        var (own, other) = isFromCaller ? (grant.Origin, grant.Target) : (grant.Target, grant.Origin);
        var referrer = new CallParty(sender.Neighbour, sender.Neighbour is null ? sender.Proved : null);
        var world = context.Admission.World;
        var (mine, theirs) = known is null ? ("", "") : isFromCaller ? (known.Caller, known.Called) : (known.Called, known.Caller);
        var across = known is null ? default : isFromCaller ? known.To : known.From;
        return context.Transfers.Refuses(
            request, referrer.AsCaller(world, own, mine), known is null ? null : across.AsCaller(world, other, theirs), grant);
    }

    void End(Action done)
    {
        _isEnded = true;
        context.Ledger.End(call, done);
        OnEnded();
    }
}
