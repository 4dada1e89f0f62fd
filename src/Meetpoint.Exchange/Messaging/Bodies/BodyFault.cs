namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>The SIP answer to a body that cannot be taken.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Phrase">Its reason phrase; null takes the usual one.</param>
/// <param name="Headers">What belongs to it.</param>
sealed record BodyFault(int Status, string? Phrase, params IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>A type or a character set that is not read (RFC 3261 section 21.4.13).</summary>
    public static BodyFault Unsupported { get; } = new(415, null, ("Accept", MessageBody.Accepted), ("Accept-Charset", "UTF-8"));

    /// <summary>It is not what its type says.</summary>
    public static BodyFault Malformed { get; } = new(400, "Malformed body");

    /// <summary>Bytes that are no UTF-8 although they should be.</summary>
    public static BodyFault NotUtf8 { get; } = new(400, "Body is not UTF-8");

    /// <summary>More than is taken.</summary>
    public static BodyFault TooLong { get; } = new(413, null);
}
