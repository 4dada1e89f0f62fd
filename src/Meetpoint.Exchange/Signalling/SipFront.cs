using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Registrar;
using NodaTime;

namespace Meetpoint.Exchange.Signalling;

/// <summary>A service that takes calls: meetings now, calls between endpoints later.</summary>
interface ICallService
{
    /// <summary>Takes the call, or says by false that it is not for this service.</summary>
    bool TryTake(IncomingCall call, SipCaller caller);

    /// <summary>Takes a call of another exchange, which speaks for itself and not for a customer.</summary>
    bool TryTakeNni(IncomingCall call, NeighbourEntry exchange);

    /// <summary>Takes a request outside a dialog, such as SUBSCRIBE.</summary>
    bool TryTake(IncomingRequest request, SipCaller caller);

    /// <summary>True when what is sent to this user ends here, and is not relayed.</summary>
    bool Serves(string user, string host);
}

/// <summary>The front door for SIP: who calls, in whose name, and which service is meant. On the loop only.</summary>
sealed class SipFront(Admission admission, SipBorder border, DigestGuard guard, RefusalWriter refusals, TimeProvider time, IClock clock) : ISipApplication
{
    /// <summary>What is taken, in calls and outside them.</summary>
    public const string AllowedMethods = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, MESSAGE, SUBSCRIBE, PUBLISH, REGISTER";

    /// <summary>Event packages that are taken.</summary>
    public const string AllowedEvents = $"conference, {Presence.Sip.PresenceFront.Packages}";

    readonly List<ICallService> _services = [];
    readonly CallerIdentity _identity = new();

    /// <summary>Takes REGISTER; set once, before the first message.</summary>
    public SipRegistrar? Registrar { get; set; }

    public void Add(ICallService service) => _services.Add(service);

    /// <inheritdoc/>
    public void OnInvite(IncomingCall call)
    {
        var sender = border.Of(call.Flow);
        if (Barred(call.Invite, sender) is { } barred)
        {
            refusals.Reject(call, in barred);
            return;
        }

        if (sender.Neighbour is { Neighbour.Kind: NeighbourKind.Exchange } exchange)
        {
            if (!_services.Any(service => service.TryTakeNni(call, exchange)))
                refusals.Reject(call, RefusalReason.NoRoute);
            return;
        }

        if (Identify(call.Invite, call.Flow, sender, _identity, out var challenge, out var reason) is { } caller)
        {
            if (caller is { Sender: null, Endpoint.Digest: not null })
                call.KeepToFlow();
            if (!_services.Any(service => service.TryTake(call, caller)))
                Unserved(call, caller);
        }
        else if (challenge is not null)
        {
            call.Reject(401, null, challenge);
        }
        else
        {
            refusals.Reject(call, reason);
        }
    }

    /// <inheritdoc/>
    public void OnRequest(IncomingRequest request)
    {
        var sender = border.Of(request.Flow);
        if (request.Call is null && Barred(request.Message, sender) is { } barred)
        {
            refusals.Reject(request, in barred);
            return;
        }

        if (request.Message.Method == SipMethod.Options)
        {
            request.Respond(200, null, ("Accept", "application/sdp"), ("Allow", AllowedMethods), ("Supported", $"{SipUserAgent.SupportedExtensions}, {BindingUpdate.Supported}"), ("Allow-Events", AllowedEvents));
            return;
        }

        if (request.Message.Method == SipMethod.Register && request.Call is null)
        {
            Register(request, sender);
            return;
        }

        if (Identify(request.Message, request.Flow, sender, _identity, out var challenge, out var reason) is { } caller)
        {
            if (!_services.Any(service => service.TryTake(request, caller)))
                request.Respond(request.Message.Method == SipMethod.Subscribe ? 489 : 405, null, ("Allow", AllowedMethods), ("Allow-Events", AllowedEvents));
        }
        else if (challenge is not null)
        {
            request.Respond(401, null, challenge);
        }
        else
        {
            refusals.Reject(request, reason);
        }
    }

    /// <inheritdoc/>
    public bool IsPriority(ReadOnlySpan<byte> requestUri, SipFlow flow)
    {
        // Of a customer's own phone the plan is not known before it is known who calls; the service's own name is (RFC 5031).
        var sender = border.Of(flow);
        var numbers = sender.Neighbour?.Numbers
            ?? (sender.ProvedProvider is { } id && admission.World.FindProvider(id) is { } provider ? admission.World.NumbersOf(provider) : null);
        return numbers is null ? EmergencyServices.IsSos(requestUri) : numbers.IsEmergency(requestUri);
    }

    /// <inheritdoc/>
    public void OnRejected(SipFlow flow, SipMessage message, string reason) => refusals.Malformed(flow, reason);

    /// <inheritdoc/>
    public void OnMerged(SipFlow flow, SipMessage message) => refusals.NoteMerged(flow, message);

    /// <inheritdoc/>
    public void OnSlow(SipFlow flow, string reason)
    {
        // Nobody need say who he is in order to say nothing.
        if (border.Of(flow).IsKnown)
            refusals.Malformed(flow, reason);
        else
            refusals.Stranger(flow, reason);
    }

    /// <summary>What holds for every request, whichever service it is for: the neighbour's gate, which bars no emergency call, and the path that it came.</summary>
    public Refusal? Barred(SipMessage message, SipSender sender)
    {
        if (sender.Neighbour is { } neighbour && neighbour.Gate.ClosedForNs(time.NowNs()) is > 0 and var closedNs
            && !(message.Method == SipMethod.Invite && neighbour.Numbers.IsEmergency(message.RequestUriBytes)))
        {
            var refusal = admission.Refuse(neighbour.Gate.IsMaintenance ? RefusalReason.Maintenance : RefusalReason.Overload, SipPath.SessionOf(message));
            return refusal with { Sender = neighbour, RetryAfterSeconds = (int)((closedNs + MonotonicTime.Second - 1) / MonotonicTime.Second) };
        }

        var path = SipPath.Of(message);
        var reason = path.Contains(admission.World.Exchange, StringComparer.OrdinalIgnoreCase) ? RefusalReason.Loop
            : path.Length >= Admission.MaxHops ? RefusalReason.TooManyHops : RefusalReason.None;
        return reason == RefusalReason.None ? null
            : admission.Refuse(reason, SipPath.SessionOf(message)) with { Sender = sender.Neighbour, Path = path };
    }

    /// <summary>
    /// What no service takes goes through the waist all the same, so that the caller hears why: no agreement, over a limit, no route.
    /// </summary>
    void Unserved(IncomingCall call, SipCaller caller)
    {
        var path = SipPath.Of(call.Invite);
        var request = new AdmissionRequest
        {
            Sender = caller.Sender,
            IsOwn = caller.Sender is null,
            Origin = caller.Provider.Id,
            Caller = caller.Address,
            TargetBytes = call.Invite.RequestUriBytes,
            Kind = GrantKind.Call,
            Profile = caller.Profile.Id,
            Path = path,
            Correlation = SipPath.SessionOf(call.Invite),
            Now = clock.GetCurrentInstant(),
            NowNs = time.NowNs(),
        };
        if (admission.Admit(in request, out var grant, out var refusal))
        {
            // Admitted, but no service of ours relays it. Where it had to be sent on, its hops count (RFC 3261 section 16.3).
            var correlation = grant.Correlation;
            var isLocal = grant.Candidates.GetEnumerator() is var ways && ways.MoveNext() && ways.Current.IsLocal;
            grant.Release();
            var spent = !isLocal && call.Invite.MaxForwards == 0;
            refusals.Reject(call, admission.Refuse(spent ? RefusalReason.TooManyHops : RefusalReason.NoRoute, correlation) with { Sender = caller.Sender, Path = spent ? path : null });
        }
        else
        {
            refusals.Reject(call, refusal.Reason == RefusalReason.Loop ? refusal with { Path = path } : refusal);
        }
    }

    /// <summary>Who registers has proved who he is in this very request, and registers nobody else's address.</summary>
    void Register(IncomingRequest request, SipSender sender)
    {
        var message = request.Message;
        var endpoint = message.From?.Uri is { User: { } user } uri ? admission.World.Find($"{user}@{uri.Host}")?.Endpoint : null;
        if (sender.Neighbour is not null || Registrar is null)
            refusals.Reject(request, admission.Refuse(RefusalReason.OriginNotAllowed, SipPath.SessionOf(message)) with { Sender = sender.Neighbour });
        else if (!guard.HasProved(message, request.Flow, endpoint, out var challenge))
            request.Respond(401, null, challenge);
        else if (message.To?.Uri is not { User: { } own } to || !$"{own}@{to.Host}".Equals(endpoint.Sip, StringComparison.OrdinalIgnoreCase))
            refusals.Reject(request, RefusalReason.OriginNotAllowed);
        else
        {
            sender.Proved = endpoint;
            Registrar.Take(request, endpoint);
        }
    }

    /// <summary>True when a service here is meant by a request URI.</summary>
    public bool Serves(SipUri target) =>
        (target.User ?? target.TelephoneNumber) is { } user && _services.Exists(service => service.Serves(user, target.Host));

    /// <summary>Who calls: null with a challenge to send, or with the reason why nobody may.</summary>
    /// <param name="message">A request outside a dialog.</param>
    /// <param name="flow">The way it came.</param>
    /// <param name="sender">Who is at the other end of it.</param>
    /// <param name="identity">Takes what is found of who calls.</param>
    /// <param name="challenge">Headers of a 401 to send.</param>
    /// <param name="reason">Why nobody may.</param>
    public SipCaller? Identify(
        SipMessage message, SipFlow flow, SipSender sender, CallerIdentity identity, out IReadOnlyList<(string Name, string Value)>? challenge, out RefusalReason reason)
    {
        challenge = null;
        reason = RefusalReason.OriginNotAllowed;
        var world = admission.World;
        if (sender.Neighbour is { } neighbour)
        {
            var isEmergency = message.Method == SipMethod.Invite && neighbour.Numbers.IsEmergency(message.RequestUriBytes);
            reason = identity.Identify(world, message, neighbour, isEmergency);
        }
        else
        {
            var endpoint = CallerIdentity.Claimed(world, message);
            var isByHost = endpoint is { Digest: null } && IsContactOf(endpoint, flow);
            if (!isByHost && endpoint?.Digest is null && sender.IsKnown)
                return null;
            if (!isByHost && !guard.HasProved(message, flow, endpoint, out challenge))
                return null;
            sender.Proved = endpoint;
            reason = identity.Identify(world, message, endpoint!);
        }

        if (reason != RefusalReason.None)
            return null;
        var profile = world.FindProfile(identity.Endpoint?.Profile ?? sender.Neighbour?.Neighbour.Profile ?? EquipmentProfile.GenericId)!;
        return new SipCaller(sender.Neighbour, identity.Provider!, identity.ToString(), NameOf(message, identity), identity.Endpoint, profile)
        {
            IsWithheld = IsWithheld(identity),
        };
    }

    static bool IsWithheld(CallerIdentity identity) => identity.IsFromAnonymous || (identity.Privacy & (Privacy.Id | Privacy.User)) != 0;

    /// <summary>What people are shown of who calls; null for who does not want to be.</summary>
    static string? NameOf(SipMessage message, CallerIdentity identity)
    {
        if (IsWithheld(identity))
            return null;
        var asserted = identity.IsAsserted ? message.Address(SipHeader.P_Asserted_Identity)?.DisplayName : null;
        return asserted ?? message.From?.DisplayName ?? identity.Endpoint?.Name;
    }

    /// <summary>True when the flow is to where the endpoint's static contact leads.</summary>
    public static bool IsContactOf(Endpoint endpoint, SipFlow flow) =>
        endpoint.Contact is { } contact && SipUri.TryParse(contact, out var uri)
        && (flow.PeerCertificate is null
            ? NetAddress.TryParse(uri.Host, 0, out var host) && host.SameHost(flow.Remote)
            : flow.IsOpenedHere && uri.Host.Equals(flow.Identity, StringComparison.OrdinalIgnoreCase));
}
