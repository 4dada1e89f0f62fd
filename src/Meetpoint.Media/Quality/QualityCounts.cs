using Meetpoint.Media.Relay;
using Meetpoint.Media.Rooms;

namespace Meetpoint.Media.Quality;

/// <summary>What has been counted of the audio of a leg so far, from which its quality is worked out: of a leg in a room, or of a side of a relay.</summary>
public readonly record struct QualityCounts
{
    /// <summary>Packets that came.</summary>
    public long Received { get; init; }

    /// <summary>Packets that did not, by their sequence numbers.</summary>
    public long Lost { get; init; }

    /// <summary>Packets that came after their time, and were not heard.</summary>
    public long Late { get; init; }

    /// <summary>Runs of losses: times that one packet or more were missing before one that came.</summary>
    public long Gaps { get; init; }

    /// <summary>Interarrival jitter of what comes, in milliseconds (RFC 3550 section 6.4.1).</summary>
    public double JitterMs { get; init; }

    /// <summary>Delay of the buffer that takes the jitter out, in milliseconds; of a relay, which has none, what the next one is expected to have.</summary>
    public double BufferMs { get; init; }

    /// <summary>Audio made up in place of what did not come, in milliseconds.</summary>
    public long ConcealedMs { get; init; }

    /// <summary>Report blocks of the peer about what it is sent; with none nothing is known of that direction.</summary>
    public long RemoteReports { get; init; }

    /// <summary>Packets that it was to get by then, counted from any number.</summary>
    public long RemoteExpected { get; init; }

    /// <summary>Packets of them that it lost.</summary>
    public long RemoteLost { get; init; }

    /// <summary>Share that it lost by its last report, 0 to 1.</summary>
    public double RemoteLoss { get; init; }

    /// <summary>Jitter by its last report, in milliseconds.</summary>
    public double RemoteJitterMs { get; init; }

    /// <summary>Round trip by RTCP, in milliseconds; 0 while not known.</summary>
    public double RoundTripMs { get; init; }

    /// <summary>What comes; null while nothing is known of its codec, which then has no score.</summary>
    public EquipmentImpairment? Incoming { get; init; }

    /// <summary>What is sent.</summary>
    public EquipmentImpairment? Outgoing { get; init; }

    /// <summary>Of a leg in a room.</summary>
    public static QualityCounts Of(in LegStatistics leg) => new()
    {
        Received = leg.PacketsReceived,
        Lost = leg.PacketsLost,
        Late = leg.PacketsLate,
        Gaps = leg.LossGaps,
        JitterMs = leg.JitterMs,
        BufferMs = leg.DelayMs,
        ConcealedMs = leg.ConcealedMs,
        RemoteReports = leg.RemoteReports,
        RemoteExpected = leg.RemoteExpected,
        RemoteLost = leg.RemoteLost,
        RemoteLoss = leg.RemoteLoss,
        RemoteJitterMs = leg.RemoteJitterMs,
        RoundTripMs = leg.RoundTripMs,
        Incoming = leg.Incoming is { } incoming ? EquipmentImpairment.Of(incoming) : null,
        Outgoing = leg.Outgoing is { } outgoing ? EquipmentImpairment.Of(outgoing) : null,
    };

    /// <summary>
    /// Of a side of a relay. Its peer reports what it lost since the other peer sent it; what was lost before it came here is the other side's, and taken off.
    /// </summary>
    /// <param name="side">What was counted with its peer.</param>
    /// <param name="other">What was counted with the other side.</param>
    /// <param name="codec">What both speak; null when not known.</param>
    public static QualityCounts Of(in MediaRelayStatistics side, in MediaRelayStatistics other, EquipmentImpairment? codec) => new()
    {
        Received = side.PacketsReceived,
        Lost = side.PacketsLost,
        Gaps = side.LossGaps,
        JitterMs = side.JitterMs,
        BufferMs = ExpectedBufferMs(side.JitterMs),
        RemoteReports = side.RemoteReports,
        RemoteExpected = side.PacketsSent,
        RemoteLost = side.RemotePacketsLost - other.PacketsLost,
        RemoteLoss = side.RemoteLoss,
        RemoteJitterMs = side.RemoteJitterMs,
        RoundTripMs = side.RoundTripMs,
        Incoming = codec,
        Outgoing = codec,
    };

    /// <summary>The delay that a receiver's buffer is taken to have, where it does not tell: twice the jitter, and a packet at least.</summary>
    public static double ExpectedBufferMs(double jitterMs) => Math.Max(20, 2 * jitterMs);
}
