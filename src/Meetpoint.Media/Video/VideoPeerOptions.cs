using Meetpoint.Media.Rooms;

namespace Meetpoint.Media.Video;

/// <summary>What SDP settled for the video of a peer.</summary>
public sealed record VideoPeerOptions
{
    /// <summary>The participant's id, global to the meeting, never 0. For a cascade the id of the link.</summary>
    public required uint ParticipantId { get; init; }

    /// <summary>The other half of the meeting is behind it: what came from it never goes back to it.</summary>
    public bool IsCascade { get; init; }

    /// <summary>What it sends.</summary>
    public IReadOnlyList<VideoInput> Inputs { get; init; } = [];

    /// <summary>What it is sent.</summary>
    public IReadOnlyList<VideoOutput> Outputs { get; init; } = [];

    /// <summary>
    /// Each line has a transport of its own, and so its own RTCP; false when all share one (BUNDLE). Then RTCP is sent with line id
    /// <see cref="VideoRoom.AllLines"/>.
    /// </summary>
    public bool HasSeparateLines { get; init; }

    /// <summary>Negotiated id of the extension with the m-line (RFC 8843 section 15), 1 to 14; 0 for none.</summary>
    public int MidExtensionId { get; init; }

    /// <summary>Negotiated id of the extension with the simulcast layer (RFC 8852), 1 to 14; 0 for none.</summary>
    public int RidExtensionId { get; init; }

    /// <summary>Negotiated id of the extension with the layer that a retransmission belongs to (RFC 8852), 1 to 14; 0 for none.</summary>
    public int RepairedRidExtensionId { get; init; }

    /// <summary>Negotiated id of the extension with the transport-wide sequence number, 1 to 14; 0 for none.</summary>
    public int TransportSequenceExtensionId { get; init; }

    /// <summary>Generic NACK was negotiated (RFC 4585 section 6.2.1).</summary>
    public bool HasNack { get; init; }

    /// <summary>Picture loss indication was negotiated (RFC 4585 section 6.3.1).</summary>
    public bool HasPli { get; init; }

    /// <summary>Full intra request was negotiated (RFC 5104 section 4.3.1).</summary>
    public bool HasFir { get; init; }

    /// <summary>Transport-wide feedback was negotiated.</summary>
    public bool HasTransportFeedback { get; init; }

    /// <summary>The receiver tells its estimate (goog-remb).</summary>
    public bool HasRemb { get; init; }

    /// <summary>What all its lines together are sent at most, in bits a second, as it says itself (b=AS or TIAS); the first is never without its lowest layer.</summary>
    public long MaxBitsPerSecond { get; init; } = long.MaxValue;

    /// <summary>Encryption of all lines that have none of their own; null for plain RTP.</summary>
    public IMediaProtection? Protection { get; init; }

    /// <summary>Nothing is sent or taken on a line without encryption: keys are still being agreed (DTLS-SRTP).</summary>
    public bool RequiresProtection { get; init; }

    /// <summary>Canonical name in RTCP: that of the peer's audio, so that lips move with the sound; null makes one that tells nothing (RFC 7022).</summary>
    public string? CanonicalName { get; init; }
}
