using System.Globalization;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>The value type DURATION (RFC 5545 section 3.3.6): weeks and days are nominal, hours and finer exact.</summary>
readonly record struct CalendarDuration(int Days, Duration Exact)
{
    /// <summary>A century; more is no event's length.</summary>
    public const int MaxDays = 36_525;

    /// <summary>Reads values such as P7W, P15DT5H0M20S or -PT15M, of at most some hundred years.</summary>
    public static bool TryParse(string value, out CalendarDuration duration)
    {
        duration = default;
        var text = value.AsSpan().Trim();
        var sign = text is ['-', ..] ? -1 : 1;
        if (text is ['-' or '+', ..])
            text = text[1..];
        if (text is not ['P' or 'p', _, ..])
            return false;
        text = text[1..];
        var days = 0;
        var exactSeconds = 0L;
        var inTime = false;
        while (!text.IsEmpty)
        {
            if (text[0] is 'T' or 't' && !inTime)
            {
                inTime = true;
                text = text[1..];
                continue;
            }

            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 8 || !int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            switch (char.ToUpperInvariant(text[digits]))
            {
                case 'W' when !inTime && number <= MaxDays / 7:
                    days += number * 7;
                    break;
                case 'D' when !inTime && number <= MaxDays:
                    days += number;
                    break;
                case 'H' when inTime:
                    exactSeconds += number * 3600L;
                    break;
                case 'M' when inTime:
                    exactSeconds += number * 60L;
                    break;
                case 'S' when inTime:
                    exactSeconds += number;
                    break;
                default:
                    return false;
            }

            text = text[(digits + 1)..];
            if (days > MaxDays || exactSeconds > MaxDays * 86_400L)
                return false;
        }

        duration = new CalendarDuration(sign * days, Duration.FromSeconds(sign * exactSeconds));
        return true;
    }
}
