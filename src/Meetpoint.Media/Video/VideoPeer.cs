using Meetpoint.Media.Rooms;

namespace Meetpoint.Media.Video;

/// <summary>The video of one participant, or of one cascade, in a room. On the room's loop only.</summary>
public sealed class VideoPeer
{
    internal VideoPeer(VideoPeerOptions options)
    {
        Options = options;
        Protection = options.Protection;
    }

    /// <summary>What was settled for it.</summary>
    public VideoPeerOptions Options { get; private set; }

    /// <summary>Whatever the owner wants to find again.</summary>
    public object? Owner { get; set; }

    /// <summary>Encryption of all lines that have none of their own.</summary>
    public IMediaProtection? Protection { get; set; }

    /// <summary>Counts up to now.</summary>
    public VideoStatistics Statistics => default;

    /// <summary>Our source in a line, for SDP; 0 when there is no such line.</summary>
    public uint SsrcOf(int outputId) => 0;

    /// <summary>The source of our retransmissions in a line, for SDP; 0 when there is none.</summary>
    public uint RtxSsrcOf(int outputId) => 0;

    /// <summary>Whom a line shows; 0 for nobody.</summary>
    public uint ShownIn(int outputId) => 0;
}
