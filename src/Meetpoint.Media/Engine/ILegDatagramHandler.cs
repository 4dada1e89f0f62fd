using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Hears what comes to a leg's port and is neither RTP nor RTCP: STUN (first byte 0 to 3) and DTLS (20 to 63), RFC 7983.</summary>
public interface ILegDatagramHandler
{
    /// <summary>A datagram came; on the media loop, lent for the call only. Answer with <see cref="MediaLegHandle.SendRaw"/>.</summary>
    void OnDatagram(MediaLegHandle leg, Span<byte> datagram, in NetAddress from, long nowNs);
}
