using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// A request outside a dialog that the waist let through: what each side may know of the other is seen to at the border, and a registration's other
/// flows are tried where one did not carry. On the loop only.
/// </summary>
abstract class AdmittedRequest : IRelayOwner
{
    readonly CallerIdentity _identity;
    readonly bool _isAnchored;
    readonly IdentityTrust _callerTrust;
    List<RelayTarget>? _registered;
    HashSet<RelayTarget>? _spoke;

    /// <param name="context">What it works with.</param>
    /// <param name="grant">Leave; released with the final answer unless that begins a call.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="identity">What is known of who asks; taken over, and given back with the final answer.</param>
    /// <param name="isAnchored">True when neither side sees the other's network.</param>
    protected AdmittedRequest(CallContext context, Grant grant, SipCaller caller, CallerIdentity identity, bool isAnchored)
    {
        Context = context;
        Grant = grant;
        Caller = caller;
        _identity = identity;
        _isAnchored = isAnchored;
        _callerTrust = IdentityEdits.Trust(grant, caller.Sender);
    }

    protected CallContext Context { get; }

    protected Grant Grant { get; }

    protected SipCaller Caller { get; }

    /// <summary>The far side may not know who asks.</summary>
    protected bool IsWithheld { get; private set; }

    /// <summary>Whether the caller's side may know of the called what that side would withhold.</summary>
    protected IdentityTrust CallerTrust => _callerTrust;

    /// <summary>Sends it on to the groups, one after the other; whoever cannot be told what the caller calls critical is left out. False when nobody is left.</summary>
    public bool Forward(RelayRequest request, IReadOnlyList<IReadOnlyList<RelayTarget>> groups)
    {
        var isFirst = true;
        foreach (var group in groups)
        {
            var able = (_identity.Privacy & Privacy.Critical) == 0 ? group
                : [.. group.Where(target => IdentityEdits.CanWithhold(_identity, ((CallWay)target.Tag!).Trust, _isAnchored))];
            if (able.Count == 0)
                continue;
            if (((CallWay)able[0].Tag!).Party.Endpoint is not null)
                (_registered ??= []).AddRange(able.Where(target => ((CallWay)target.Tag!).Registered is not null));
            // Contacts of one endpoint are asked in turn whatever the last one said; another way to the same only when the last could not be reached.
            var isLastResort = !isFirst && ((CallWay)able[0].Tag!).Registered is null;
            isFirst = false;
            request.Add(this, able, isLastResort);
        }

        if (isFirst)
            return false;
        request.Begin();
        return true;
    }

    public virtual void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        var way = (CallWay)branch.Target.Tag!;
        IsWithheld = IdentityEdits.Apply(edits, _identity, way.Trust, _isAnchored) == IdentityOutcome.Withheld;
        SessionHeaders.Add(edits, Grant.Correlation, way.Party.Neighbour is { Neighbour.Kind: NeighbourKind.Exchange } ? Context.Admission.World.Exchange : null);
    }

    public virtual RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (response.StatusCode != 503 && ((CallWay)branch.Target.Tag!).Party.Neighbour is { } neighbour)
            Context.Health.Answered(neighbour);
        if (branch.Target.AsksFeedback && response.TryTopVia(out var via) && OverloadFeedback.TryRead(in via, out var told))
            Context.Throttle.Told(((CallWay)branch.Target.Tag!).Party.Neighbour!, in told, Context.Loop.NowNs);
        if (response.StatusCode != 430 && ((CallWay)branch.Target.Tag!).Registered is not null)
            (_spoke ??= []).Add(branch.Target);
        return RelayVerdict.Forward;
    }

    public virtual void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        IdentityEdits.ApplyLater(
            edits, Context.Admission.World, ((CallWay)branch.Target.Tag!).Party.Neighbour, _callerTrust, _isAnchored, isWithheld: false);
        if (IsWithheld && !_isAnchored)
            edits.Set(SipHeader.From, request.Message.Value(SipHeader.From));
    }

    public virtual void OnHeld(RelayRequest request, RelayBranch branch, SipMessage response)
    {
    }

    public void OnUnreachable(RelayRequest request, RelayBranch branch, int status)
    {
        // Who says what to spare him is there, and is not to be spared everything.
        if (((CallWay)branch.Target.Tag!).Party.Neighbour is { } neighbour && !(status == 503 && Context.Throttle.IsToSpare(neighbour, Context.Loop.NowNs)))
            Context.Health.Failed(neighbour, branch.Target.Route, status);
    }

    /// <summary>A flow that brought no answer at all, or 430, has failed; the client's others are tried (RFC 5626 section 5.3).</summary>
    public virtual bool OnRefused(RelayRequest request, int status)
    {
        if (status >= 600 || _registered is null)
            return false;
        List<RelayTarget> more = [];
        foreach (var target in _registered)
        {
            if (_spoke?.Contains(target) == true || ((CallWay)target.Tag!) is not { Registered: { } registered } way)
                continue;
            Context.Registrations.FlowFailed(registered.Id);
            more.AddRange(registered.Alternates.Select(other => CallTargets.Of(other, way)));
        }

        _registered = null;
        return more.Count > 0 && Forward(request, [more]);
    }

    public virtual void OnFinal(RelayRequest request, int status) => Context.Identities.Return(_identity);
}
