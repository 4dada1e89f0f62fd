using System.Globalization;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>Reads RRULE and checks that its parts may stand together (RFC 5545 section 3.3.10).</summary>
static class RecurrenceRuleParser
{
    /// <summary>Values of one BY part: a year's days, both ways.</summary>
    const int MaxValues = 732;

    /// <summary>The largest INTERVAL and COUNT that is taken.</summary>
    const int MaxNumber = 1_000_000;

    public static bool TryParse(string value, out RecurrenceRule rule, out CalendarError error)
    {
        rule = new RecurrenceRule(RecurrenceFrequency.Daily);
        error = default;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var range in value.AsSpan().Split(';'))
        {
            var part = value.AsSpan()[range].Trim();
            if (part.IsEmpty)
                continue;
            var equals = part.IndexOf('=');
            if (equals < 1 || !seen.Add(part[..equals].ToString()))
                return Fail(CalendarErrorReason.BadValue, part.ToString(), out error);
            var name = part[..equals].ToString().ToUpperInvariant();
            var taken = TryPart(name, part[(equals + 1)..].ToString(), ref rule, out var reason);
            if (!taken)
                return Fail(reason, part.ToString(), out error);
        }

        return seen.Contains("FREQ") ? Consistent(rule, out error) : Fail(CalendarErrorReason.BadValue, "no FREQ", out error);
    }

    static bool TryPart(string name, string value, ref RecurrenceRule rule, out CalendarErrorReason reason)
    {
        reason = CalendarErrorReason.BadValue;
        switch (name)
        {
            case "FREQ":
                if (value.ToUpperInvariant() is "SECONDLY" or "MINUTELY" or "HOURLY")
                    reason = CalendarErrorReason.UnsupportedRecurrence;
                var known = !char.IsAsciiDigit(value is "" ? '0' : value[0]) & Enum.TryParse<RecurrenceFrequency>(value, true, out var frequency);
                rule = rule with { Frequency = frequency };
                return known;
            case "INTERVAL":
                var interval = Number(value);
                rule = rule with { Interval = interval };
                return interval > 0;
            case "COUNT":
                var count = Number(value);
                rule = rule with { Count = count };
                return count > 0;
            case "UNTIL":
                var read = CalendarTime.TryParse(value, null, out var until);
                rule = rule with { Until = until };
                return read;
            case "WKST":
                var isDay = WeekdayOrdinal.TryDay(value, out var start);
                rule = rule with { WeekStart = start };
                return isDay;
            case "BYDAY":
                var areDays = TryDays(value, out var days);
                rule = rule with { ByDay = days };
                return areDays;
            case "BYMONTH":
                var areByMonth = TryNumbers(value, 12, false, out var months);
                rule = rule with { ByMonth = months };
                return areByMonth;
            case "BYMONTHDAY":
                var areByMonthDay = TryNumbers(value, 31, true, out var monthDays);
                rule = rule with { ByMonthDay = monthDays };
                return areByMonthDay;
            case "BYYEARDAY":
                var areByYearDay = TryNumbers(value, 366, true, out var yearDays);
                rule = rule with { ByYearDay = yearDays };
                return areByYearDay;
            case "BYWEEKNO":
                var areByWeekNumber = TryNumbers(value, 53, true, out var weeks);
                rule = rule with { ByWeekNumber = weeks };
                return areByWeekNumber;
            case "BYSETPOS":
                var areBySetPosition = TryNumbers(value, 366, true, out var positions);
                rule = rule with { BySetPosition = positions };
                return areBySetPosition;
            case "BYHOUR" or "BYMINUTE" or "BYSECOND":
                reason = CalendarErrorReason.UnsupportedRecurrence;
                return false;
            default:
                return name.StartsWith("X-", StringComparison.Ordinal);
        }
    }

    static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxNumber ? number : 0;

    static bool TryNumbers(string value, int max, bool negative, out IReadOnlyList<int> numbers)
    {
        var list = new SortedSet<int>();
        numbers = [];
        foreach (var range in value.AsSpan().Split(','))
        {
            if (list.Count == MaxValues ||
                !int.TryParse(value.AsSpan()[range].Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ||
                number == 0 || number > max || number < (negative ? -max : 1))
            {
                return false;
            }

            list.Add(number);
        }

        numbers = [.. list];
        return true;
    }

    static bool TryDays(string value, out IReadOnlyList<WeekdayOrdinal> days)
    {
        var list = new List<WeekdayOrdinal>();
        days = list;
        foreach (var range in value.AsSpan().Split(','))
        {
            if (list.Count == MaxValues || !WeekdayOrdinal.TryParse(value.AsSpan()[range], out var day))
                return false;
            list.Add(day);
        }

        return true;
    }

    static bool Consistent(RecurrenceRule rule, out CalendarError error)
    {
        error = default;
        var ordinals = rule.ByDay.Any(day => day.Ordinal != 0);
        var yearly = rule.Frequency == RecurrenceFrequency.Yearly;
        if (rule.Count is not null && rule.Until is not null)
            return Fail(CalendarErrorReason.BadValue, "COUNT and UNTIL", out error);
        if (ordinals && !yearly && rule.Frequency != RecurrenceFrequency.Monthly)
            return Fail(CalendarErrorReason.BadValue, "BYDAY counted, but neither monthly nor yearly", out error);
        if (ordinals && rule.ByWeekNumber.Count > 0)
            return Fail(CalendarErrorReason.BadValue, "BYDAY counted, with BYWEEKNO", out error);
        if (rule.ByWeekNumber.Count > 0 && !yearly)
            return Fail(CalendarErrorReason.BadValue, "BYWEEKNO, but not yearly", out error);
        if (rule.ByYearDay.Count > 0 && !yearly)
            return Fail(CalendarErrorReason.BadValue, "BYYEARDAY, but not yearly", out error);
        if (rule.ByMonthDay.Count > 0 && rule.Frequency == RecurrenceFrequency.Weekly)
            return Fail(CalendarErrorReason.BadValue, "BYMONTHDAY, but weekly", out error);
        return true;
    }

    static bool Fail(CalendarErrorReason reason, string detail, out CalendarError error)
    {
        error = CalendarError.Of(reason, "RRULE: " + CalendarError.Quote(detail));
        return false;
    }
}
