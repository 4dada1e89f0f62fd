using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;

namespace Meetpoint.Media.Video;

/// <summary>Limits and habits of a video room.</summary>
public sealed record VideoRoomOptions
{
    /// <summary>The most inputs, and the most outputs, of one peer: left, centre and right with content, or a page of a grid.</summary>
    public const int MaxLinesPerPeer = 32;

    /// <summary>
    /// Bytes of the longest packet that is taken or made: that of an Ethernet frame. What is longer came in fragments and would leave in fragments.
    /// </summary>
    public const int MaxPacketBytes = 1500;

    /// <summary>The most peers of one room.</summary>
    public int MaxPeers { get; init; } = 500;

    /// <summary>
    /// Packets a second that a peer may send on average; what is beyond is dropped. Three layers of a camera and a screen, some 8 Mbit/s, are
    /// 1,000; a cascade has as many for each of its lines.
    /// </summary>
    public int MaxPacketsPerSecond { get; init; } = 4_000;

    /// <summary>Packets that may come at once: keyframes of a screen come in bursts of hundreds.</summary>
    public int MaxBurstPackets { get; init; } = 4_000;

    /// <summary>Bytes that are kept of one incoming stream, for receivers that lost some: a second of 4 Mbit/s. It begins with an eighth of it.</summary>
    public int MaxRingBytes { get; init; } = 512 * 1024;

    /// <summary>Between which rates the way to a peer is estimated.</summary>
    public BandwidthOptions Bandwidth { get; init; } = new();

    /// <summary>No packet of a camera for this long, and it is off.</summary>
    public long CameraSilentNs { get; init; } = 3 * MonotonicTime.Second;

    /// <summary>The same of content: a still screen is sent seldom.</summary>
    public long ContentSilentNs { get; init; } = 10 * MonotonicTime.Second;

    /// <summary>Added to monotonic time it gives nanoseconds since 1 January 1970, for the NTP time of sender reports; that of the audio room.</summary>
    public long UnixTimeOffsetNs { get; init; }
}
