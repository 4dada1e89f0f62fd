using Meetpoint.Net;

namespace Meetpoint.Media.DataChannels;

/// <summary>Limits and times of an SCTP association. Immutable. Times are nanoseconds.</summary>
public sealed record SctpOptions
{
    /// <summary>The port that SDP tells where it tells none (RFC 8841 section 5.3).</summary>
    public const ushort DefaultPort = 5_000;

    /// <summary>Streams that are used each way, from 0.</summary>
    public const int MaxStreams = 1_024;

    /// <summary>Our port, a=sctp-port.</summary>
    public ushort LocalPort { get; init; } = DefaultPort;

    /// <summary>The peer's.</summary>
    public ushort RemotePort { get; init; } = DefaultPort;

    /// <summary>Bytes of the longest packet, so that a DTLS record around it fits into a datagram of 1,200 bytes.</summary>
    public int MaxPacketBytes { get; init; } = 1_100;

    /// <summary>Bytes of the longest message, either way; a=max-message-size.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes that wait to be sent, or for their acknowledgement, and of what came and is not whole.</summary>
    public int MaxBufferBytes { get; init; } = 256 * 1024;

    /// <summary>Wait for an answer before the round trip is known (RTO.Initial).</summary>
    public long InitialTimeoutNs { get; init; } = 500 * MonotonicTime.Millisecond;

    /// <summary>The least such wait (RTO.Min; RFC 9260 has a second for the whole Internet, browsers have 400 ms).</summary>
    public long MinTimeoutNs { get; init; } = 400 * MonotonicTime.Millisecond;

    /// <summary>It doubles up to this (RTO.Max).</summary>
    public long MaxTimeoutNs { get; init; } = 10 * MonotonicTime.Second;

    /// <summary>How often the same is sent without an answer before the association is down.</summary>
    public int MaxRetransmissions { get; init; } = 8;
}
