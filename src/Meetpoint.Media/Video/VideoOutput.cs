using Meetpoint.Media.Rooms;

namespace Meetpoint.Media.Video;

/// <summary>A line that the peer is sent: its source never changes, what is shown in it does.</summary>
public sealed record VideoOutput
{
    /// <summary>Number of the output, unique among the outputs of its peer, at least 0. The lowest camera line shows who has the floor.</summary>
    public required int Id { get; init; }

    /// <summary>Identification of its m-line in a bundle (RFC 8843), at most 16 bytes; null when there is none.</summary>
    public string? Mid { get; init; }

    /// <summary>What is shown in it.</summary>
    public VideoKind Kind { get; init; }

    /// <summary>What the peer can decode, at most <see cref="VideoInput.MaxFormats"/>.</summary>
    public required IReadOnlyList<VideoFormat> Formats { get; init; }

    /// <summary>Our source; 0 draws one.</summary>
    public uint Ssrc { get; init; }

    /// <summary>The source of our retransmissions; 0 draws one where they were negotiated.</summary>
    public uint RtxSsrc { get; init; }

    /// <summary>Of a camera line, on which of the receiver's screens it is shown. Several screens are a wall: who speaks is shown with all his cameras in place.</summary>
    public CameraPlace Place { get; init; }

    /// <summary>Names in each packet whom it shows, as the contributing source, and one of several cameras by a second: a line of a cascade.</summary>
    public bool NamesSource { get; init; }

    /// <summary>Lines of the picture that the peer wants at most, until <see cref="VideoRoom.SetView"/> says otherwise.</summary>
    public int MaxHeight { get; init; } = 720;

    /// <summary>Encryption where the line has a transport of its own; null for the peer's.</summary>
    public IMediaProtection? Protection { get; init; }
}
