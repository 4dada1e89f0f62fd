using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Requests within transparent calls. Nothing is kept of those: the Route that comes back says which call it is and between whom, and a Route from
/// anyone else, or of another dialog, carries nothing.
/// </summary>
sealed class TransparentDialogs(CallContext context)
{
    readonly Dictionary<string, RelayTarget> _fromListener = new(StringComparer.Ordinal);

    /// <summary>Route values at the top that are ours.</summary>
    public int OwnRoutes(SipMessage message)
    {
        if (!message.Has(SipHeader.Route))
            return 0;
        var count = 0;
        foreach (var value in message.Values(SipHeader.Route))
        {
            if (!NameAddrView.TryParse(value, out var route) || SipUriView.Parse(route.Uri, out var uri) != SipUriError.None || !context.Own.Contains(in uri))
                break;
            count++;
        }

        return count;
    }

    /// <summary>Takes a request within a dialog when its Route is ours.</summary>
    public bool TryTake(RelayRequest request)
    {
        if (request.OwnRoutes == 0)
            return false;
        var message = request.Message;
        if (!TryOpen(message, request.Flow, out var token, out var isFromCaller))
            context.Refusals.Reject(request, context.Admission.Refuse(Interconnect.RefusalReason.OriginNotAllowed, SipPath.SessionOf(message)));
        else if (message.MaxForwards == 0)
            request.Respond(483);
        else if (new TransparentRequest(context, in token, isFromCaller) is var within && within.IsAdmitted(request))
            request.Forward(within, [WayTo(isFromCaller ? token.Callee : token.Caller, message, request.OwnRoutes)]);
        return true;
    }

    /// <summary>Sends the ACK of a 2xx on.</summary>
    public bool TryTakeAck(SipMessage ack, SipFlow flow)
    {
        var own = OwnRoutes(ack);
        if (own == 0)
            return false;
        if (!TryOpen(ack, flow, out var token, out var isFromCaller))
            return true;
        var way = WayTo(isFromCaller ? token.Callee : token.Caller, ack, own);
        if (isFromCaller && (token.Terms & RouteTerms.Withheld) != 0)
            context.Relay.ForwardAck(ack, way, own, edits: static (edits, _) => IdentityEdits.AnonymiseFrom(edits));
        else
            context.Relay.ForwardAck(ack, way, own);
        return true;
    }

    /// <summary>
    /// As the request is routed, from the listener that the last Route of ours names (RFC 5658 section 5.1); but to a registered endpoint over its flow, since its contact may be one of a network of its own (RFC 5626).
    /// </summary>
    RelayTarget WayTo(uint party, SipMessage message, int ownRoutes)
    {
        if (context.Endpoints.Find(party) is not { Contact: null } endpoint || HasFurther(message, ownRoutes)
            || context.Registrations.WayTo(endpoint.Sip, message.RequestUriBytes) is not { } registered)
            return From(message, ownRoutes);
        return new RelayTarget { Route = registered.Route };
    }

    RelayTarget From(SipMessage message, int ownRoutes)
    {
        foreach (var value in message.Values(SipHeader.Route))
        {
            if (--ownRoutes > 0)
                continue;
            if (!NameAddrView.TryParse(value, out var route) || SipUriView.Parse(route.Uri, out var uri) != SipUriError.None || context.Own.ListenerOf(in uri) is not { } name)
                break;
            if (!_fromListener.TryGetValue(name, out var way))
                _fromListener[name] = way = new RelayTarget { ListenerName = name };
            return way;
        }

        return RelayTarget.AsRouted;
    }

    static bool HasFurther(SipMessage message, int ownRoutes)
    {
        foreach (var _ in message.Values(SipHeader.Route))
        {
            if (ownRoutes-- == 0)
                return true;
        }

        return false;
    }

    /// <summary>Opens the token, and holds who sent it against the side that it may come from.</summary>
    bool TryOpen(SipMessage message, SipFlow flow, out RouteToken token, out bool isFromCaller)
    {
        token = default;
        isFromCaller = false;
        var first = message.FirstListValue(SipHeader.Route);
        if (!NameAddrView.TryParse(first, out var route) || SipUriView.Parse(route.Uri, out var uri) != SipUriError.None
            || !context.Routes.TryOpen(uri.User, message, out token, out isFromCaller))
            return false;
        return IsParty(flow, isFromCaller ? token.Caller : token.Callee);
    }

    bool IsParty(SipFlow flow, uint number)
    {
        var sender = context.Border.Of(flow);
        if (sender.Neighbour is { } neighbour)
            return new CallParty(neighbour, null).Number == number;
        if (sender.Proved is { } proved && new CallParty(null, proved).Number == number)
            return true;
        return context.Endpoints.Find(number) is { } endpoint && (SipFront.IsContactOf(endpoint, flow) || context.Registrations.IsReachedBy(endpoint.Sip, flow));
    }
}
