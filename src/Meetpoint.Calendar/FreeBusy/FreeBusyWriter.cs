using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>Writes VFREEBUSY (RFC 5545 section 3.6.4): when someone is busy, and nothing about what with. Thread safe.</summary>
public static class FreeBusyWriter
{
    /// <summary>A VCALENDAR that answers for a span. Periods are cut to it, sorted and joined where they meet.</summary>
    /// <param name="attendee">Whose time it is, a URI.</param>
    /// <param name="organizer">Who asked, a URI; null when published unasked.</param>
    /// <param name="uid">The UID of the question, or of the publication.</param>
    /// <param name="span">The span asked for; it has both ends.</param>
    /// <param name="busy">When he is busy, in any order; each has both ends.</param>
    /// <param name="now">DTSTAMP.</param>
    public static byte[] Write(string attendee, string? organizer, string uid, Interval span, IEnumerable<Interval> busy, Instant now)
    {
        var lines = new List<ContentLine>
        {
            ContentLine.OfText("UID", uid),
            CalendarTime.OfUtc(now).ToLine("DTSTAMP"),
            CalendarTime.OfUtc(span.Start).ToLine("DTSTART"),
            CalendarTime.OfUtc(span.End).ToLine("DTEND"),
        };

        // Asked for, the answer is a REPLY with the attendee; unasked, it is PUBLISH, whose organizer is the calendar's owner (RFC 5546 3.3).
        lines.Add(new ContentLine("ORGANIZER", organizer ?? attendee));
        if (organizer is not null)
            lines.Add(new ContentLine("ATTENDEE", attendee));
        foreach (var period in Joined(span, busy))
        {
            var value = $"{CalendarTime.OfUtc(period.Start).Value}/{CalendarTime.OfUtc(period.End).Value}";
            lines.Add(new ContentLine("FREEBUSY", value, new LineParameter("FBTYPE", "BUSY")));
        }

        ContentLine[] head = [new("PRODID", ItipMessage.ProductId), new("VERSION", "2.0"), new("METHOD", organizer is null ? "PUBLISH" : "REPLY")];
        return CalendarWriter.Write(new CalendarComponent("VCALENDAR", head, [new CalendarComponent("VFREEBUSY", lines)]));
    }

    static IEnumerable<Interval> Joined(Interval span, IEnumerable<Interval> busy)
    {
        Interval? open = null;
        foreach (var period in busy.OrderBy(period => period.Start))
        {
            var start = Instant.Max(period.Start, span.Start);
            var end = Instant.Min(period.End, span.End);
            if (start >= end)
                continue;
            if (open is { } last && start <= last.End)
            {
                open = new Interval(last.Start, Instant.Max(last.End, end));
                continue;
            }

            if (open is { } done)
                yield return done;
            open = new Interval(start, end);
        }

        if (open is { } remaining)
            yield return remaining;
    }
}
