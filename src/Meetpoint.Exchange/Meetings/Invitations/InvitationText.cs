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
        if (details.Rule is not null)
            text.AppendLine("  " + Repeats);
        if (!string.IsNullOrWhiteSpace(details.Note))
            text.AppendLine().AppendLine(details.Note.Trim());
        if (details.Kind != InvitationKind.Cancellation)
        {
            text.AppendLine().AppendLine("To join");
            foreach (var way in WaysToJoin(details.Join))
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
        if (details.Rule is not null)
            html.Append("<br>\n").Append(Encode(Repeats));
        html.Append("</p>\n");
        if (!string.IsNullOrWhiteSpace(details.Note))
            html.Append(Paragraph(details.Note.Trim()));
        if (details.Kind != InvitationKind.Cancellation)
        {
            html.Append("<p>To join:<br>\n").AppendJoin("<br>\n", WaysToJoin(details.Join).Select(Encode)).Append("</p>\n");
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
        return details.Kind == InvitationKind.Cancellation
            ? text.Append("This meeting is cancelled.").ToString()
            : text.Append("To join: ").AppendJoin("; ", WaysToJoin(details.Join)).ToString();
    }

    const string Repeats = "It repeats; the calendar attached has every date.";

    static string Opening(InvitationDetails details) => details.Kind switch
    {
        InvitationKind.Invitation => $"{details.Organizer.Name} invites you to a meeting.",
        InvitationKind.Change => $"{details.Organizer.Name} has changed a meeting that you are invited to. This is how it is now.",
        _ => $"{details.Organizer.Name} has cancelled a meeting. You need not do anything.",
    };

    static string Closing(InvitationDetails details) =>
        $"{details.Sender.Name} sends this for {details.Organizer.Name}, {details.Organizer.Address}.";

    static IEnumerable<string> WaysToJoin(JoinCoordinates join)
    {
        var pin = join.Pin is null ? "" : $", PIN {join.Pin}";
        yield return $"From a video system or soft phone: {join.SipUri}{pin}";
        if (join.PhoneNumber is { } number)
            yield return $"By phone: {number}, code {join.Code}{pin}";
    }

    static string When(InvitationDetails details)
    {
        var end = details.Start.Date == details.End.Date ? Time(details.End) : $"{Date(details.End)}, {Time(details.End)}";
        return $"{Date(details.Start)}, {Time(details.Start)} to {end} ({details.TimeZoneId})";
    }

    static string Date(LocalDateTime local) => local.ToString("dddd d MMMM uuuu", CultureInfo.InvariantCulture);

    static string Time(LocalDateTime local) => local.ToString("HH:mm", CultureInfo.InvariantCulture);

    static string Paragraph(string text) => $"<p>{Encode(text).ReplaceLineEndings("<br>\n")}</p>\n";

    static string Link(string address, string text) => $"<a href=\"{Encode(address)}\">{Encode(text)}</a>";

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}
