namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>A mail as it waits to be sent: to one recipient, with both bodies and a calendar. Immutable.</summary>
/// <remarks>The whole mail stands in one row, so that every attempt sends the same, under the same Message-ID.</remarks>
public sealed record OutgoingMail
{
    /// <summary>Chosen by the caller: a second mail with the same id is the same mail. Letters, digits and <c>-_.</c></summary>
    public required string Id { get; init; }

    /// <summary>From: the provider's name.</summary>
    public required string FromName { get; init; }

    /// <summary>From, and the envelope's sender, to whom bounces return.</summary>
    public required string FromAddress { get; init; }

    /// <summary>To: the name.</summary>
    public required string ToName { get; init; }

    /// <summary>To, and the envelope's recipient.</summary>
    public required string ToAddress { get; init; }

    /// <summary>Reply-To: the organiser's name.</summary>
    public required string ReplyToName { get; init; }

    /// <summary>Reply-To.</summary>
    public required string ReplyToAddress { get; init; }

    /// <summary>Subject.</summary>
    public required string Subject { get; init; }

    /// <summary>The body as plain text.</summary>
    public required string TextBody { get; init; }

    /// <summary>The body as HTML.</summary>
    public required string HtmlBody { get; init; }

    /// <summary>The iTIP method of the calendar: REQUEST, CANCEL.</summary>
    public required string CalendarMethod { get; init; }

    /// <summary>The calendar, UTF-8.</summary>
    public required byte[] Calendar { get; init; }

    /// <summary>Message-ID (RFC 5322 section 3.6.4), with its angle brackets.</summary>
    public string MessageId => $"<{Id}@{FromAddress[(FromAddress.LastIndexOf('@') + 1)..]}>";
}
