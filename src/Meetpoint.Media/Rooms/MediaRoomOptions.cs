using Meetpoint.Net;

namespace Meetpoint.Media.Rooms;

/// <summary>Limits and habits of a room.</summary>
public sealed record MediaRoomOptions
{
    /// <summary>Length of a tick and of every packet that is sent.</summary>
    public const int TickMs = 20;

    /// <summary>The same in nanoseconds.</summary>
    public const long TickNs = TickMs * MonotonicTime.Millisecond;

    /// <summary>What a cascade last told of its contributors holds for this long.</summary>
    public const long ContributorsFreshNs = 200 * MonotonicTime.Millisecond;

    /// <summary>The most legs of one room.</summary>
    public int MaxLegs { get; init; } = 500;

    /// <summary>
    /// How many are mixed at once, the loudest first. More would add up the noise of every open microphone; fewer would cut off people
    /// who talk together.
    /// </summary>
    public int MaxTalkers { get; init; } = 5;

    /// <summary>Brings the speech of all talkers to one loudness, slowly and within bounds.</summary>
    public bool HasGainControl { get; init; } = true;

    /// <summary>No packet for this long is reported as silence of the leg.</summary>
    public long SilentAfterNs { get; init; } = 5 * MonotonicTime.Second;

    /// <summary>Packets a second that a leg may send on average; what is beyond is dropped. 10 ms packets make 100.</summary>
    public int MaxPacketsPerSecond { get; init; } = 200;

    /// <summary>Packets that may come at once after a stall.</summary>
    public int MaxBurstPackets { get; init; } = 100;

    /// <summary>Added to monotonic time it gives nanoseconds since 1 January 1970, for the NTP time of sender reports; 0 is allowed.</summary>
    public long UnixTimeOffsetNs { get; init; }
}
