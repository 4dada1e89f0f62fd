using System.Globalization;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>An element of BYDAY: a weekday, all of them (0) or the n-th of the month or year, from its end when negative.</summary>
/// <param name="Day">The weekday.</param>
/// <param name="Ordinal">-53 to 53.</param>
public readonly record struct WeekdayOrdinal(IsoDayOfWeek Day, int Ordinal = 0)
{
    static readonly string[] Names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    internal static string NameOf(IsoDayOfWeek day) => Names[(int)day - 1];

    internal static bool TryDay(ReadOnlySpan<char> name, out IsoDayOfWeek day)
    {
        day = IsoDayOfWeek.None;
        for (var i = 0; i < Names.Length; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                day = (IsoDayOfWeek)(i + 1);
        }

        return day != IsoDayOfWeek.None;
    }

    internal static bool TryParse(ReadOnlySpan<char> text, out WeekdayOrdinal parsed)
    {
        parsed = default;
        text = text.Trim();
        if (text.Length < 2 || !TryDay(text[^2..], out var day))
            return false;
        var ordinal = 0;
        if (text.Length > 2 && (!int.TryParse(text[..^2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ordinal) ||
            ordinal is 0 or < -53 or > 53))
        {
            return false;
        }

        parsed = new WeekdayOrdinal(day, ordinal);
        return true;
    }

    /// <summary>As in a rule: MO, 2TU, -1FR.</summary>
    public override string ToString() =>
        Ordinal == 0 ? NameOf(Day) : Ordinal.ToString(CultureInfo.InvariantCulture) + NameOf(Day);
}
