using Meetpoint.Media.Codecs;

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

    /// <summary>Runs of losses among the packets that came: of one or more that were missing.</summary>
    public long LossGaps { get; set; }

    /// <summary>Report blocks about what we send.</summary>
    public long RemoteReports { get; set; }

    /// <summary>Packets of ours that the peer was to get by its last report, counted from the first of them.</summary>
    public long RemoteExpected { get; set; }

    /// <summary>Packets of them that it lost in all, by its last report.</summary>
    public long RemoteLost { get; set; }

    /// <summary>Interarrival jitter of what we send, by its last report, in milliseconds.</summary>
    public double RemoteJitterMs { get; set; }

    /// <summary>What the peer sends; null before its first packet.</summary>
    public AudioCodec? Incoming { get; set; }

    /// <summary>What it is sent.</summary>
    public AudioCodec? Outgoing { get; set; }

    /// <summary>Round trip by RTCP in milliseconds; 0 when not known.</summary>
    public double RoundTripMs { get; set; }
}
