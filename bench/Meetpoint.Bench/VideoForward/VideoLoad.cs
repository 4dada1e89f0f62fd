namespace Meetpoint.Bench.VideoForward;

/// <summary>What both sides are given: one camera of VP8 at some 2.6 Mbit/s, and those who see it.</summary>
static class VideoLoad
{
    /// <summary>Receivers, each with a port and a key of its own.</summary>
    public const int Screens = 20;

    /// <summary>Pictures a second.</summary>
    public const int PicturesPerSecond = 30;

    /// <summary>Packets of a picture, sent one behind the other.</summary>
    public const int PacketsPerPicture = 10;

    /// <summary>Packets of a keyframe.</summary>
    public const int PacketsPerKeyframe = 40;

    /// <summary>Pictures from one keyframe to the next.</summary>
    public const int KeyframeEvery = 2 * PicturesPerSecond;

    /// <summary>Octets of VP8 in a packet, with what stands before it.</summary>
    public const int PayloadBytes = 1_100;

    /// <summary>Of VP8.</summary>
    public const byte PayloadType = 96;

    /// <summary>The source of a remote publisher's first stream as Janus expects it.</summary>
    public const uint CameraSsrc = 1_000;

    /// <summary>The source of the first receiver's stream, where it is ours to say.</summary>
    public const uint FirstScreenSsrc = 50_000;

    /// <summary>The last octets of each payload, by which it is known to have come whole.</summary>
    public static ReadOnlySpan<byte> Stamp => "meetpoint"u8;
}
