namespace Meetpoint.Bench.VideoForward;

/// <summary>What a server is given: cameras of VP8, at some 2.6 Mbit/s each where nothing else is said, and those who see them.</summary>
/// <param name="Cameras">Each sends at a phase of its own.</param>
/// <param name="Screens">Receivers, each with a port and a key of its own, and each of one camera.</param>
sealed record VideoLoad(int Cameras, int Screens)
{
    /// <summary>Of them, those that look how long packets were under way; they are woken for each.</summary>
    public int Watches { get; init; }

    /// <summary>Pictures a second.</summary>
    public const int PicturesPerSecond = 30;

    /// <summary>Lines of a picture.</summary>
    public const int Height = 720;

    /// <summary>Packets of a picture, sent one behind the other.</summary>
    public int PacketsPerPicture { get; init; } = 10;

    /// <summary>Packets of a keyframe.</summary>
    public int PacketsPerKeyframe => 4 * PacketsPerPicture;

    /// <summary>Pictures from one keyframe to the next.</summary>
    public const int KeyframeEvery = 2 * PicturesPerSecond;

    /// <summary>Octets of VP8 in a packet, with what stands before it.</summary>
    public const int PayloadBytes = 1_100;

    /// <summary>Of VP8.</summary>
    public const byte PayloadType = 96;

    /// <summary>The source of the first camera: of a remote publisher's first stream as Janus expects it.</summary>
    public const uint FirstCameraSsrc = 1_000;

    /// <summary>The source of the first receiver's stream, where it is ours to say.</summary>
    public const uint FirstScreenSsrc = 50_000;

    /// <summary>The last octets of each payload, by which it is known to have come whole.</summary>
    public static ReadOnlySpan<byte> Stamp => "meetpoint"u8;
}
