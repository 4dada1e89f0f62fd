using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Messaging;

/// <summary>One message of one person to another, whichever protocol it came by. Immutable.</summary>
sealed record TextMessage
{
    /// <summary>Id at this exchange.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// What the sender's own system knows it by, with who that is: a second one with the same key is the same message, sent again. What goes on carries ids
    /// that are made of it, so that the next system finds the same.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The session, the same on every exchange of the way; the null id before the waist has seen it.</summary>
    public CorrelationId Correlation { get; init; }

    /// <summary>Address of the sender: user@domain in lower case, or "+" and digits.</summary>
    public required string From { get; init; }

    /// <summary>The sender's name, for people; null without.</summary>
    public string? FromName { get; init; }

    /// <summary>True where the sender is not to be told to whom is not trusted (RFC 3323).</summary>
    public bool IsWithheld { get; init; }

    /// <summary>URI of the receiver, as "sip:bob@liberty.example" or "tel:+15550100".</summary>
    public required string To { get; init; }

    /// <summary>What it carries.</summary>
    public MessageContent Content { get; init; }

    /// <summary>The words as they came, at most <see cref="MessageLimits.MaxTextBytes"/> of UTF-8; empty for signs.</summary>
    public string Text { get; init; } = "";

    /// <summary>When the sender sent it.</summary>
    public required Instant Sent { get; init; }

    /// <summary>When it is of no more use; null says nothing.</summary>
    public Instant? Expires { get; init; }

    /// <summary>Names the conversation among those of the two; null without.</summary>
    public string? Conversation { get; init; }

    /// <summary>By what the edge that it came by tells its sender of a failure; null where a message does.</summary>
    public string? Origin { get; init; }

    /// <summary>Names of the exchanges that it came through, the first first.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>Hops that it may still take, as Max-Forwards.</summary>
    public int HopsLeft { get; init; } = 70;

    /// <summary>
    /// SHA-256 of the key: ids that are made of it are the same for the same message whenever and by whichever node it is sent on, so that the next system, or a
    /// client, knows it again.
    /// </summary>
    public byte[] KeyHash() => SHA256.HashData(Encoding.UTF8.GetBytes(Key));

    /// <summary>True for what is worth keeping for an absent receiver: signs are not.</summary>
    public bool IsText => Content == MessageContent.Text;
}
