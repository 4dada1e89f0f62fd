using System.Text;
using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Relay;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// The relay of calls: takes what is meant for someone beyond this exchange or for an endpoint of ours, sends it through the waist, and carries it in
/// the mode that the agreement names. On the loop only.
/// </summary>
sealed class CallRelay : ISipRelayHandler
{
    readonly CallContext _context;
    readonly CallTargets _targets;
    readonly TransparentDialogs _transparent;
    readonly AnchoredDialogs _anchored;

    public CallRelay(CallContext context)
    {
        _context = context;
        _targets = new CallTargets(context);
        _transparent = new TransparentDialogs(context);
        _anchored = new AnchoredDialogs(context);
    }

    /// <inheritdoc/>
    public bool TryTake(RelayRequest request)
    {
        var message = request.Message;
        request.OwnRoutes = _transparent.OwnRoutes(message);
        if (!message.ToTag.IsEmpty)
            return _transparent.TryTake(request) || _anchored.TryTake(request);
        if (!IsRelayed(message))
            return false;
        if (RelayChecks.Refusal(message, _context.Own) is { } fault)
        {
            request.Respond(fault.Status, fault.Phrase, fault.Headers);
            return true;
        }

        Begin(request);
        return true;
    }

    /// <inheritdoc/>
    public bool TryTakeAck(SipMessage ack, SipFlow flow) => _transparent.TryTakeAck(ack, flow) || _anchored.TryTakeAck(ack, flow);

    /// <summary>What ends here is the user agent's: registrations, subscriptions, questions to this exchange itself, and what a service takes.</summary>
    bool IsRelayed(SipMessage message)
    {
        if (message.Method is SipMethod.Register or SipMethod.Subscribe or SipMethod.Publish or SipMethod.Notify or SipMethod.Bye or SipMethod.Prack
            or SipMethod.Update or SipMethod.Info or SipMethod.Refer)
            return false;
        if (message.RequestUri is not { } target)
            return false;
        if (message.Method != SipMethod.Invite && target.Scheme is SipUriScheme.Sip or SipUriScheme.Sips && target.User is null)
            return false;
        return !_context.Front.Serves(target);
    }

    void Begin(RelayRequest request)
    {
        var message = request.Message;
        var sender = _context.Border.Of(request.Flow);
        if (_context.Front.Barred(message, sender) is { } barred)
        {
            _context.Refusals.Reject(request.AsIncoming(), in barred);
            return;
        }

        if (_context.Front.Identify(message, request.Flow, sender, out var challenge, out var reason) is not { } caller)
        {
            if (challenge is not null)
                request.Respond(401, null, challenge);
            else
                _context.Refusals.Reject(request.AsIncoming(), reason);
            return;
        }

        var path = SipPath.Of(message);
        var asked = new AdmissionRequest
        {
            Sender = caller.Sender,
            IsOwn = caller.Sender is null,
            Origin = caller.Provider.Id,
            Caller = caller.Address,
            TargetBytes = message.RequestUriBytes,
            Kind = GrantKind.Call,
            Profile = caller.Profile.Id,
            Path = path,
            Correlation = SipPath.SessionOf(message),
            Now = _context.Clock.GetCurrentInstant(),
            NowNs = _context.Time.NowNs(),
        };
        if (!_context.Admission.Admit(in asked, out var grant, out var refusal))
        {
            if (refusal.Reason == RefusalReason.Loop)
                refusal = refusal with { Path = path };
            _context.Refusals.Reject(request.AsIncoming(), in refusal);
            return;
        }

        var targets = _targets.Of(in grant, message);
        if (message.MaxForwards == 0 || targets.Count == 0)
        {
            var why = message.MaxForwards == 0 ? RefusalReason.TooManyHops : RefusalReason.NoRoute;
            refusal = _context.Admission.Refuse(why, grant.Correlation) with { Sender = caller.Sender, Path = message.MaxForwards == 0 ? path : null };
            grant.Release();
            _context.Refusals.Reject(request.AsIncoming(), in refusal);
            return;
        }

        var from = new CallParty(caller.Sender, caller.Sender is null ? caller.Endpoint : null);
        var called = Encoding.UTF8.GetString(message.RequestUriBytes);
        IRelayOwner? owner = message.Method != SipMethod.Invite ? new RelayedOnce(grant)
            : ModeOf(in grant) == CallMode.Anchored ? Anchor(request, in grant, caller, from, targets[0], called)
            : new TransparentCall(_context, grant, caller, from, called);
        if (owner is null)
        {
            grant.Release();
            request.Respond(488, null, ("Warning", "304 " + _context.Admission.World.Exchange + " \"No line of this description can be carried\""));
            return;
        }

        for (var i = 0; i < targets.Count; i++)
            request.Forward(owner, [targets[i]], isLastResort: i > 0);
    }

    /// <summary>The call anchored here; null when its media cannot be.</summary>
    AnchoredInvite? Anchor(RelayRequest request, in Grant grant, SipCaller caller, CallParty from, RelayTarget first, string called)
    {
        var terms = grant.LinkCount > 0 ? grant.Link(0).Agreement.Calls : new CallTerms();
        var callee = first.Tag is CallParty party ? party : default;
        var world = _context.Admission.World;
        var profile = world.FindProfile(callee.Endpoint?.Profile ?? callee.Neighbour?.Neighbour.Profile ?? EquipmentProfile.GenericId)!;
        var keys = new KeyPresses(_context);
        var media = new CallMedia(
            _context.Media, _context.Randomness, MediaPolicy.Of(caller.Profile, terms), MediaPolicy.Of(profile, terms), keys, _context.Loop);
        if (SipBody.TryFindSdp(request.Message, out var offer) && media.Pass(RelaySide.A, offer, isAnswer: false) is null)
        {
            media.Dispose();
            return null;
        }

        var invite = new AnchoredInvite(_context, grant, caller, from, request, media, called);
        keys.Call = invite.Call;
        return invite;
    }

    /// <summary>Within one provider nobody need be hidden from anyone; across providers the agreements say, and one that anchors is enough.</summary>
    static CallMode ModeOf(in Grant grant)
    {
        for (var i = 0; i < grant.LinkCount; i++)
        {
            if (grant.Link(i).Agreement.Calls.Mode == CallMode.Anchored)
                return CallMode.Anchored;
        }

        return CallMode.Transparent;
    }
}
