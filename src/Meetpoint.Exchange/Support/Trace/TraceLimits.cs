namespace Meetpoint.Exchange.Support.Trace;

/// <summary>What traces may cost.</summary>
static class TraceLimits
{
    /// <summary>Bytes of a body that are kept; the rest is cut off and the message marked so.</summary>
    public const int BodyBytes = 16_384;

    /// <summary>
    /// Messages a second that are kept of senders whom the border drops. Anyone can send those, and without a limit would push out what neighbours
    /// said.
    /// </summary>
    public const int DroppedPerSecond = 20;

    /// <summary>Messages of one session in an answer; the newest are given.</summary>
    public const int MessagesPerSession = 1_000;

    /// <summary>Bytes of messages in one page, after which no further session is begun.</summary>
    public const int PageBytes = 8 << 20;

    /// <summary>Characters of what is looked for.</summary>
    public const int AddressLength = 512;

    /// <summary>Live streams at a time.</summary>
    public const int Followers = 16;

    /// <summary>Smallest and largest file, in bytes.</summary>
    public const long LeastBytes = 1 << 20, MostBytes = 1L << 30;
}

/// <summary>Where messages are kept for traces.</summary>
/// <param name="Path">The file; made with mode 0600.</param>
/// <param name="Bytes">Its size, 1 MiB to 1 GiB. A file of another size is begun anew.</param>
public sealed record TraceOptions(string Path, long Bytes);
