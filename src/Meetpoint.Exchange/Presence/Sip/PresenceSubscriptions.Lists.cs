using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

// Subscriptions to many at once.
sealed partial class PresenceSubscriptions
{
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

        if (ListDialect(request, PresenceWire.StyleOf(caller), isLamp: false) is not { } dialect || Events.Accept(request) is not { } subscription)
            return;
        var watch = new ListWatch(_context, this, subscription, AskerOf(message, caller), list.Uri ?? message.RequestUri!.ToString(), dialect);
        Apply(watch, list);
        Begin(subscription, watch, request);
    }

    /// <summary>A list with an address, for one who says that he understands lists: 421 for others (RFC 4662 section 4.1).</summary>
    void TakeStoredList(IncomingRequest request, SipCaller caller, PresenceAsker asker, PresenceList list)
    {
        var message = request.Message;
        if (!PresenceAdmission.MayWatch(asker, list))
        {
            _context.Hub.Decisions?.AddRare(list.Address, DecisionKind.Refused, asker.Address, KebabEnum<RefusalReason>.Word(RefusalReason.NotOnWhiteList));
            _context.Refusals.Reject(request, _context.Admission.Refuse(RefusalReason.NotOnWhiteList, asker.Correlation) with
            {
                Sender = asker.Sender, Origin = asker.Provider, Target = _context.Admission.World.FindProvider(list.Provider),
            });
            return;
        }

        if (!message.Lists(SipHeader.Supported, "eventlist"u8) && !message.Lists(SipHeader.Require, "eventlist"u8))
        {
            request.Respond(421, null, (SipHeader.Require.Name(), "eventlist"));
            return;
        }

        if (ListDialect(request, PresenceWire.StyleOf(caller), IsPackage(message, "dialog")) is not { } dialect || Events.Accept(request) is not { } subscription)
            return;
        var watch = new ListWatch(_context, this, subscription, asker, PresenceDirectory.UriOf(list.Address), dialect) { Address = list.Address };
        _ = watch.Follow();
        _context.Hub.Decisions?.AddRare(list.Address, DecisionKind.Watched, asker.Address, null);
        Begin(subscription, watch, request);
    }

    /// <summary>Goes on with one of before the restart, as the list is now. It is told of the first change, with the whole: until then nobody has been heard.</summary>
    void RestoreList(EventSubscription subscription, SubscriptionRows.Row row, PresenceAsker asker, IPresenceDialect dialect)
    {
        var watch = new ListWatch(_context, this, subscription, asker, PresenceDirectory.UriOf(row.Presentity), dialect)
        {
            Address = row.Presentity, FirstVersion = (uint)row.LocalCseq + EventServer.CSeqEpoch,
        };
        subscription.Owner = watch;
        if ((row.Neighbour is not null && asker.Sender is null ? "rejected" : watch.Follow()) is not { } reason)
            return;
        watch.Leave();
        subscription.Owner = null;
        Events.End(subscription, reason);
    }

    /// <summary>The dialect of a list's documents; null where none is accepted, and 406 is answered.</summary>
    static IPresenceDialect? ListDialect(IncomingRequest request, DialectStyle style, bool isLamp)
    {
        var accept = request.Message.Texts(SipHeader.Accept).Where(type => !type.Contains(RlmiList.MediaType, StringComparison.OrdinalIgnoreCase)
            && !type.Contains(MultipartRelated.MediaType, StringComparison.OrdinalIgnoreCase)).ToList();
        var dialect = PresenceWire.Choose(accept, style, isLamp);
        if (dialect is null)
            request.Respond(406, null, (SipHeader.Accept.Name(), PresenceWire.AcceptOf(style, isLamp)));
        return dialect;
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
}
