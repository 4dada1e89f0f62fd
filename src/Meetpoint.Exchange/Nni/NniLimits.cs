using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>Every bound of the NNI with its reason. Both ends of a link hold them; none is negotiated.</summary>
public static class NniLimits
{
    /// <summary>A request or answer on the wire: 1 MiB; more is 413 before it is parsed.</summary>
    public const int RequestBytes = 1 << 20;

    /// <summary>The JSON of one message's body: 512 KiB, so that base64 and the envelope still fit <see cref="RequestBytes"/>.</summary>
    public const int BodyBytes = 512 << 10;

    /// <summary>Messages in one request. Also how far a sender may be ahead of what was acknowledged.</summary>
    public const int BatchMessages = 64;

    /// <summary>Unacknowledged messages towards one destination; the next one is refused with <see cref="NniOutboxException"/>.</summary>
    public const int OutboxDepth = 10_000;

    /// <summary>Messages of one origin kept aside for an operator; beyond it the stream waits (503) instead of losing any.</summary>
    public const int ParkedPerOrigin = 10_000;

    /// <summary>Times that a handler may throw on one message before the message is parked: about 25 s of the sender's retries.</summary>
    public const int HandlerAttempts = 8;

    /// <summary>Voided sequences that a receiver remembers, counted back from the last; a sender never asks further back than a batch.</summary>
    public const int VoidsRemembered = 4 * BatchMessages;

    /// <summary>Exchanges that may carry a request between origin and destination.</summary>
    public const int Hops = 4;

    /// <summary>Questions answered at once; the next one is 503.</summary>
    public const int QuestionsAtOnce = 64;

    /// <summary>Nesting of any JSON taken from another exchange.</summary>
    public const int JsonDepth = 32;

    /// <summary>Characters of an id or a message type.</summary>
    public const int NameChars = 64;

    /// <summary>Characters of an exchange's domain name (RFC 1035 section 2.3.4).</summary>
    public const int DomainChars = 253;

    /// <summary>Accepted peer certificates remembered for their connections.</summary>
    public const int PeerCertificates = 4096;

    /// <summary>First wait after a failure; doubles each time.</summary>
    public static Duration FirstRetry { get; } = Duration.FromMilliseconds(100);

    /// <summary>The longest wait between attempts.</summary>
    public static Duration LastRetry { get; } = Duration.FromSeconds(30);

    /// <summary>How long a sender waits for an answer before it takes the attempt for lost.</summary>
    public static Duration RequestTimeout { get; } = Duration.FromSeconds(10);

    /// <summary>An idle link is greeted this often, so that its state is known before it is needed.</summary>
    public static Duration KeepAlive { get; } = Duration.FromSeconds(60);

    /// <summary>How long messages for the records gather before they are sent over a link that rests.</summary>
    public static Duration Gather { get; } = Duration.FromMilliseconds(200);

    /// <summary>How long a hello, a question or an answer is believed.</summary>
    public static Duration Freshness { get; } = Duration.FromSeconds(10);

    /// <summary>How far two exchanges' clocks may differ before what they say is refused.</summary>
    public static Duration ClockLeeway { get; } = Duration.FromSeconds(30);
}
