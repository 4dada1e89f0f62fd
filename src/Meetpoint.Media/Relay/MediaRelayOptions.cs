using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>How a relay is opened. Immutable.</summary>
public sealed record MediaRelayOptions
{
    /// <summary>The RTP port, even, that side A is to have, so that a call goes on after a restart; 0 takes any.</summary>
    public int PortA { get; init; }

    /// <summary>The same for side B.</summary>
    public int PortB { get; init; }

    /// <summary>Packets a second that a peer may send on average, RTP and RTCP; what is beyond is dropped and counted.</summary>
    public int MaxPacketsPerSecond { get; init; } = 2000;

    /// <summary>Packets of a peer that may come at once after a stall.</summary>
    public int MaxBurstPackets { get; init; } = 500;

    /// <summary>Hears the relay; null when nobody does.</summary>
    public IMediaRelayEvents? Events { get; init; }

    /// <summary>The loop on which <see cref="Events"/> is called; needed with it.</summary>
    public IEventLoop? EventLoop { get; init; }

    /// <summary>Hears STUN and DTLS on the relay's ports; null drops STUN, and leaves DTLS to <see cref="MediaRelaySettings.Handshake"/>.</summary>
    public IRelayDatagramHandler? DatagramHandler { get; init; }
}
