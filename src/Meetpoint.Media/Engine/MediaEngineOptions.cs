using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Where media is bound, and its limits.</summary>
public sealed record MediaEngineOptions
{
    /// <summary>The address that legs bind to; its port is not used.</summary>
    public required NetAddress BindAddress { get; init; }

    /// <summary>The address that is told to peers; not set: the bind address.</summary>
    public NetAddress AdvertisedAddress { get; init; }

    /// <summary>First port of the range; RTP takes even ports, RTCP the odd one above (RFC 3550 11).</summary>
    public int MinPort { get; init; } = 20000;

    /// <summary>Last port of the range, inclusive.</summary>
    public int MaxPort { get; init; } = 29999;

    /// <summary>Pairs of ports that each loop keeps open ahead, so that a port that is told to a peer is surely ours.</summary>
    public int ReservedPairs { get; init; } = 8;

    /// <summary>Limits of every room.</summary>
    public MediaRoomOptions Room { get; init; } = new();

    /// <summary>Limits of every room's pictures.</summary>
    public VideoRoomOptions Video { get; init; } = new();

    /// <summary>Of SSRCs and first sequence numbers.</summary>
    public Randomness Randomness { get; init; } = Randomness.Secure;
}
