using Meetpoint.Media.Rooms;

namespace Meetpoint.Media.Video;

/// <summary>A stream that the peer sends, as SDP settled it.</summary>
public sealed record VideoInput
{
    /// <summary>The most formats of one input or output.</summary>
    public const int MaxFormats = 16;

    /// <summary>The most simulcast layers of one input.</summary>
    public const int MaxLayers = 3;

    /// <summary>
    /// Number of the input, unique among the inputs of its peer, at least 0. Where lines have transports of their own, input and output of
    /// one m-line have the same.
    /// </summary>
    public required int Id { get; init; }

    /// <summary>Identification of its m-line in a bundle (RFC 8843); null when there is none.</summary>
    public string? Mid { get; init; }

    /// <summary>What is to be seen.</summary>
    public VideoKind Kind { get; init; }

    /// <summary>What the peer may send, at most <see cref="MaxFormats"/>.</summary>
    public required IReadOnlyList<VideoFormat> Formats { get; init; }

    /// <summary>Identifiers of the simulcast layers (RFC 8853), lowest first, at most <see cref="MaxLayers"/>; empty for a single stream.</summary>
    public IReadOnlyList<string> Rids { get; init; } = [];

    /// <summary>The peer's source when SDP names it (RFC 5576); 0 when it shows in the packets.</summary>
    public uint Ssrc { get; init; }

    /// <summary>The source of its retransmissions when SDP names it; 0 when it shows in the packets.</summary>
    public uint RtxSsrc { get; init; }

    /// <summary>Of a camera, which of those of the participant it is.</summary>
    public CameraPlace Place { get; init; }

    /// <summary>Whom it shows stands in each packet as the contributing source, and the place of the camera as a second one: a line of a cascade.</summary>
    public bool NamesSource { get; init; }

    /// <summary>Encryption where the line has a transport of its own; null for the peer's.</summary>
    public IMediaProtection? Protection { get; init; }
}
