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
    /// <summary>How long a number may be looked up in ENUM before the next way is taken.</summary>
    const int EnumTimeoutMs = 2_000;

    readonly CallContext _context;
    readonly CallTargets _targets;
    readonly TransparentDialogs _transparent;
    readonly AnchoredDialogs _anchored;
    readonly SipUriTest _isOurs;

    public CallRelay(CallContext context)
    {
        _context = context;
        _targets = new CallTargets(context);
        _transparent = new TransparentDialogs(context);
        _anchored = new AnchoredDialogs(context);
        _isOurs = (in uri) => context.Own.Contains(in uri);
    }

    /// <inheritdoc/>
    public bool TryTake(RelayRequest request)
    {
        var message = request.Message;
        if (!message.ToTag.IsEmpty && StrictRouting.Undo(message, _isOurs) is { } undone)
        {
            request.Message = message = undone;
            if (_anchored.TryTake(request))
                return true;
        }

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
    public bool TryTakeAck(SipMessage ack, SipFlow flow)
    {
        if (StrictRouting.Undo(ack, _isOurs) is { } undone)
            return _anchored.TryTakeAck(undone, flow) || _transparent.TryTakeAck(undone, flow);
        return _transparent.TryTakeAck(ack, flow) || _anchored.TryTakeAck(ack, flow);
    }

    /// <summary>What ends here is the user agent's: registrations, subscriptions, messages, questions to this exchange itself, and what a service takes.</summary>
    bool IsRelayed(SipMessage message)
    {
        if (message.Method is SipMethod.Register or SipMethod.Subscribe or SipMethod.Publish or SipMethod.Notify or SipMethod.Bye or SipMethod.Prack
            or SipMethod.Update or SipMethod.Info or SipMethod.Message)
            return false;
        if (message.RequestUri is not { } target || Messaging.Sessions.MessageOffer.IsIn(message))
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
            _context.Refusals.Reject(request, in barred);
            return;
        }

        var identity = _context.Identities.Rent();
        if (_context.Front.Identify(message, request.Flow, sender, identity, out var challenge, out var reason) is not { } caller)
        {
            _context.Identities.Return(identity);
            if (challenge is not null)
                request.Respond(401, null, challenge);
            else
                _context.Refusals.Reject(request, _context.Admission.Refuse(reason, SipPath.SessionOf(message)) with { Sender = sender.Neighbour });
            return;
        }

        var replaced = message.Method == SipMethod.Invite ? _context.Transfers.Replaced(message.Value(SipHeader.Replaces)) : null;
        var target = replaced is { } known ? Encoding.UTF8.GetBytes(Transfers.Address(known.Call, known.Call.Across(known.Leg))) : message.RequestUriBytes;
        if (!_context.Admissions.TryAdmit(caller, target, SipPath.Of(message), SipPath.SessionOf(message), out var called, out var grant, out var refusal))
        {
            _context.Identities.Return(identity);
            _context.Figures.Refused(message, caller.Sender, _context.Admission.World, in refusal);
            _context.Transfers.Refuse(request, in refusal);
            return;
        }

        if (message.Method == SipMethod.Refer && _context.Transfers.Refuses(request, caller, null, grant))
        {
            grant.Release();
            _context.Identities.Return(identity);
        }
        else if (replaced is { } call)
        {
            var across = call.Call.Across(call.Leg);
            var way = new CallWay(across.Party, across.Trust);
            var to = across.Target();
            Send(request, grant, caller, identity, [[new RelayTarget { Route = to.Route, ListenerName = to.ListenerName, RequestUri = to.RequestUri, Tag = way }]],
                Transfers.Across(call.Call, call.Leg, message.Value(SipHeader.Replaces)), called.Number);
        }
        else if (FirstWay(in grant) is { EnumSuffix: not null } look && called.Number.Length > 0)
        {
            _context.Enum.Find(look, Encoding.ASCII.GetBytes(called.Number), EnumTimeoutMs, found => Found(request, grant, caller, identity, called, found));
        }
        else
        {
            Send(request, grant, caller, identity, _targets.Of(in grant, message, called.Uri), null, called.Number);
        }
    }

    static Candidate? FirstWay(in Grant grant)
    {
        var ways = grant.Candidates.GetEnumerator();
        return ways.MoveNext() ? ways.Current : null;
    }

    /// <summary>ENUM said where the number is: that domain is asked for as any other, and if nothing is known the ways that remain are taken.</summary>
    void Found(RelayRequest request, Grant grant, SipCaller caller, CallerIdentity identity, CalledAddress called, EnumRoute? found)
    {
        var message = request.Message;
        if (request.IsAnswered)
        {
            grant.Release();
            _context.Identities.Return(identity);
        }
        else if (found is null)
        {
            Send(request, grant, caller, identity, _targets.Of(in grant, message, called.Uri), null, called.Number);
        }
        else if (found.Destination is null)
        {
            Send(request, grant, caller, identity, [[CallTargets.Stranger(found.Uri)]], null, called.Number);
        }
        else
        {
            var correlation = grant.Correlation;
            grant.Release();
            if (_context.Admissions.TryAdmit(caller, Encoding.UTF8.GetBytes(found.Domain), SipPath.Of(message), correlation, out _, out var there, out var refusal))
            {
                Send(request, there, caller, identity, _targets.Of(in there, message, found.Uri), null, called.Number);
                return;
            }

            _context.Identities.Return(identity);
            _context.Transfers.Refuse(request, in refusal);
        }
    }

    void Send(
        RelayRequest request, Grant grant, SipCaller caller, CallerIdentity identity, IReadOnlyList<IReadOnlyList<RelayTarget>> groups, string? replaces, string number)
    {
        var message = request.Message;
        if (message.MaxForwards == 0 || groups.Count == 0)
        {
            Unreachable(request, in grant, caller);
            _context.Identities.Return(identity);
            return;
        }

        var called = Encoding.UTF8.GetString(message.RequestUriBytes);
        AdmittedRequest? owner = message.Method != SipMethod.Invite ? new RelayedOnce(_context, grant, caller, identity)
            : ModeOf(in grant) == CallMode.Anchored ? Anchor(request, in grant, caller, identity, groups[0][0], called, replaces)
            : new TransparentCall(_context, grant, caller, identity, called);
        if (owner is null)
        {
            grant.Release();
            _context.Identities.Return(identity);
            request.Respond(488, null, ("Warning", "304 " + _context.Admission.World.Exchange + " \"No line of this description can be carried\""));
        }
        else if (!Begin(owner, number).Forward(request, groups))
        {
            owner.OnFinal(request, 500);
            request.Respond(500, "Privacy cannot be kept on the way"); // RFC 3323 section 5
        }
    }

    AdmittedRequest Begin(AdmittedRequest owner, string number)
    {
        if (owner is CallInvite invite)
            _context.Figures.Came(invite.Begin(number), _context.Admission.World);
        return owner;
    }

    void Unreachable(RelayRequest request, in Grant grant, SipCaller caller)
    {
        var isSpent = request.Message.MaxForwards == 0;
        var isOwn = !isSpent && FirstWay(in grant) is { IsLocal: true } && (grant.Endpoint is { Contact: null } || grant.User is not null);
        var correlation = grant.Correlation;
        var isSpared = !isSpent && request.IsInvite && _context.Throttle.IsAnyToSpare(in grant, _context.Loop.NowNs);
        grant.Release();
        if (isSpared)
        {
            // Without Retry-After: it is this call, and not all that the sender has for us (RFC 7339 section 5.10.1).
            _context.Figures.Refused(request.Message, caller.Sender, _context.Admission.World, _context.Admission.Refuse(RefusalReason.Overload, correlation));
            request.Respond(503, "Overload ahead");
            return;
        }

        if (isOwn)
        {
            request.Respond(480, "Not registered");
            return;
        }

        var refusal = _context.Admission.Refuse(isSpent ? RefusalReason.TooManyHops : RefusalReason.NoRoute, correlation);
        _context.Refusals.Reject(request, refusal with { Sender = caller.Sender, Path = isSpent ? SipPath.Of(request.Message) : null });
    }

    /// <summary>The call anchored here; null when its media cannot be.</summary>
    AnchoredInvite? Anchor(
        RelayRequest request, in Grant grant, SipCaller caller, CallerIdentity identity, RelayTarget first, string called, string? replaces)
    {
        var terms = grant.LinkCount > 0 ? grant.Link(0).Agreement.Calls : new CallTerms();
        var profile = ((CallWay)first.Tag!).Party.ProfileIn(_context.Admission.World);
        var keys = new KeyPresses(_context);
        var media = new CallMedia(
            _context.Media, _context.MediaKeys, MediaPolicy.Of(caller.Profile, terms), MediaPolicy.Of(profile, terms), keys, _context.Loop);
        if (SipBody.TryFindSdp(request.Message, out var offer) && media.Pass(RelaySide.A, offer, isAnswer: false) is null)
        {
            media.Dispose();
            return null;
        }

        var invite = new AnchoredInvite(_context, grant, caller, identity, request, media, called, replaces);
        keys.Call = invite.Anchored;
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
