using NodaTime;
using NodaTime.TimeZones;

namespace Meetpoint.Calendar;

/// <summary>The dates of a recurrence rule, in order, in local time. Lazy and bounded.</summary>
/// <remarks>
/// Local times stay local here: when one does not exist in its zone, or exists twice, is decided by whoever turns it into
/// an instant (<see cref="CalendarTimeZones.ToInstant"/>), as RFC 5545 section 3.3.10 asks.
/// </remarks>
public static class RecurrenceExpansion
{
    /// <summary>Years after DTSTART that are looked at. A rule that never comes true (30 February) costs so much and no more.</summary>
    public const int MaxYears = 600;

    /// <summary>
    /// The occurrences from <paramref name="start"/> on, which is the first one whether the rule gives it or not (RFC 5545
    /// section 3.8.5.3). UNTIL in UTC is compared in <paramref name="zone"/>; without one it is read as local time.
    /// </summary>
    public static IEnumerable<LocalDateTime> Expand(RecurrenceRule rule, LocalDateTime start, DateTimeZone? zone = null)
    {
        yield return start;
        var left = (rule.Count ?? int.MaxValue) - 1;
        foreach (var date in Dates(rule, start.Date))
        {
            var next = date + start.TimeOfDay;
            if (left == 0 || IsPast(rule.Until, next, zone))
                yield break;
            if (next == start)
                continue;
            left--;
            yield return next;
        }
    }

    /// <summary>True when the rule ends before the series starts: then only the start itself is left of it, which nobody means.</summary>
    public static bool EndsBefore(RecurrenceRule rule, LocalDateTime start, DateTimeZone? zone = null) => IsPast(rule.Until, start, zone);

    static bool IsPast(CalendarTime? until, LocalDateTime local, DateTimeZone? zone) => until switch
    {
        null => false,
        { Kind: CalendarTimeKind.Date } day => local.Date > day.Local.Date,
        { Kind: CalendarTimeKind.Utc } utc when zone is not null =>
            zone.ResolveLocal(local, Resolvers.LenientResolver).ToInstant() > utc.Local.InUtc().ToInstant(),
        { } time => local > time.Local,
    };

    static IEnumerable<LocalDate> Dates(RecurrenceRule rule, LocalDate start)
    {
        var filter = new RecurrenceFilter(rule, start);
        var horizon = new LocalDate(Math.Min(start.Year + MaxYears, CalendarTime.MaxYear), 12, 31);
        var period = new List<LocalDate>();
        for (var first = FirstPeriod(rule, start); first is { } at && at <= horizon; first = NextPeriod(rule, at))
        {
            period.Clear();
            Collect(rule.Frequency, at, filter, period);
            foreach (var date in rule.BySetPosition.Count == 0 ? period : Positions(period, rule.BySetPosition))
            {
                if (date >= start)
                    yield return date;
            }
        }
    }

    static LocalDate? FirstPeriod(RecurrenceRule rule, LocalDate start) => rule.Frequency switch
    {
        RecurrenceFrequency.Daily => start,
        RecurrenceFrequency.Weekly => start.Year > 1 ? start.PlusDays(-(((int)start.DayOfWeek - (int)rule.WeekStart + 7) % 7)) : null,
        RecurrenceFrequency.Monthly => new LocalDate(start.Year, start.Month, 1),
        _ => new LocalDate(start.Year, 1, 1),
    };

    /// <summary>Null when it lies beyond the years that there are.</summary>
    static LocalDate? NextPeriod(RecurrenceRule rule, LocalDate at)
    {
        var days = rule.Frequency switch
        {
            RecurrenceFrequency.Daily => 1L,
            RecurrenceFrequency.Weekly => 7,
            RecurrenceFrequency.Monthly => 28,
            _ => 365,
        };
        if (days * rule.Interval > (MaxYears + 1) * 366L || at.Year + days * rule.Interval / 365 > 9_990)
            return null;
        return rule.Frequency switch
        {
            RecurrenceFrequency.Daily => at.PlusDays(rule.Interval),
            RecurrenceFrequency.Weekly => at.PlusWeeks(rule.Interval),
            RecurrenceFrequency.Monthly => at.PlusMonths(rule.Interval),
            _ => at.PlusYears(rule.Interval),
        };
    }

    static void Collect(RecurrenceFrequency frequency, LocalDate first, RecurrenceFilter filter, List<LocalDate> days)
    {
        switch (frequency)
        {
            case RecurrenceFrequency.Daily:
                CollectDays(first, 1, filter, days);
                break;
            case RecurrenceFrequency.Weekly:
                CollectDays(first, 7, filter, days);
                break;
            case RecurrenceFrequency.Monthly:
                CollectMonth(first.Year, first.Month, filter, days);
                break;
            default:
                for (var month = 1; month <= 12; month++)
                    CollectMonth(first.Year, month, filter, days);
                break;
        }
    }

    static void CollectMonth(int year, int month, RecurrenceFilter filter, List<LocalDate> days)
    {
        if (filter.TakesMonth(month))
            CollectDays(new LocalDate(year, month, 1), CalendarSystem.Iso.GetDaysInMonth(year, month), filter, days);
    }

    static void CollectDays(LocalDate first, int count, RecurrenceFilter filter, List<LocalDate> days)
    {
        for (var i = 0; i < count; i++)
        {
            var day = first.PlusDays(i);
            if (filter.Takes(day))
                days.Add(day);
        }
    }

    static IEnumerable<LocalDate> Positions(List<LocalDate> period, IReadOnlyList<int> positions)
    {
        for (var i = 0; i < period.Count; i++)
        {
            if (positions.Contains(i + 1) || positions.Contains(i - period.Count))
                yield return period[i];
        }
    }
}
