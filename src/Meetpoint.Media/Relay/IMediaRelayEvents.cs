using Meetpoint.Media.Dtls;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>Hears a relay, in order, on the loop of the caller's choice.</summary>
public interface IMediaRelayEvents
{
    /// <summary>A side that takes digits pressed a key, which has been let go: to be told by SIP INFO.</summary>
    /// <param name="relay">The relay.</param>
    /// <param name="side">Who pressed it.</param>
    /// <param name="digit">0-9, *, #, A-D.</param>
    /// <param name="durationMs">For how long, in milliseconds.</param>
    void OnDigit(MediaRelay relay, RelaySide side, char digit, int durationMs);

    /// <summary>The port of a side could not be opened, another program has it: the relay carries nothing.</summary>
    void OnPortFailed(MediaRelay relay, RelaySide side);

    /// <summary>
    /// A DTLS handshake with a side came to nothing, and nothing passes there: it may be said for each certificate that is not the peer's (RFC 8122
    /// section 6.2), and once when no other handshake is tried.
    /// </summary>
    void OnKeysFailed(MediaRelay relay, RelaySide side, DtlsFailure failure)
    {
    }
}

/// <summary>Hears, in the place of the relay's own DTLS, what comes to its ports and is neither RTP nor RTCP: STUN (first byte 0 to 3) and DTLS (20 to 63), RFC 7983.</summary>
public interface IRelayDatagramHandler
{
    /// <summary>A datagram came; on the media loop, lent for the call only. Answer with <see cref="MediaRelay.SendRaw"/>.</summary>
    void OnDatagram(MediaRelay relay, RelaySide side, Span<byte> datagram, in NetAddress from, long nowNs);
}
