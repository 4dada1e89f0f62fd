using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

// Subscriptions whose documents are their own, and what all have in common with them.
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
        _context.Pacers.Tell(SenderOf(subscription), subscription, _notify);

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

    void Begin(EventSubscription subscription, SingleWatch watch, IncomingRequest request)
    {
        subscription.Owner = watch;
        TakeRates(subscription, NotifyRates.Of(request.Message.Text(SipHeader.Event)));
        Write(subscription, request, Events.SecondsOf(request.Message));
    }

    /// <summary>How often it wants to be notified, and is told that it is.</summary>
    void TakeRates(EventSubscription subscription, NotifyRates rates)
    {
        _throttle.Take(subscription, rates.AtMost);
        _reminder.Take(subscription, rates);
        if (rates.Parameters is { } parameters)
            _rates[subscription] = parameters;
        else
            _rates.Remove(subscription);
    }

    /// <inheritdoc/>
    public string? StateParameters(EventSubscription subscription) => _rates.Count == 0 ? null : _rates.GetValueOrDefault(subscription);

    /// <summary>Tells the whole state again, since nothing was told for as long as it asked for.</summary>
    void Remind(EventSubscription subscription)
    {
        (subscription.Owner as SingleWatch)?.BeginAnew();
        Pass(subscription);
    }

    static PresenceAsker AskerOf(SipMessage message, SipCaller caller) =>
        new(caller.Sender, caller.Provider, caller.Address, SipPath.Of(message), SipPath.SessionOf(message));

    static PresenceAsker? AskerOf(EventSubscription subscription) => subscription.Owner is SingleWatch single ? single.Asker : subscription.Watcher as PresenceAsker;

    static NeighbourEntry? SenderOf(EventSubscription subscription) => AskerOf(subscription)?.Sender;
}
