using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>What of SIP is for presence: SUBSCRIBE and PUBLISH of its event packages. On the loop only.</summary>
sealed class PresenceFront(PresenceSubscriptions subscriptions, Publications publications, WatcherInformation winfo) : ICallService
{
    /// <summary>Packages that are taken.</summary>
    public const string Packages = "presence, presence.winfo, dialog";

    /// <inheritdoc/>
    public bool TryTake(IncomingCall call, SipCaller caller) => false;

    /// <inheritdoc/>
    public bool TryTakeNni(IncomingCall call, NeighbourEntry exchange) => false;

    /// <inheritdoc/>
    public bool TryTake(IncomingRequest request, SipCaller caller)
    {
        var message = request.Message;
        if (request.Call is not null || message.Method is not (SipMethod.Subscribe or SipMethod.Publish))
            return false;
        if (message.Method == SipMethod.Subscribe && PresenceSubscriptions.IsPackage(message, WatcherInformation.Package))
        {
            winfo.Take(request, caller);
            return true;
        }

        if (!PresenceSubscriptions.IsPackage(message, "presence") && !PresenceSubscriptions.IsPackage(message, "dialog"))
            return false;
        if (message.Method == SipMethod.Publish)
            publications.Take(request, caller);
        else
            subscriptions.Take(request, caller);
        return true;
    }

    /// <inheritdoc/>
    public bool Serves(string user, string host) => false;
}
