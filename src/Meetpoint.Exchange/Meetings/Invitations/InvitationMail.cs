using Meetpoint.Calendar;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>Composes the mail of an invitation, a change or a cancellation. Pure.</summary>
public static class InvitationMail
{
    /// <summary>Longer titles are cut in the subject; the calendar has all of it.</summary>
    const int MaxSubjectTitle = 150;

    /// <summary>The mail to one recipient.</summary>
    /// <param name="details">What it says.</param>
    /// <param name="mailId">The mail's id; make it of the meeting, the sequence and the recipient, and none is sent twice.</param>
    /// <param name="now">DTSTAMP of the calendar.</param>
    /// <exception cref="ArgumentException">The zone is not TZDB's, or no one is invited.</exception>
    public static OutgoingMail Compose(InvitationDetails details, string mailId, Instant now)
    {
        var calendar = InvitationCalendar.Build(details, now);
        return new OutgoingMail
        {
            Id = mailId,
            FromName = OneLine(details.Sender.Name),
            FromAddress = details.Sender.Address,
            ToName = OneLine(details.Recipient.Name),
            ToAddress = details.Recipient.Address,
            ReplyToName = OneLine(details.Organizer.Name),
            ReplyToAddress = details.Organizer.Address,
            Subject = Subject(details),
            TextBody = InvitationText.Plain(details),
            HtmlBody = InvitationText.Html(details),
            CalendarMethod = calendar.MethodName,
            Calendar = calendar.Write(),
        };
    }

    static string Subject(InvitationDetails details)
    {
        var title = OneLine(details.Title);
        if (title.Length > MaxSubjectTitle)
            title = title[..(char.IsHighSurrogate(title[MaxSubjectTitle - 1]) ? MaxSubjectTitle - 1 : MaxSubjectTitle)] + "...";
        return details.Kind switch
        {
            InvitationKind.Invitation => "Invitation: " + title,
            InvitationKind.Withdrawal => "No longer invited: " + title,
            InvitationKind.Change => "Changed: " + title,
            _ => "Cancelled: " + title,
        };
    }

    /// <summary>Header fields are lines: what would end one becomes a space.</summary>
    static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
