using NodaTime;
using NodaTime.Calendars;

namespace Meetpoint.Calendar;

/// <summary>Which days of a period a rule takes, once what it leaves unsaid is filled in from DTSTART.</summary>
/// <remarks>
/// A day is taken when every BY part that is there admits it. That is the table of RFC 5545 section 3.3.10: where it says
/// "expand" the period holds the days to choose from already, and where it says "limit" it is the same test.
/// </remarks>
sealed class RecurrenceFilter
{
    readonly RecurrenceRule rule;
    readonly IWeekYearRule weeks;
    readonly bool ordinalsInMonth;

    public RecurrenceFilter(RecurrenceRule rule, LocalDate start)
    {
        this.rule = Complete(rule, start);
        weeks = WeekYearRules.ForMinDaysInFirstWeek(4, rule.WeekStart);
        ordinalsInMonth = rule.Frequency == RecurrenceFrequency.Monthly || rule.ByMonth.Count > 0;
    }

    /// <summary>Section 3.3.10: what the rule does not say "is derived from DTSTART".</summary>
    static RecurrenceRule Complete(RecurrenceRule rule, LocalDate start)
    {
        if (rule.ByDay.Count > 0 || rule.ByMonthDay.Count > 0 || rule.ByYearDay.Count > 0)
            return rule;
        if (rule.Frequency == RecurrenceFrequency.Weekly || rule.ByWeekNumber.Count > 0)
            return rule with { ByDay = [new WeekdayOrdinal(start.DayOfWeek)] };
        if (rule.Frequency == RecurrenceFrequency.Monthly)
            return rule with { ByMonthDay = [start.Day] };
        if (rule.Frequency == RecurrenceFrequency.Yearly)
            return rule with { ByMonthDay = [start.Day], ByMonth = rule.ByMonth.Count > 0 ? rule.ByMonth : [start.Month] };
        return rule;
    }

    /// <summary>A month that is not asked for need not be walked.</summary>
    public bool TakesMonth(int month) => rule.ByMonth.Count == 0 || rule.ByMonth.Contains(month);

    public bool Takes(LocalDate day)
    {
        var yearLength = CalendarSystem.Iso.GetDaysInYear(day.Year);
        var monthLength = CalendarSystem.Iso.GetDaysInMonth(day.Year, day.Month);
        return TakesMonth(day.Month) &&
            TakesNumber(rule.ByMonthDay, day.Day, monthLength) &&
            TakesNumber(rule.ByYearDay, day.DayOfYear, yearLength) &&
            (rule.ByWeekNumber.Count == 0 ||
                TakesNumber(rule.ByWeekNumber, weeks.GetWeekOfWeekYear(day), weeks.GetWeeksInWeekYear(weeks.GetWeekYear(day)))) &&
            (rule.ByDay.Count == 0 || TakesWeekday(day, monthLength, yearLength));
    }

    static bool TakesNumber(IReadOnlyList<int> taken, int number, int length) =>
        taken.Count == 0 || taken.Contains(number) || taken.Contains(number - length - 1);

    bool TakesWeekday(LocalDate day, int monthLength, int yearLength)
    {
        var (position, length) = ordinalsInMonth ? (day.Day, monthLength) : (day.DayOfYear, yearLength);
        foreach (var wanted in rule.ByDay)
        {
            if (wanted.Day == day.DayOfWeek &&
                (wanted.Ordinal == 0 || wanted.Ordinal == (position - 1) / 7 + 1 || wanted.Ordinal == -((length - position) / 7 + 1)))
            {
                return true;
            }
        }

        return false;
    }
}
