using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>Builds the messages of RFC 5546. Pure: the time is an argument, and no UID or SEQUENCE is ever made up here.</summary>
public static class Itip
{
    /// <summary>REQUEST (section 3.2.2): an invitation, or a change; which of the two says SEQUENCE, that the caller keeps.</summary>
    /// <exception cref="ArgumentException">No ORGANIZER, or no ATTENDEE.</exception>
    public static ItipMessage Request(CalendarEvent meeting, Instant now) => Request(meeting, [], now);

    /// <summary>REQUEST (section 3.2.2) of a series together with those of its occurrences that are not as the others, each with its RECURRENCE-ID.</summary>
    /// <exception cref="ArgumentException">No ORGANIZER, no ATTENDEE, or another UID.</exception>
    public static ItipMessage Request(CalendarEvent meeting, IReadOnlyList<CalendarEvent> occurrences, Instant now) =>
        Checked(ItipMethod.Request, [meeting with { Stamp = now }, .. occurrences.Select(each => each with { Stamp = now })]);

    /// <summary>
    /// CANCEL (section 3.2.5) to the attendees given: all of the event's when it is called off, some when only they are no longer
    /// invited. <paramref name="meeting"/> bears the SEQUENCE of the cancellation, one higher than what was sent before.
    /// </summary>
    public static ItipMessage Cancel(CalendarEvent meeting, IReadOnlyList<Attendee> attendees, Instant now)
    {
        var whole = attendees.Count == meeting.Attendees.Count;
        return Checked(ItipMethod.Cancel, meeting with
        {
            Stamp = now,
            Attendees = attendees,
            Status = whole ? EventStatus.Cancelled : meeting.Status,
        });
    }

    /// <summary>REPLY (section 3.2.3) by one attendee, to the SEQUENCE of the event that he answers.</summary>
    public static ItipMessage Reply(CalendarEvent meeting, Attendee attendee, ParticipationStatus status, Instant now, string? comment = null) =>
        Checked(ItipMethod.Reply, Bare(meeting, now) with { Attendees = [attendee with { Status = status, Rsvp = false }], Comment = comment });

    /// <summary>COUNTER (section 3.2.7): an attendee proposes another time, for the SEQUENCE that he was sent.</summary>
    public static ItipMessage Counter(
        CalendarEvent meeting, Attendee attendee, CalendarTime start, CalendarTime end, Instant now, string? comment = null) =>
        Checked(ItipMethod.Counter, meeting with
        {
            Stamp = now,
            Start = start,
            End = end,
            Comment = comment,
            Attendees = [attendee with { Status = ParticipationStatus.Tentative, Rsvp = false }],
        });

    /// <summary>DECLINECOUNTER (section 3.2.8) to the attendee who proposed.</summary>
    public static ItipMessage DeclineCounter(CalendarEvent meeting, Attendee attendee, Instant now, string? comment = null) =>
        Checked(ItipMethod.DeclineCounter, Bare(meeting, now) with { Attendees = [attendee], Comment = comment });

    /// <summary>What answers need to name the event, and no more: an answer does not repeat what it answers.</summary>
    static CalendarEvent Bare(CalendarEvent meeting, Instant now) => new()
    {
        Uid = meeting.Uid,
        Sequence = meeting.Sequence,
        Stamp = now,
        RecurrenceId = meeting.RecurrenceId,
        ThisAndFuture = meeting.ThisAndFuture,
        Start = meeting.Start,
        End = meeting.End,
        Summary = meeting.Summary,
        Organizer = meeting.Organizer,
    };

    static ItipMessage Checked(ItipMethod method, params CalendarEvent[] events)
    {
        var message = new ItipMessage(method, events);
        return ItipRules.Fault(method, message.Events) is { } fault ? throw new ArgumentException(fault, nameof(events)) : message;
    }
}
