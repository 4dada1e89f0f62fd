using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>What became of a message at this end of the wire.</summary>
public enum SipTapEvent : byte
{
    /// <summary>It came in, and goes on to its transaction.</summary>
    Received,

    /// <summary>It came in and is not valid: the error says why. It may still be answered.</summary>
    Invalid,

    /// <summary>It came in and the gate dropped it, valid or not.</summary>
    Dropped,

    /// <summary>It was handed to the socket or to the open connection.</summary>
    Sent,

    /// <summary>It did not leave: the connection was closed, could not be opened, or had too much waiting.</summary>
    Unsent,
}

/// <summary>
/// Sees every message of the transports as it stands on the wire, retransmissions too. CRLF keep-alives are no messages. What waits for a
/// connection to open is told of when it leaves.
/// </summary>
/// <remarks>Called on the loop, once a message: an implementation neither waits nor allocates, and sends nothing.</remarks>
public interface ISipTap
{
    /// <summary>One message.</summary>
    /// <param name="flow">The way it takes. <see cref="SipFlow.Local"/> is not set on a connection that never opened.</param>
    /// <param name="what">Its direction, and what became of it.</param>
    /// <param name="remote">The other end; over UDP a response may go to another port than its request came from.</param>
    /// <param name="bytes">Lent for the call.</param>
    /// <param name="error">Why it is not valid; none for what we send.</param>
    /// <param name="nowNs">Monotonic nanoseconds, the loop's.</param>
    void OnMessage(SipFlow flow, SipTapEvent what, in NetAddress remote, ReadOnlySpan<byte> bytes, SipParseError error, long nowNs);
}
