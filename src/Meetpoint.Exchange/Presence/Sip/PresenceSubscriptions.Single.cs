using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

// Subscriptions whose documents are their own: lists, and partial ones.
sealed partial class PresenceSubscriptions
{
    /// <summary>Something of it is new.</summary>
    public void Notify(SingleWatch watch)
    {
        if (watch.Subscription.EndNs != 0 && _throttle.MayPass(watch.Subscription)) // before it is confirmed there is nobody to tell
            Pass(watch.Subscription);
    }

    /// <summary>The asker by the world in force; null when his neighbour is gone.</summary>
    public PresenceAsker? Renew(PresenceAsker asker)
    {
        if (asker.Sender is null)
            return asker;
        return _context.Admission.World.FindNeighbour(asker.Sender.Neighbour.Id) is { } sender ? asker with { Sender = sender } : null;
    }

    void Pass(EventSubscription subscription) =>
        _pacers.Send(subscription.Owner switch { Held held => held.Sender, SingleWatch single => single.Asker.Sender, _ => null }, subscription);

    static bool IsPartial(SipMessage message) => IsPackage(message, "presence") && AcceptedTypes.Parse(message.Texts(SipHeader.Accept)).Contains(PartialPidfWriter.MediaType);

    void TakePartial(IncomingRequest request, PresenceAsker asker, PresenceTarget target, in PresenceAudience audience)
    {
        if (Events.Accept(request) is not { } subscription)
            return;
        var watch = new PartialWatch(_context, this, subscription, asker);
        watch.View = _context.Hub.Watch(target.Address, in audience, watch);
        if (watch.View is null)
        {
            Events.Drop(subscription);
            request.Respond(503, null, (SipHeader.Retry_After.Name(), "60"));
            return;
        }

        Begin(subscription, watch, request);
    }

    /// <summary>Everyone on the list goes through the waist; who may not be seen is told so within the list (RFC 4662 section 5.2).</summary>
    void TakeList(IncomingRequest request, SipCaller caller)
    {
        var message = request.Message;
        if (!RequestedList.TryRead(message, out var list, out var fault))
        {
            _context.Refusals.Malformed(request.Flow, $"list of a SUBSCRIBE: {fault}");
            request.Respond(400, $"Malformed Body: {fault}");
            return;
        }

        var style = PresenceWire.StyleOf(caller);
        var accept = message.Texts(SipHeader.Accept).Where(type => !type.Contains(RlmiList.MediaType, StringComparison.OrdinalIgnoreCase)
            && !type.Contains(MultipartRelated.MediaType, StringComparison.OrdinalIgnoreCase)).ToList();
        if (PresenceWire.Choose(accept, style, isLamp: false) is not { } dialect)
        {
            request.Respond(406, null, (SipHeader.Accept.Name(), PresenceWire.AcceptOf(style)));
            return;
        }

        if (Events.Accept(request) is not { } subscription)
            return;
        var asker = new PresenceAsker(caller.Sender, caller.Provider, caller.Address, SipPath.Of(message), SipPath.SessionOf(message));
        var watch = new ListWatch(_context, this, subscription, asker, list.Uri ?? message.RequestUri!.ToString(), dialect);
        Apply(watch, list);
        Begin(subscription, watch, request, ("Require", "eventlist"));
    }

    static void Apply(ListWatch watch, AdhocList list)
    {
        foreach (var resource in list.Resources)
        {
            if (list.Action == AdhocListAction.Delete)
                watch.Remove(resource);
            else
                watch.Add(resource);
        }
    }

    void Begin(EventSubscription subscription, SingleWatch watch, IncomingRequest request, params IReadOnlyList<(string Name, string Value)> headers)
    {
        subscription.Owner = watch;
        _throttle.Take(subscription, request.Message);
        Events.Confirm(subscription, request, Events.SecondsOf(request.Message), headers);
    }
}
