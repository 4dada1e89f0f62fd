using System.Globalization;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>Changes of consecutive years that one yearly rule gives: the same weekday, counted the same way, of the same month.</summary>
readonly record struct YearlyRun(int Length, ZoneChange First, ZoneChange Last, int Ordinal)
{
    const int LastOfMonth = -1;

    /// <summary>The longest run that begins with the change at <paramref name="start"/>; its length is 1 at least.</summary>
    public static YearlyRun Longest(List<ZoneChange> changes, int start)
    {
        var first = changes[start];
        var fromStart = Extend(changes, start, (first.Local.Day - 1) / 7 + 1);
        return IsLastOfMonth(first.Local) && Extend(changes, start, LastOfMonth) is var fromEnd && fromEnd.Length >= fromStart.Length
            ? fromEnd
            : fromStart;
    }

    /// <summary>The RRULE; without UNTIL when the run goes on to the last year that was looked at.</summary>
    public string ToRule(int lastYear)
    {
        var day = WeekdayOrdinal.NameOf(First.Local.DayOfWeek);
        var rule = string.Create(CultureInfo.InvariantCulture, $"FREQ=YEARLY;BYMONTH={First.Local.Month};BYDAY={Ordinal}{day}");
        return Last.Local.Year >= lastYear ? rule : rule + ";UNTIL=" + CalendarTime.OfUtc(Last.At).Value;
    }

    static YearlyRun Extend(List<ZoneChange> changes, int start, int ordinal)
    {
        var first = changes[start];
        var next = start + 1;
        while (next < changes.Count && Follows(changes[next].Local, first.Local, first.Local.Year + next - start, ordinal))
            next++;
        return new YearlyRun(next - start, first, changes[next - 1], ordinal);
    }

    static bool Follows(LocalDateTime candidate, LocalDateTime first, int year, int ordinal) =>
        candidate.Year == year && candidate.Month == first.Month && candidate.DayOfWeek == first.DayOfWeek &&
        candidate.TimeOfDay == first.TimeOfDay &&
        (ordinal == LastOfMonth ? IsLastOfMonth(candidate) : (candidate.Day - 1) / 7 + 1 == ordinal);

    static bool IsLastOfMonth(LocalDateTime local) => local.Day + 7 > CalendarSystem.Iso.GetDaysInMonth(local.Year, local.Month);
}
