using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>One time that an event takes place.</summary>
/// <param name="RecurrenceId">When it was to begin by the series; names it in RECURRENCE-ID.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends, exclusive.</param>
/// <param name="Event">The event that describes it: the series, or what stands in for this occurrence.</param>
public readonly record struct Occurrence(CalendarTime RecurrenceId, Instant Start, Instant End, CalendarEvent Event);

/// <summary>The occurrences of a series (RFC 5545 sections 3.8.4.4 and 3.8.5). Pure.</summary>
public static class EventOccurrences
{
    /// <summary>The most occurrences that are given when the caller names no other limit: a daily meeting of 27 years.</summary>
    public const int DefaultLimit = 10_000;

    /// <summary>
    /// The occurrences by the time that the series gives them, lazily. EXDATE is left out, RDATE joined in, and an
    /// event with a RECURRENCE-ID takes the place of its occurrence, or removes it when cancelled. THISANDFUTURE is read as
    /// this one alone.
    /// </summary>
    /// <param name="series">The event without RECURRENCE-ID.</param>
    /// <param name="overrides">Events of the same UID with RECURRENCE-ID.</param>
    /// <param name="zones">The zones that they name.</param>
    /// <param name="limit">The most that is given.</param>
    public static IEnumerable<Occurrence> Of(
        CalendarEvent series, IReadOnlyList<CalendarEvent> overrides, CalendarTimeZones zones, int limit = DefaultLimit)
    {
        var excluded = series.ExcludedDates.ToHashSet();
        var excludedInstants = series.ExcludedDates.Where(date => date.Kind != CalendarTimeKind.Date).Select(zones.ToInstant).ToHashSet();
        var replaced = overrides.Where(each => each.RecurrenceId is not null)
            .GroupBy(each => zones.ToInstant(each.RecurrenceId!.Value))
            .ToDictionary(same => same.Key, same => same.MaxBy(each => (each.Sequence, each.Stamp))!);
        return Times(series, zones)
            .Where(time => !excluded.Contains(CalendarTime.OfDate(time.Local.Date)) && !excludedInstants.Contains(zones.ToInstant(time)) && !excluded.Contains(time))
            .Select(time => At(time, replaced.GetValueOrDefault(zones.ToInstant(time)), series, zones))
            .Where(occurrence => occurrence.Event.Status != EventStatus.Cancelled)
            .Take(limit);
    }

    static Occurrence At(CalendarTime time, CalendarEvent? replacement, CalendarEvent series, CalendarTimeZones zones)
    {
        if (replacement is not null)
        {
            var moved = zones.ToInstant(replacement.Start);
            return new Occurrence(time, moved, moved + Length(replacement, zones), replacement);
        }

        var start = zones.ToInstant(time);
        return new Occurrence(time, start, start + Length(series, zones), series);
    }

    /// <summary>How long the first occurrence takes; the others take as long, exactly (section 3.8.5.3). Never negative, a century at most.</summary>
    static Duration Length(CalendarEvent value, CalendarTimeZones zones)
    {
        if (value.End is not { } end)
            return value.Start.Kind == CalendarTimeKind.Date ? Duration.FromDays(1) : Duration.Zero;
        var length = zones.ToInstant(end) - zones.ToInstant(value.Start);
        return Duration.Max(Duration.Min(length, Duration.FromDays(CalendarDuration.MaxDays)), Duration.Zero);
    }

    static IEnumerable<CalendarTime> Times(CalendarEvent series, CalendarTimeZones zones)
    {
        var zone = zones.ZoneOf(series.Start);
        var given = series.Rule is null ? [series.Start.Local] : RecurrenceExpansion.Expand(series.Rule, series.Start.Local, zone);
        var added = series.AddedDates
            .Select(time => time.Kind == series.Start.Kind && time.ZoneId == series.Start.ZoneId
                ? time.Local
                : zones.ToInstant(time).InZone(zone).LocalDateTime)
            .Order().ToList();
        var next = 0;
        LocalDateTime? last = null;
        foreach (var local in given.Concat([LocalDateTime.MaxIsoValue]))
        {
            for (; next < added.Count && added[next] <= local; next++)
            {
                if (added[next] != last && added[next] != local)
                    yield return series.Start.WithLocal((last = added[next]).Value);
            }

            if (local != LocalDateTime.MaxIsoValue)
                yield return series.Start.WithLocal((last = local).Value);
        }
    }
}
