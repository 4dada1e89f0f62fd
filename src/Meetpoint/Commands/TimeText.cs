using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>Times and lengths as people type them.</summary>
static class TimeText
{
    static readonly LocalDateTimePattern[] _local =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd H:mm"),
    ];

    static readonly LocalTimePattern _time = LocalTimePattern.CreateWithInvariantCulture("H:mm");

    /// <summary>
    /// A start: "2026-11-22T09:30", "now+5s", "tomorrow 9:30". The second value says that it was reckoned from now, so it holds in this zone.
    /// </summary>
    public static bool TryParseStart(string text, Instant now, DateTimeZone zone, out LocalDateTime start, out bool isRelative)
    {
        text = text.Trim();
        now = Instant.FromUnixTimeSeconds(now.ToUnixTimeSeconds()); // calendars know whole seconds
        var here = now.InZone(zone).LocalDateTime;
        isRelative = true;
        start = here;
        if (text == "now")
            return true;
        if (text.StartsWith("now+", StringComparison.Ordinal))
        {
            if (!TryParseLength(text[4..], out var later))
                return false;
            start = (now + later).InZone(zone).LocalDateTime;
            return true;
        }

        foreach (var (word, days) in (ReadOnlySpan<(string, int)>)[("today ", 0), ("tomorrow ", 1)])
        {
            if (!text.StartsWith(word, StringComparison.Ordinal))
                continue;
            var time = _time.Parse(text[word.Length..].Trim());
            if (time.Success)
                start = here.Date.PlusDays(days) + time.Value;
            return time.Success;
        }

        isRelative = false;
        foreach (var pattern in _local)
        {
            if (pattern.Parse(text) is { Success: true } parsed)
            {
                start = parsed.Value;
                return true;
            }
        }

        return false;
    }

    /// <summary>A length: "30m", "1h30m", "90s", "2d", "1:30:00".</summary>
    public static bool TryParseLength(string text, out Duration length)
    {
        length = Duration.Zero;
        if (DurationPattern.JsonRoundtrip.Parse(text) is { Success: true } exact)
        {
            length = exact.Value;
            return length > Duration.Zero;
        }

        var number = 0L;
        var digits = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                if (++digits > 6)
                    return false;
                number = (number * 10) + (c - '0');
                continue;
            }

            if (digits == 0 || Unit(c) is not { } unit)
                return false;
            length += unit * number;
            (number, digits) = (0, 0);
        }

        return digits == 0 && length > Duration.Zero;
    }

    /// <summary>Milliseconds as seconds, to the tenth.</summary>
    public static string Seconds(string? milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.Integer, CultureInfo.InvariantCulture, out var ms)
            ? (ms / 1_000m).ToString("0.0", CultureInfo.InvariantCulture) : "";

    /// <summary>An instant of an answer, in a zone, to the minute.</summary>
    public static string Local(string? instant, string? zone, DateTimeZone fallback)
    {
        if (InstantPattern.ExtendedIso.Parse(instant ?? "") is not { Success: true } parsed)
            return instant ?? "";
        var shown = zone is null ? fallback : DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? fallback;
        return parsed.Value.InZone(shown).ToString("uuuu-MM-dd HH:mm x", CultureInfo.InvariantCulture);
    }

    static Duration? Unit(char c) => c switch
    {
        's' => Duration.FromSeconds(1),
        'm' => Duration.FromMinutes(1),
        'h' => Duration.FromHours(1),
        'd' => Duration.FromDays(1),
        _ => null,
    };
}
