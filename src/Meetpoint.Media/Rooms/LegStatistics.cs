namespace Meetpoint.Media.Rooms;

/// <summary>What was counted on a leg: the base of usage records and of quality figures.</summary>
public record struct LegStatistics
{
    /// <summary>RTP packets taken.</summary>
    public long PacketsReceived { get; set; }

    /// <summary>Bytes of RTP taken, headers included.</summary>
    public long BytesReceived { get; set; }

    /// <summary>RTP packets sent.</summary>
    public long PacketsSent { get; set; }

    /// <summary>Bytes of RTP sent, headers included.</summary>
    public long BytesSent { get; set; }

    /// <summary>RTCP packets taken.</summary>
    public long ControlPacketsReceived { get; set; }

    /// <summary>Monotonic time of the first RTP packet; 0 when none came.</summary>
    public long FirstPacketNs { get; set; }

    /// <summary>Monotonic time of the last RTP or RTCP packet: proof of life; 0 when none came.</summary>
    public long LastPacketNs { get; set; }

    /// <summary>Packets missing by their sequence numbers.</summary>
    public long PacketsLost { get; set; }

    /// <summary>Packets that came after their time.</summary>
    public long PacketsLate { get; set; }

    /// <summary>Packets that came twice.</summary>
    public long PacketsDuplicate { get; set; }

    /// <summary>Datagrams thrown away: malformed, unknown payload type or source, over the rate, not authentic.</summary>
    public long PacketsRejected { get; set; }

    /// <summary>Interarrival jitter in milliseconds.</summary>
    public double JitterMs { get; set; }

    /// <summary>Delay of the jitter buffer in milliseconds.</summary>
    public double DelayMs { get; set; }

    /// <summary>Audio made up in place of lost packets, in milliseconds.</summary>
    public long ConcealedMs { get; set; }

    /// <summary>Share of our packets that the peer last reported as lost, 0 to 1.</summary>
    public double RemoteLoss { get; set; }

    /// <summary>Round trip by RTCP in milliseconds; 0 when not known.</summary>
    public double RoundTripMs { get; set; }
}
