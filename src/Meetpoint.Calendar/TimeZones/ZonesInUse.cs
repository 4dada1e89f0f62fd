using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>The VTIMEZONEs that events need: one for every TZID that they name, over the years that they take place in.</summary>
static class ZonesInUse
{
    /// <summary>Years that a series without an end is covered for, besides the yearly rules that carry on.</summary>
    const int YearsWithoutEnd = 5;

    public static IEnumerable<CalendarComponent> Write(IReadOnlyList<CalendarEvent> events, CalendarTimeZones zones)
    {
        var spans = new SortedDictionary<string, (Instant From, Instant To)>(StringComparer.Ordinal);
        foreach (var each in events)
        {
            foreach (var time in Times(each))
                Widen(time, zones.ToInstant(time), zones.ToInstant(time));
            if (each.Rule is { } rule && each.Start.Kind == CalendarTimeKind.Zoned)
                Widen(each.Start, zones.ToInstant(each.Start), EndOf(rule, each.Start, zones));
        }

        foreach (var (zoneId, span) in spans)
        {
            var component = TimeZoneWriter.Write(zones.Find(zoneId)!, span.From, span.To);

            // A zone found under another name (Windows', say) is written under the name that the events use.
            yield return component with { Lines = [ContentLine.OfText("TZID", zoneId)] };
        }

        void Widen(CalendarTime time, Instant from, Instant to)
        {
            if (time.Kind != CalendarTimeKind.Zoned)
                return;
            spans[time.ZoneId!] = spans.TryGetValue(time.ZoneId!, out var span)
                ? (Instant.Min(span.From, from), Instant.Max(span.To, to))
                : (from, to);
        }
    }

    static IEnumerable<CalendarTime> Times(CalendarEvent each)
    {
        CalendarTime?[] single = [each.Start, each.End, each.RecurrenceId];
        return single.Where(time => time is not null).Select(time => time!.Value).Concat(each.AddedDates).Concat(each.ExcludedDates);
    }

    static Instant EndOf(RecurrenceRule rule, CalendarTime start, CalendarTimeZones zones)
    {
        if (rule.Until is { } until)
            return zones.ToInstant(until) + Duration.FromDays(1);
        if (rule.Count is not null)
            return zones.ToInstant(start.WithLocal(RecurrenceExpansion.Expand(rule, start.Local).Take(EventOccurrences.DefaultLimit).Last()));
        return zones.ToInstant(start) + Duration.FromDays(366 * YearsWithoutEnd);
    }
}
