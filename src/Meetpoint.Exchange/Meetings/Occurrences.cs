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
        return [.. Starts(meeting).Select(start =>
        {
            var begin = zone.AtLeniently(start).ToInstant();
            return new Interval(begin, begin + LengthOf(meeting, start));
        })];
    }

    /// <summary>The local start of each occurrence, in order, at most <see cref="MeetingLimits.Occurrences"/>.</summary>
    public static IReadOnlyList<LocalDateTime> Starts(Meeting meeting)
    {
        IEnumerable<LocalDateTime> starts = [meeting.Start];
        if (meeting.Recurrence is { } rule && RecurrenceRule.TryParse(rule, out var parsed, out _))
            starts = RecurrenceExpansion.Expand(parsed, meeting.Start, DateTimeZoneProviders.Tzdb[meeting.Zone]);
        return [.. starts.Take(MeetingLimits.Occurrences)];
    }

    /// <summary>How long the occurrence that begins then lasts.</summary>
    public static Duration LengthOf(Meeting meeting, LocalDateTime start)
    {
        foreach (var prolonged in meeting.Prolonged ?? [])
        {
            if (prolonged.Start == start)
                return prolonged.Length;
        }

        return meeting.Length;
    }

    /// <summary>Starts of the occurrences that last otherwise in one version of a series than in the one before, of which nothing else changed.</summary>
    public static IReadOnlyList<LocalDateTime> LastingOtherwise(Meeting before, Meeting after) =>
        before.Start == after.Start && before.Length == after.Length
            ? [.. (before.Prolonged ?? []).Concat(after.Prolonged ?? []).Select(each => each.Start).Distinct()
                .Where(start => LengthOf(before, start) != LengthOf(after, start))]
            : [];

    /// <summary>How long it is from one local time to another in a zone, across a change of its clocks too; by the calendar in a zone that is none.</summary>
    public static Duration Between(LocalDateTime start, LocalDateTime end, string zoneId) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId) is { } zone
        ? zone.AtLeniently(end).ToInstant() - zone.AtLeniently(start).ToInstant()
        : Period.Between(start, end, PeriodUnits.Ticks).ToDuration();

    /// <summary>The local end, in the meeting's zone, of what begins at a local time and lasts so long.</summary>
    public static LocalDateTime LocalEnd(Meeting meeting, LocalDateTime start, Duration length)
    {
        var zone = DateTimeZoneProviders.Tzdb[meeting.Zone];
        return (zone.AtLeniently(start).ToInstant() + length).InZone(zone).LocalDateTime;
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
