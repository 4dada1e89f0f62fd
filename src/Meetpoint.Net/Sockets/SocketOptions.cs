namespace Meetpoint.Net;

/// <summary>How the sockets of a <see cref="SocketNetwork"/> are opened, and what bounds them.</summary>
public sealed record SocketOptions
{
    /// <summary>Kernel receive buffer in bytes; 0 keeps the system's. The kernel caps it at net.core.rmem_max.</summary>
    public int ReceiveBufferBytes { get; init; } = 4 << 20;

    /// <summary>Kernel send buffer in bytes; 0 keeps the system's.</summary>
    public int SendBufferBytes { get; init; } = 1 << 20;

    /// <summary>SO_REUSEPORT: several sockets, of several loops, share the address and the kernel spreads the peers over them.</summary>
    public bool ReusePort { get; init; }

    /// <summary>True: an IPv6 socket bound to [::] serves IPv4 too. False: IPv6 alone.</summary>
    public bool DualStack { get; init; }

    /// <summary>Streams that one listener may have open; more are closed as they come.</summary>
    public int MaxAcceptedStreams { get; init; } = 4096;

    /// <summary>TLS handshakes that one listener may have under way; more are closed as they come.</summary>
    public int MaxConcurrentHandshakes { get; init; } = 64;

    /// <summary>Bytes that may wait to be sent on a stream; Send gives false beyond.</summary>
    public int MaxStreamQueueBytes { get; init; } = 1 << 20;

    /// <summary>How long a connection may take to open, in milliseconds.</summary>
    public int ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>How long a TLS handshake may take, in milliseconds.</summary>
    public int HandshakeTimeoutMs { get; init; } = 10_000;

    /// <summary>How long a closing stream may take to send what is queued and to hear the other end, in milliseconds.</summary>
    public int CloseTimeoutMs { get; init; } = 5_000;

    /// <summary>How long sent bytes may stay unacknowledged, or a silent peer unreachable, before a stream is given up, in milliseconds.</summary>
    public int PeerTimeoutMs { get; init; } = 30_000;
}
