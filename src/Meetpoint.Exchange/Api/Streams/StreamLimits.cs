namespace Meetpoint.Exchange.Api.Streams;

/// <summary>What one stream takes and gives.</summary>
static class StreamLimits
{
    /// <summary>Bytes of a frame of the client's: one with the longest message, escaped a little.</summary>
    public const int FrameBytes = 32 << 10;

    /// <summary>Levels of a frame's JSON.</summary>
    public const int FrameDepth = 8;

    /// <summary>Streams of one key at a time.</summary>
    public const int StreamsPerKey = 16;

    /// <summary>Frames that are made in one turn of the loop.</summary>
    public const int FramesPerTurn = 64;

    /// <summary>Characters of a reason of a close frame (RFC 6455 section 5.5 leaves 123 bytes).</summary>
    public const int ReasonLength = 120;

    /// <summary>How often a ping is sent, and how long its pong may take.</summary>
    public static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);

    /// <summary>How long one frame may take to leave: a client that reads nothing so long is let go.</summary>
    public static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(30);

    /// <summary>How often it is looked whether the key still holds, and whether anything is wanted; a stream that wants nothing at two looks in a row is closed.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    /// <summary>How long the other side may take to close in its turn.</summary>
    public static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);
}
