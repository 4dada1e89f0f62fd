using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Messaging;

/// <summary>Bounds of the messaging of one exchange.</summary>
static class MessageLimits
{
    /// <summary>Words of one message, in bytes of UTF-8; longer ones are answered 413.</summary>
    public const int MaxTextBytes = 16_384;

    /// <summary>Messages that are kept for one receiver.</summary>
    public const int MaxKeptPerReceiver = 500;

    /// <summary>Bytes of their words.</summary>
    public const int MaxKeptBytesPerReceiver = 1 << 20;

    /// <summary>Messages that are kept in all.</summary>
    public const int MaxKept = 100_000;

    /// <summary>Keys of messages that are remembered, so that one that is sent again is not delivered again; the oldest go first.</summary>
    public const int MaxRecent = 50_000;

    /// <summary>How long they are: more than a sender goes on trying.</summary>
    public const long RecentNs = 600 * MonotonicTime.Second;

    /// <summary>
    /// Without an answer from beyond for this long a message is kept and its sender told so: a request outside a dialog dies after 32 s, and whoever sent
    /// it would send it again (RFC 4320 section 4).
    /// </summary>
    public const long PatienceNs = 10 * MonotonicTime.Second;

    /// <summary>
    /// Between two tries to deliver what is kept for someone whose system did not answer: more than the two lives of a transaction, during which the same
    /// message would be taken for a loop there (RFC 3261 section 8.2.2.2).
    /// </summary>
    public const long RetryEveryNs = 70 * MonotonicTime.Second;

    /// <summary>Sessions of messages at one time.</summary>
    public const int MaxSessions = 20_000;

    /// <summary>A session of messages in which nothing was said for this long is ended; the next message opens another.</summary>
    public const long SessionIdleNs = 600 * MonotonicTime.Second;

    /// <summary>Seconds that somebody may take to accept one; whoever sent the first message hears before that it is kept.</summary>
    public const int SessionRingSeconds = 120;

    /// <summary>The words of an INVITE that come again within this time as the first message of its session are the same.</summary>
    public const long FirstAgainNs = 2 * MonotonicTime.Second;

    /// <summary>Messages that one stream of a client's was told and has not acknowledged; what comes beyond is kept.</summary>
    public const int MaxUnacknowledged = 256;

    /// <summary>A stream of which nothing was acknowledged for this long, though something is to be, is closed: it reads too slowly, or not at all.</summary>
    public const long AcknowledgeNs = 30 * MonotonicTime.Second;

    /// <summary>Messages of one stream of which it is not known yet what became of them.</summary>
    public const int MaxSending = 64;

    /// <summary>Messages of one stream that were accepted or kept, and whose end it is told when that is known; the oldest give way.</summary>
    public const int MaxAwaited = 1_000;

    /// <summary>People in whose name one stream listens.</summary>
    public const int MaxListening = 100;

    /// <summary>People of whom one stream is still to be told that they write.</summary>
    public const int MaxSigns = 100;

    /// <summary>Characters of the name of a conversation, and of an id that a client gives.</summary>
    public const int MaxName = 200;

    /// <summary>The longest that a message is kept.</summary>
    public static Duration MaxAge { get; } = Duration.FromDays(7);
}
