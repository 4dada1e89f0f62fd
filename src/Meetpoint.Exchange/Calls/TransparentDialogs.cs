using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Requests within transparent calls. Nothing is kept of those: the Route that comes back says which call it is and between whom, and a Route from
/// anyone else, or of another dialog, carries nothing.
/// </summary>
sealed class TransparentDialogs(CallContext context)
{
    /// <summary>Route values at the top that are ours.</summary>
    public int OwnRoutes(SipMessage message)
    {
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
        if (!TryOpen(message, request.Flow, out var token, out _))
        {
            context.Refusals.Reject(request.AsIncoming(), RefusalReason.OriginNotAllowed);
            return true;
        }

        if (message.MaxForwards == 0)
            request.Respond(483);
        else
            request.Forward(new TransparentRequest(context, token.Call), [RelayTarget.AsRouted]);
        return true;
    }

    /// <summary>Sends the ACK of a 2xx on.</summary>
    public bool TryTakeAck(SipMessage ack, SipFlow flow)
    {
        var own = OwnRoutes(ack);
        if (own == 0)
            return false;
        if (TryOpen(ack, flow, out _, out _))
            context.Relay.ForwardAck(ack, RelayTarget.AsRouted, own);
        return true;
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
        return sender.World.Document.Endpoints.Any(endpoint =>
            new CallParty(null, endpoint).Number == number && Signalling.SipFront.IsContactOf(endpoint, flow));
    }
}
