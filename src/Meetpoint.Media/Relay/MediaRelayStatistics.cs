namespace Meetpoint.Media.Relay;

/// <summary>
/// What was counted with one side of a relay: of what its peer sent, and of what it was sent. Each figure is exact when it was read; the
/// last packets may be in some of them and not yet in others.
/// </summary>
public readonly record struct MediaRelayStatistics
{
    /// <summary>RTP packets taken from the peer.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>Bytes of RTP taken, headers included, encryption not.</summary>
    public long BytesReceived { get; init; }

    /// <summary>RTP packets sent to the peer.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Bytes of RTP sent, headers included, encryption not.</summary>
    public long BytesSent { get; init; }

    /// <summary>RTCP packets, compounds, taken from the peer.</summary>
    public long ControlPacketsReceived { get; init; }

    /// <summary>RTCP packets sent to the peer.</summary>
    public long ControlPacketsSent { get; init; }

    /// <summary>Packets that were lost between the peer and here, by their sequence numbers (RFC 3550 A.3); duplicates lessen it.</summary>
    public long PacketsLost { get; init; }

    /// <summary>Runs of losses: times that one packet or more were missing before one that came.</summary>
    public long LossGaps { get; init; }

    /// <summary>Report blocks of the peer about what it is sent.</summary>
    public long RemoteReports { get; init; }

    /// <summary>Interarrival jitter of what comes from the peer, in milliseconds (RFC 3550 A.8).</summary>
    public double JitterMs { get; init; }

    /// <summary>Packets that the peer last reported as lost of all that it was sent, from the other peer to it.</summary>
    public int RemotePacketsLost { get; init; }

    /// <summary>Share that the peer last reported as lost, 0 to 1.</summary>
    public double RemoteLoss { get; init; }

    /// <summary>Jitter that the peer last reported, in milliseconds.</summary>
    public double RemoteJitterMs { get; init; }

    /// <summary>Round trip between the relay and the peer in milliseconds, by its reports; 0 while not known.</summary>
    public double RoundTripMs { get; init; }

    /// <summary>Monotonic time of the first RTP packet, in nanoseconds; 0 when none came.</summary>
    public long FirstPacketNs { get; init; }

    /// <summary>Monotonic time of the last valid RTP or RTCP packet, in nanoseconds: proof of life; 0 when none came.</summary>
    public long LastPacketNs { get; init; }

    /// <summary>Datagrams dropped because a stranger sent them.</summary>
    public long Strangers { get; init; }

    /// <summary>Datagrams dropped because they are neither RTP nor RTCP, or too long.</summary>
    public long Malformed { get; init; }

    /// <summary>Packets dropped because their tag does not fit, because they came twice, or because no key is known.</summary>
    public long NotAuthentic { get; init; }

    /// <summary>Packets dropped because the peer sends more than it may.</summary>
    public long OverRate { get; init; }

    /// <summary>
    /// Packets of the peer that did not go on: on hold, before the other side's address or keys were known, with a payload type that may not
    /// pass, in place of a key press, or too late.
    /// </summary>
    public long HeldBack { get; init; }
}
