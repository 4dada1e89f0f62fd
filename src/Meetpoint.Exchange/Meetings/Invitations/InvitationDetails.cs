using Meetpoint.Calendar;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>What the mail tells.</summary>
public enum InvitationKind
{
    /// <summary>Come.</summary>
    Invitation,

    /// <summary>What you were told has changed.</summary>
    Change,

    /// <summary>Do not come: it does not take place.</summary>
    Cancellation,

    /// <summary>You need not come: it takes place without you.</summary>
    Withdrawal,
}

/// <summary>A name and a mail address, bob@liberty.example.</summary>
public sealed record MailParty(string Name, string Address);

/// <summary>How the recipient joins, by his own provider's coordinates.</summary>
/// <param name="SipUri">sip:4711@meet.liberty.example.</param>
/// <param name="PhoneNumber">As it is dialled, +442079460000; null when this provider has none.</param>
/// <param name="Code">The meeting's code, asked for after the number; digits.</param>
/// <param name="Pin">Asked for next; null when the meeting has none.</param>
public sealed record JoinCoordinates(string SipUri, string? PhoneNumber, string Code, string? Pin);

/// <summary>Everything that one mail to one recipient says. Plain data: knows no meeting, booking or store. Immutable.</summary>
public sealed record InvitationDetails
{
    /// <summary>Invitation, change or cancellation.</summary>
    public required InvitationKind Kind { get; init; }

    /// <summary>The meeting's UID, the same at every provider.</summary>
    public required string Uid { get; init; }

    /// <summary>SEQUENCE: the revision, that the organiser's exchange counts.</summary>
    public required int Sequence { get; init; }

    /// <summary>The title, of one line.</summary>
    public required string Title { get; init; }

    /// <summary>What the organiser adds, of any number of lines.</summary>
    public string? Note { get; init; }

    /// <summary>When it begins, in <see cref="TimeZoneId"/>; of a series, the first time.</summary>
    public required LocalDateTime Start { get; init; }

    /// <summary>When it ends, in <see cref="TimeZoneId"/>.</summary>
    public required LocalDateTime End { get; init; }

    /// <summary>The zone by TZDB's name, Europe/London.</summary>
    public required string TimeZoneId { get; init; }

    /// <summary>The recipient's own zone, in which the time is said too; null when it is not known.</summary>
    public string? RecipientTimeZoneId { get; init; }

    /// <summary>True: it is about the one occurrence of a series that begins at <see cref="Start"/>.</summary>
    public bool IsOneOfSeries { get; init; }

    /// <summary>Start and end of the occurrences of a series that last otherwise than the first, in <see cref="TimeZoneId"/>.</summary>
    public IReadOnlyList<(LocalDateTime Start, LocalDateTime End)> Others { get; init; } = [];

    /// <summary>How it repeats; null when it takes place once.</summary>
    public RecurrenceRule? Rule { get; init; }

    /// <summary>Who invites.</summary>
    public required MailParty Organizer { get; init; }

    /// <summary>Who is told; one of the attendees.</summary>
    public required MailParty Recipient { get; init; }

    /// <summary>Everyone invited, rooms too.</summary>
    public required IReadOnlyList<Attendee> Attendees { get; init; }

    /// <summary>The recipient's provider and this exchange's own mailbox at its domain: Liberty Telephone, meetings@liberty.example.</summary>
    public required MailParty Sender { get; init; }

    /// <summary>How to join.</summary>
    public required JoinCoordinates Join { get; init; }

    /// <summary>Where it is joined with a browser; null where there is no page.</summary>
    public JoinLinks? Page { get; init; }

    /// <summary>Where answers are taken; null when none is asked for.</summary>
    public AnswerLinks? Answer { get; init; }
}

/// <summary>The links to the join page: the recipient's own, by which the page knows who comes, and the one that anybody may have.</summary>
public sealed record JoinLinks(string Own, string Anybodys)
{
    /// <summary>The links under an address such as https://meet.liberty.example/.</summary>
    /// <param name="exchange">Where the pages are.</param>
    /// <param name="code">The digits that name the meeting.</param>
    /// <param name="token">The recipient's, of <see cref="Ids.Token"/>.</param>
    public static JoinLinks Under(Uri exchange, string code, string token)
    {
        var address = new Uri(exchange, $"join/{Uri.EscapeDataString(code)}").AbsoluteUri;
        return new JoinLinks($"{address}?invitation={Uri.EscapeDataString(token)}", address);
    }
}

/// <summary>The links by which a recipient answers without an account: who holds the token is the recipient.</summary>
/// <remarks>
/// They lead to pages that ask once more and then post the answer. A GET changes nothing: mail filters open every link.
/// </remarks>
public sealed record AnswerLinks(string Accept, string Decline, string Propose)
{
    /// <summary>The links under an address such as https://meet.liberty.example/, for a token of <see cref="Ids.Token"/>.</summary>
    public static AnswerLinks Under(Uri exchange, string token)
    {
        var address = new Uri(exchange, $"answer/{Uri.EscapeDataString(token)}").AbsoluteUri;
        return new AnswerLinks(address + "/accept", address + "/decline", address + "/propose");
    }
}
