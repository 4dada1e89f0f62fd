using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>Sends a message.</summary>
public sealed record SendMessageRequest
{
    /// <summary>Address of the sender, a user or an endpoint of a provider that this exchange serves, such as alice@albion.example.</summary>
    public required string From { get; init; }

    /// <summary>Address of the receiver, of any provider: user@domain or +E.164.</summary>
    public required string To { get; init; }

    /// <summary>The words, at most 16,384 bytes of UTF-8.</summary>
    public required string Text { get; init; }

    /// <summary>Names the conversation among those of the two; up to 200 characters.</summary>
    public string? Conversation { get; init; }
}

/// <summary>What became of a message.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(KebabEnumConverter<MessageStanding>))]
public enum MessageStanding
{
    /// <summary>The receiver's client, or its system on its behalf, has it.</summary>
    Delivered,

    /// <summary>The next system has taken it, and may deliver it later.</summary>
    Accepted,

    /// <summary>It is kept at this exchange until the receiver is there.</summary>
    Kept,
}

/// <summary>A message that was sent.</summary>
/// <param name="Id">msg_...</param>
/// <param name="State">What became of it.</param>
public sealed record SentMessageView(string Id, MessageStanding State);

/// <summary>A message that waits for its receiver.</summary>
/// <param name="Id">msg_..., in the order in which they came.</param>
/// <param name="From">Address of the sender; null where that is withheld.</param>
/// <param name="FromName">The sender's name; null without.</param>
/// <param name="To">Address of the receiver.</param>
/// <param name="Text">The words.</param>
/// <param name="Sent">When it was sent.</param>
/// <param name="Expires">When it is given up.</param>
/// <param name="Conversation">Names the conversation; null without.</param>
/// <param name="Correlation">The session, on every exchange.</param>
public sealed record MessageView(
    string Id, string? From, string? FromName, string To, string Text, Instant Sent, Instant Expires, string? Conversation, string Correlation);

/// <summary>Makes a meeting of a conversation, now.</summary>
public sealed record MeetNowRequest
{
    /// <summary>Address of who asks, a user of a provider that this exchange serves.</summary>
    public required string Organiser { get; init; }

    /// <summary>Addresses of the others, of any provider; 1 to 20.</summary>
    public required IReadOnlyList<string> With { get; init; }

    /// <summary>What it is about; made from the names when left out.</summary>
    public string? Title { get; init; }

    /// <summary>How long it lasts, such as 0:30:00; an hour when left out.</summary>
    public Duration? Length { get; init; }
}
