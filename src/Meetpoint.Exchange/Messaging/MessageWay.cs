using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Messaging;

/// <summary>One way to a receiver.</summary>
/// <param name="Edge">Speaks the way's protocol.</param>
/// <param name="Neighbour">The next system; null for clients of the receiver's own.</param>
/// <param name="Targets">Clients or systems in SIP that are all asked at once; empty elsewhere.</param>
/// <param name="Receiver">URI of the receiver in its canonical form.</param>
/// <param name="Trust">Whether the far side may know who a withheld sender is.</param>
sealed record MessageWay(IMessageEdge Edge, NeighbourEntry? Neighbour, IReadOnlyList<RelayTarget> Targets, string Receiver, IdentityTrust Trust);

/// <summary>Takes messages out by one protocol. On the loop only.</summary>
interface IMessageEdge
{
    /// <summary>Sends a message that the waist has let through.</summary>
    /// <param name="message">What.</param>
    /// <param name="way">Where to.</param>
    /// <param name="done">Told once what became of it, on the loop, maybe within this call.</param>
    void Send(TextMessage message, MessageWay way, Action<MessageOutcome> done);
}
