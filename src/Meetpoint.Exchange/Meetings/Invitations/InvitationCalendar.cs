using Meetpoint.Calendar;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>The iTIP message of an invitation mail, and the file that a join page gives to anybody.</summary>
static class InvitationCalendar
{
    public static ItipMessage Build(InvitationDetails details, Instant now)
    {
        var meeting = Event(details, now);
        return details.Kind switch
        {
            InvitationKind.Cancellation => Itip.Cancel(meeting, meeting.Attendees, now),
            InvitationKind.Withdrawal => Itip.Cancel(meeting, [.. meeting.Attendees.Where(each => each.Address == "mailto:" + details.Recipient.Address)], now),
            _ => Itip.Request(meeting, Others(details, meeting), now),
        };
    }

    /// <summary>When it is and how one joins, with nobody's address: for whoever has the meeting's code.</summary>
    public static byte[] File(InvitationDetails details, Instant now)
    {
        var meeting = Event(details, now) with { Organizer = null, Attendees = [] };
        return ItipMessage.WriteFile([meeting, .. Others(details, meeting)]);
    }

    static CalendarEvent Event(InvitationDetails details, Instant now) => new()
    {
        Uid = details.Uid,
        Sequence = details.Sequence,
        Stamp = now,
        Start = CalendarTime.OfZone(details.Start, details.TimeZoneId),
        End = CalendarTime.OfZone(details.End, details.TimeZoneId),
        Summary = details.Title,
        Description = InvitationText.Description(details),
        Location = details.Join.SipUri,
        Status = EventStatus.Confirmed,
        Conferences = Conferences(details.Join),

        // The organiser's own system did not write this: the exchange did, for him (RFC 5545 section 3.2.18).
        Organizer = new Organizer("mailto:" + details.Organizer.Address)
        {
            CommonName = details.Organizer.Name,
            SentBy = "mailto:" + details.Sender.Address,
        },
        Attendees = details.Attendees,
        Rule = details.Rule,
        RecurrenceId = details.IsOneOfSeries ? CalendarTime.OfZone(details.Start, details.TimeZoneId) : null,
    };

    static IReadOnlyList<CalendarEvent> Others(InvitationDetails details, CalendarEvent meeting) => [.. details.Others.Select(other => meeting with
    {
        Rule = null,
        RecurrenceId = CalendarTime.OfZone(other.Start, details.TimeZoneId),
        Start = CalendarTime.OfZone(other.Start, details.TimeZoneId),
        End = CalendarTime.OfZone(other.End, details.TimeZoneId),
    })];

    static List<ConferenceLink> Conferences(JoinCoordinates join)
    {
        var links = new List<ConferenceLink> { new(join.SipUri) { Features = ["AUDIO", "VIDEO"], Label = "SIP" } };
        if (join.PhoneNumber is { } number)
            links.Add(new ConferenceLink("tel:" + number) { Features = ["PHONE"], Label = $"Phone, code {join.Code}" });
        return links;
    }
}
