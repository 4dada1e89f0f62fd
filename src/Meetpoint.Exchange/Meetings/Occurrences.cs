using Meetpoint.Calendar;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>The times at which a meeting takes place.</summary>
static class Occurrences
{
    /// <summary>
    /// Start and end of each occurrence, in order, at most <see cref="MeetingLimits.Occurrences"/>. Local times that the zone skips move
    /// forward by the gap, ambiguous ones are the earlier (RFC 5545 3.3.5).
    /// </summary>
    public static IReadOnlyList<Interval> Of(Meeting meeting)
    {
        var zone = DateTimeZoneProviders.Tzdb[meeting.Zone];
        IEnumerable<LocalDateTime> starts = [meeting.Start];
        if (meeting.Recurrence is { } rule && RecurrenceRule.TryParse(rule, out var parsed, out _))
            starts = RecurrenceExpansion.Expand(parsed, meeting.Start, zone);
        return [.. starts.Take(MeetingLimits.Occurrences).Select(start =>
        {
            var begin = zone.AtLeniently(start).ToInstant();
            return new Interval(begin, begin + meeting.Length);
        })];
    }

    /// <summary>How long it is from one local time to another in a zone, across a change of its clocks too; by the calendar in a zone that is none.</summary>
    public static Duration Between(LocalDateTime start, LocalDateTime end, string zoneId) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId) is { } zone
        ? zone.AtLeniently(end).ToInstant() - zone.AtLeniently(start).ToInstant()
        : Period.Between(start, end, PeriodUnits.Ticks).ToDuration();

    /// <summary>The local end of the first occurrence, in the meeting's zone.</summary>
    public static LocalDateTime FirstLocalEnd(Meeting meeting)
    {
        var zone = DateTimeZoneProviders.Tzdb[meeting.Zone];
        return (zone.AtLeniently(meeting.Start).ToInstant() + meeting.Length).InZone(zone).LocalDateTime;
    }

    /// <summary>From the first start to the last end.</summary>
    public static Interval Span(Meeting meeting)
    {
        var all = Of(meeting);
        return new Interval(all[0].Start, all[^1].End);
    }

    /// <summary>The occurrence that is on or comes next; null when all are over.</summary>
    public static Interval? At(Meeting meeting, Instant now)
    {
        foreach (var occurrence in Of(meeting))
        {
            if (now < occurrence.End)
                return occurrence;
        }

        return null;
    }
}
