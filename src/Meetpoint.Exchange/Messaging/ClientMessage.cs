using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using NodaTime;

namespace Meetpoint.Exchange.Messaging;

/// <summary>What clients of the API send, by whichever way.</summary>
static class ClientMessage
{
    /// <summary>Somebody in whose name a client speaks and listens: a user or an endpoint that this exchange serves.</summary>
    /// <param name="caller">The client.</param>
    /// <param name="address">user@domain.</param>
    /// <param name="world">In force.</param>
    /// <param name="isKnown">True for a customer of ours, whoever asks.</param>
    /// <returns>Null where that is nobody, or not the caller's to speak for.</returns>
    public static SipCaller? Sender(ApiCaller caller, string address, World world, out bool isKnown)
    {
        isKnown = world.Find(address) is { } found && found.Provider.Exchange == world.Exchange && (found.User is not null || found.Endpoint is not null);
        if (!isKnown || world.Find(address) is not { } own || !caller.MayActFor(own.Provider.Id))
            return null;
        return new SipCaller(null, own.Provider, MessageAddress.Of("sip:" + address), own.User?.Name ?? own.Endpoint?.Name, null, world.FindProfile(EquipmentProfile.GenericId)!);
    }

    /// <summary>A message of theirs.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="key">What the client knows it by.</param>
    /// <param name="sender">In whose name.</param>
    /// <param name="to">user@domain or "+" and digits.</param>
    /// <param name="now">Wall time.</param>
    public static TextMessage Of(string id, string key, SipCaller sender, string to, Instant now) => new()
    {
        Id = id, Key = key, From = sender.Address, FromName = sender.Name, To = to.StartsWith('+') ? "tel:" + to : "sip:" + to, Sent = now,
    };
}
