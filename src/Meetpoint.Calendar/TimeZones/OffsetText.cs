using System.Globalization;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>The value type UTC-OFFSET (RFC 5545 section 3.3.14): +hhmm or +hhmmss.</summary>
static class OffsetText
{
    public static string Format(Offset offset)
    {
        var seconds = Math.Abs(offset.Seconds);
        var text = string.Create(CultureInfo.InvariantCulture, $"{(offset.Seconds < 0 ? '-' : '+')}{seconds / 3600:D2}{seconds / 60 % 60:D2}");
        return seconds % 60 == 0 ? text : text + (seconds % 60).ToString("D2", CultureInfo.InvariantCulture);
    }

    public static bool TryParse(string value, out Offset offset)
    {
        offset = Offset.Zero;
        var text = value.AsSpan().Trim();
        if (text.Length is not (5 or 7) || text[0] is not ('+' or '-') ||
            !int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var digits))
        {
            return false;
        }

        if (text.Length == 5)
            digits *= 100;
        var (hours, minutes, seconds) = (digits / 10_000, digits / 100 % 100, digits % 100);
        // Farther from UTC than any zone, and a daylight saving hour more stays within what Offset holds.
        if (hours > 15 || minutes > 59 || seconds > 59)
            return false;
        var total = hours * 3600 + minutes * 60 + seconds;
        offset = Offset.FromSeconds(text[0] == '-' ? -total : total);
        return true;
    }
}
