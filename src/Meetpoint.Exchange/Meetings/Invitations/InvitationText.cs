using System.Globalization;
using System.Net;
using System.Text;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>What an invitation says to a person.</summary>
static class InvitationText
{
    public static string Plain(InvitationDetails details)
    {
        var text = new StringBuilder()
            .AppendLine(Opening(details)).AppendLine()
            .AppendLine("  " + details.Title)
            .AppendLine("  " + When(details));
        if (WhenForRecipient(details) is { } local)
            text.AppendLine("  " + local);
        if (details.Rule is not null)
            text.AppendLine("  " + Repeats);
        if (!string.IsNullOrWhiteSpace(details.Note))
            text.AppendLine().AppendLine(details.Note.Trim());
        if (TakesPart(details))
        {
            text.AppendLine().AppendLine("To join");
            foreach (var way in WaysToJoin(details, details.Page?.Own))
                text.AppendLine("  " + way);
            if (details.Answer is { } answer)
            {
                text.AppendLine().AppendLine("Your answer")
                    .AppendLine("  Accept: " + answer.Accept)
                    .AppendLine("  Decline: " + answer.Decline)
                    .AppendLine("  Propose a new time: " + answer.Propose);
            }
        }

        return text.AppendLine().AppendLine(Closing(details)).ToString().ReplaceLineEndings("\r\n");
    }

    public static string Html(InvitationDetails details)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><body style=\"font-family:sans-serif\">\n")
            .Append(Paragraph(Opening(details)))
            .Append(CultureInfo.InvariantCulture, $"<p><strong>{Encode(details.Title)}</strong><br>\n{Encode(When(details))}");
        if (WhenForRecipient(details) is { } local)
            html.Append("<br>\n").Append(Encode(local));
        if (details.Rule is not null)
            html.Append("<br>\n").Append(Encode(Repeats));
        html.Append("</p>\n");
        if (!string.IsNullOrWhiteSpace(details.Note))
            html.Append(Paragraph(details.Note.Trim()));
        if (TakesPart(details))
        {
            html.Append("<p>To join:<br>\n").AppendJoin("<br>\n", WaysToJoin(details, details.Page?.Own).Select(Encode)).Append("</p>\n");
            if (details.Answer is { } answer)
            {
                html.Append("<p>").Append(Link(answer.Accept, "Accept")).Append(" &middot; ").Append(Link(answer.Decline, "Decline"))
                    .Append(" &middot; ").Append(Link(answer.Propose, "Propose a new time")).Append("</p>\n");
            }
        }

        return html.Append(Paragraph(Closing(details))).Append("</body></html>\n").ToString().ReplaceLineEndings("\r\n");
    }

    /// <summary>The description in the calendar: the note and how to join. The answer links stay in the mail, for they are the recipient's own.</summary>
    public static string Description(InvitationDetails details)
    {
        var text = new StringBuilder();
        if (!string.IsNullOrWhiteSpace(details.Note))
            text.Append(details.Note.Trim()).Append("\n\n");
        return !TakesPart(details)
            ? text.Append(details.Kind == InvitationKind.Cancellation ? "This meeting is cancelled." : "You are no longer invited.").ToString()
            : text.Append("To join: ").AppendJoin("; ", WaysToJoin(details, details.Page?.Anybodys)).ToString();
    }

    const string Repeats = "It repeats; the calendar attached has every date.";

    static bool TakesPart(InvitationDetails details) => details.Kind is InvitationKind.Invitation or InvitationKind.Change;

    static string Opening(InvitationDetails details) => details.Recipient.Address == details.Organizer.Address ? ToOrganizer(details) : details.Kind switch
    {
        InvitationKind.Withdrawal => $"{details.Organizer.Name} holds this meeting without you now. You need not do anything.",
        InvitationKind.Invitation => $"{details.Organizer.Name} invites you to a meeting.",
        InvitationKind.Change when details.IsOneOfSeries =>
            $"{details.Organizer.Name} has changed one date of a meeting that you are invited to. This is how it is now; the other dates stay.",
        InvitationKind.Change => $"{details.Organizer.Name} has changed a meeting that you are invited to. This is how it is now.",
        _ => $"{details.Organizer.Name} has cancelled a meeting. You need not do anything.",
    };

    static string ToOrganizer(InvitationDetails details) => details.Kind switch
    {
        InvitationKind.Change when details.IsOneOfSeries => "One date of your meeting has changed, and who is invited has been told. This is how it is now; the other dates stay.",
        InvitationKind.Invitation => "Your meeting is booked, and who is invited has been told.",
        InvitationKind.Change => "Your meeting has changed, and who is invited has been told. This is how it is now.",
        _ => "Your meeting is cancelled, and who was invited has been told.",
    };

    static string Closing(InvitationDetails details) =>
        $"{details.Sender.Name} sends this for {details.Organizer.Name}, {details.Organizer.Address}.";

    static IEnumerable<string> WaysToJoin(InvitationDetails details, string? page)
    {
        var join = details.Join;
        if (page is not null)
            yield return "With a browser: " + page;
        var pin = join.Pin is null ? "" : $", PIN {join.Pin}";
        yield return $"From a video system or soft phone: {join.SipUri}{pin}";
        if (join.PhoneNumber is { } number)
            yield return $"By phone: {number}, code {join.Code}{pin}";
    }

    static string When(InvitationDetails details) => Span(details.Start, details.End, details.TimeZoneId);

    /// <summary>The same in the recipient's own zone; null when his clock shows the same.</summary>
    static string? WhenForRecipient(InvitationDetails details)
    {
        if (details.RecipientTimeZoneId is not { } id || DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is not { } here || DateTimeZoneProviders.Tzdb.GetZoneOrNull(details.TimeZoneId) is not { } there)
            return null;
        var start = there.AtLeniently(details.Start).WithZone(here).LocalDateTime;
        return start == details.Start ? null : "For you: " + Span(start, there.AtLeniently(details.End).WithZone(here).LocalDateTime, id);
    }

    static string Span(LocalDateTime start, LocalDateTime end, string zone) =>
        $"{Date(start)}, {Time(start)} to {(start.Date == end.Date ? "" : Date(end) + ", ")}{Time(end)} ({zone})";

    static string Date(LocalDateTime local) => local.ToString("dddd d MMMM uuuu", CultureInfo.InvariantCulture);

    static string Time(LocalDateTime local) => local.ToString("HH:mm", CultureInfo.InvariantCulture);

    static string Paragraph(string text) => $"<p>{Encode(text).ReplaceLineEndings("<br>\n")}</p>\n";

    static string Link(string address, string text) => $"<a href=\"{Encode(address)}\">{Encode(text)}</a>";

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}
