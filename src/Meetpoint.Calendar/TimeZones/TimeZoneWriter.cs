using NodaTime;
using NodaTime.TimeZones;

namespace Meetpoint.Calendar;

/// <summary>Writes a VTIMEZONE (RFC 5545 section 3.6.5) for the span that is needed.</summary>
/// <remarks>
/// Transitions of consecutive years on the same weekday of the same month become a yearly rule, with an end if it had one
/// within <see cref="LookAheadYears"/>; all others become dates. Thread safe.
/// </remarks>
public static class TimeZoneWriter
{
    /// <summary>A rule is held to go on when it still does so long after the span.</summary>
    const int LookAheadYears = 10;

    /// <summary>The longest span that is written; a longer one is cut, and yearly rules carry on anyway.</summary>
    const int MaxYears = 100;

    /// <summary>The zone with the offsets that hold at any instant of the span.</summary>
    /// <param name="zone">The zone; its id becomes the TZID.</param>
    /// <param name="from">The span's first instant.</param>
    /// <param name="to">The span's end.</param>
    public static CalendarComponent Write(DateTimeZone zone, Instant from, Instant to)
    {
        var cut = from + Duration.FromDays(366 * MaxYears);
        var end = Instant.Min(to, cut) + Duration.FromDays(366 * LookAheadYears);
        var intervals = zone.GetZoneIntervals(from, end).ToList();
        var lastYear = end.InUtc().Year - 1;
        var components = new List<CalendarComponent>();
        var changes = new List<ZoneChange>();
        foreach (var interval in intervals)
        {
            if (interval.HasStart)
                changes.Add(ZoneChange.Into(interval, zone));
            else
                components.Add(Beginning(interval));
        }

        foreach (var kind in changes.GroupBy(change => (change.From, change.To, change.Name, change.Daylight)))
            components.AddRange(Observances(kind.ToList(), lastYear));
        return new CalendarComponent("VTIMEZONE", [ContentLine.OfText("TZID", zone.Id)], components);
    }

    static IEnumerable<CalendarComponent> Observances(List<ZoneChange> changes, int lastYear)
    {
        var singles = new List<ZoneChange>();
        for (var i = 0; i < changes.Count;)
        {
            var run = YearlyRun.Longest(changes, i);
            if (run.Length == 1)
                singles.Add(changes[i]);
            else
                yield return Observance(changes[i], run.ToRule(lastYear), []);
            i += run.Length;
        }

        if (singles.Count > 0)
            yield return Observance(singles[0], null, singles.Skip(1));
    }

    static CalendarComponent Observance(ZoneChange first, string? rule, IEnumerable<ZoneChange> others)
    {
        var lines = new List<ContentLine>
        {
            new("DTSTART", CalendarTime.OfFloating(first.Local).Value),
            new("TZOFFSETFROM", OffsetText.Format(first.From)),
            new("TZOFFSETTO", OffsetText.Format(first.To)),
            ContentLine.OfText("TZNAME", first.Name),
        };
        if (rule is not null)
            lines.Add(new ContentLine("RRULE", rule));
        foreach (var other in others)
            lines.Add(new ContentLine("RDATE", CalendarTime.OfFloating(other.Local).Value));
        return new CalendarComponent(first.Daylight ? "DAYLIGHT" : "STANDARD", lines);
    }

    /// <summary>A zone's first interval has no start; any date before calendars will do, and 1601 is what many readers know.</summary>
    static CalendarComponent Beginning(ZoneInterval interval) => new("STANDARD",
    [
        new ContentLine("DTSTART", "16010101T000000"),
        new ContentLine("TZOFFSETFROM", OffsetText.Format(interval.WallOffset)),
        new ContentLine("TZOFFSETTO", OffsetText.Format(interval.WallOffset)),
        ContentLine.OfText("TZNAME", interval.Name),
    ]);
}
