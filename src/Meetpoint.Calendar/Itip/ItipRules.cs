namespace Meetpoint.Calendar;

/// <summary>What RFC 5546 section 3.2 asks of an event in each method, as far as nothing can be done without it.</summary>
static class ItipRules
{
    /// <summary>What is wrong, for a person; null when nothing is.</summary>
    public static string? Fault(ItipMethod method, IReadOnlyList<CalendarEvent> events)
    {
        if (events.Count == 0)
            return "no VEVENT";
        foreach (var each in events)
        {
            if (each.Uid != events[0].Uid)
                return "two UIDs in one message";
            if (each.Organizer is null)
                return "no ORGANIZER";
            if (method is ItipMethod.Reply && each.Attendees.Count != 1)
                return "a reply names its one ATTENDEE";
            if (method is ItipMethod.Request && each.Attendees.Count == 0)
                return "a request names its ATTENDEEs";
        }

        return null;
    }
}
