using Meetpoint.Calendar;
using Meetpoint.Exchange.Meetings.Invitations;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Composes what an organiser gets when an invitee answers: words, and the iTIP REPLY or COUNTER for the calendar. Pure.</summary>
static class AnswerMail
{
    public static OutgoingMail Compose(
        InvitationDetails meeting, MailParty organiser, Invitee invitee, Attendee attendee, InviteeAnswer answer, string? comment, Interval? counter,
        string mailId, Instant now)
    {
        var who = invitee.Name ?? invitee.Address;
        var said = answer switch
        {
            InviteeAnswer.Accepted => "will come",
            InviteeAnswer.Declined => "will not come",
            _ => "proposes another time",
        };
        var text = $"{who} {said}: {meeting.Title}\n";
        if (counter is { } proposed)
        {
            var zone = DateTimeZoneProviders.Tzdb[meeting.TimeZoneId];
            text += $"Proposed: {proposed.Start.InZone(zone):yyyy-MM-dd HH:mm} to {proposed.End.InZone(zone):HH:mm} ({meeting.TimeZoneId})\n"
                + "Nothing has changed yet: to take it, change the meeting.\n";
        }

        if (comment is not null)
            text += $"\n\"{comment}\"\n";
        var calendar = Calendar(meeting, attendee with { SentBy = "mailto:" + meeting.Sender.Address }, answer, comment, counter, now);
        return new OutgoingMail
        {
            Id = mailId,
            FromName = meeting.Sender.Name,
            FromAddress = meeting.Sender.Address,
            ToName = organiser.Name,
            ToAddress = organiser.Address,
            ReplyToName = who,
            ReplyToAddress = invitee.Mail ?? meeting.Sender.Address,
            Subject = $"{Heading(answer)}: {meeting.Title}",
            TextBody = text,
            HtmlBody = $"<p>{System.Net.WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal)}</p>",
            CalendarMethod = calendar.MethodName,
            Calendar = calendar.Write(),
        };
    }

    static string Heading(InviteeAnswer answer) => answer switch
    {
        InviteeAnswer.Accepted => "Accepted",
        InviteeAnswer.Declined => "Declined",
        _ => "New time proposed",
    };

    static ItipMessage Calendar(
        InvitationDetails meeting, Attendee attendee, InviteeAnswer answer, string? comment, Interval? counter, Instant now)
    {
        var asked = new CalendarEvent
        {
            Uid = meeting.Uid,
            Sequence = meeting.Sequence,
            Stamp = now,
            Start = CalendarTime.OfZone(meeting.Start, meeting.TimeZoneId),
            End = CalendarTime.OfZone(meeting.End, meeting.TimeZoneId),
            Summary = meeting.Title,
            Organizer = new Organizer("mailto:" + meeting.Organizer.Address) { CommonName = meeting.Organizer.Name },
            Attendees = [attendee],
        };
        if (counter is { } proposed)
            return Itip.Counter(asked, attendee, CalendarTime.OfUtc(proposed.Start), CalendarTime.OfUtc(proposed.End), now, comment);
        var status = answer == InviteeAnswer.Accepted ? ParticipationStatus.Accepted : ParticipationStatus.Declined;
        return Itip.Reply(asked, attendee, status, now, comment);
    }
}
