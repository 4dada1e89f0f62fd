using System.Globalization;
using System.Text;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>FREQ of a rule. Hourly and finer are not served.</summary>
public enum RecurrenceFrequency
{
    /// <summary>Every so many days.</summary>
    Daily,

    /// <summary>Every so many weeks.</summary>
    Weekly,

    /// <summary>Every so many months.</summary>
    Monthly,

    /// <summary>Every so many years.</summary>
    Yearly,
}

/// <summary>A recurrence rule (RFC 5545 section 3.3.10). Immutable. Empty lists stand for parts that are not there.</summary>
/// <param name="Frequency">FREQ.</param>
public sealed record RecurrenceRule(RecurrenceFrequency Frequency)
{
    /// <summary>INTERVAL, 1 or more.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>COUNT, 1 or more, the first occurrence included.</summary>
    public int? Count { get; init; }

    /// <summary>UNTIL, inclusive; never together with COUNT.</summary>
    public CalendarTime? Until { get; init; }

    /// <summary>BYDAY.</summary>
    public IReadOnlyList<WeekdayOrdinal> ByDay { get; init; } = [];

    /// <summary>BYMONTHDAY: 1 to 31, or -31 to -1 from the month's end.</summary>
    public IReadOnlyList<int> ByMonthDay { get; init; } = [];

    /// <summary>BYYEARDAY: 1 to 366, or -366 to -1.</summary>
    public IReadOnlyList<int> ByYearDay { get; init; } = [];

    /// <summary>BYWEEKNO: 1 to 53, or -53 to -1.</summary>
    public IReadOnlyList<int> ByWeekNumber { get; init; } = [];

    /// <summary>BYMONTH: 1 to 12.</summary>
    public IReadOnlyList<int> ByMonth { get; init; } = [];

    /// <summary>BYSETPOS: which of a period's dates, from 1, or from -1 backwards.</summary>
    public IReadOnlyList<int> BySetPosition { get; init; } = [];

    /// <summary>WKST: the day on which weeks begin.</summary>
    public IsoDayOfWeek WeekStart { get; init; } = IsoDayOfWeek.Monday;

    /// <summary>Reads a rule as in RRULE.</summary>
    public static bool TryParse(string value, out RecurrenceRule rule, out CalendarError error) =>
        RecurrenceRuleParser.TryParse(value, out rule, out error);

    /// <summary>The value of RRULE.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("FREQ=").Append(Frequency.ToString().ToUpperInvariant());
        if (Interval != 1)
            text.Append(CultureInfo.InvariantCulture, $";INTERVAL={Interval}");
        if (Count is { } count)
            text.Append(CultureInfo.InvariantCulture, $";COUNT={count}");
        if (Until is { } until)
            text.Append(";UNTIL=").Append(until.Value);
        Append(text, "BYMONTH", ByMonth);
        Append(text, "BYWEEKNO", ByWeekNumber);
        Append(text, "BYYEARDAY", ByYearDay);
        Append(text, "BYMONTHDAY", ByMonthDay);
        Append(text, "BYDAY", ByDay);
        Append(text, "BYSETPOS", BySetPosition);
        if (WeekStart != IsoDayOfWeek.Monday)
            text.Append(";WKST=").Append(WeekdayOrdinal.NameOf(WeekStart));
        return text.ToString();
    }

    static void Append<T>(StringBuilder text, string part, IReadOnlyList<T> values)
    {
        for (var i = 0; i < values.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? $";{part}=" : ",")}{values[i]}");
    }
}
