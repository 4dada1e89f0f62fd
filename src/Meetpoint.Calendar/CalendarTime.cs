using System.Globalization;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>The forms of a DATE or DATE-TIME value (RFC 5545 sections 3.3.4 and 3.3.5).</summary>
public enum CalendarTimeKind
{
    /// <summary>A local time of whoever reads it.</summary>
    Floating,

    /// <summary>A whole day.</summary>
    Date,

    /// <summary>UTC.</summary>
    Utc,

    /// <summary>A local time of a named zone.</summary>
    Zoned,
}

/// <summary>A DATE or DATE-TIME as calendars write it, to the second. The default value is floating, at the start of year 1.</summary>
/// <remarks>What instant it is depends on a zone: ask <see cref="CalendarTimeZones.ToInstant"/>.</remarks>
public readonly record struct CalendarTime
{
    CalendarTime(CalendarTimeKind kind, LocalDateTime local, string? zoneId)
    {
        Kind = kind;
        Local = new LocalDateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, local.Second);
        ZoneId = zoneId;
    }

    /// <summary>Later years are not read, so that no zone, length or rule of a stranger leads beyond the last instant there is (9999).</summary>
    public const int MaxYear = 9_800;

    /// <summary>Which form.</summary>
    public CalendarTimeKind Kind { get; }

    /// <summary>The date and time as written: local to the zone, or to UTC; midnight for a date.</summary>
    public LocalDateTime Local { get; }

    /// <summary>The TZID, of a zoned time alone.</summary>
    public string? ZoneId { get; }

    /// <summary>A whole day.</summary>
    public static CalendarTime OfDate(LocalDate date) => new(CalendarTimeKind.Date, date.AtMidnight(), null);

    /// <summary>A local time without a zone.</summary>
    public static CalendarTime OfFloating(LocalDateTime local) => new(CalendarTimeKind.Floating, local, null);

    /// <summary>UTC; what is finer than a second is cut off.</summary>
    public static CalendarTime OfUtc(Instant instant) => new(CalendarTimeKind.Utc, instant.InUtc().LocalDateTime, null);

    /// <summary>A local time of a zone, named as in TZDB.</summary>
    public static CalendarTime OfZone(LocalDateTime local, string zoneId) => new(CalendarTimeKind.Zoned, local, zoneId);

    /// <summary>The same form with another local time.</summary>
    public CalendarTime WithLocal(LocalDateTime local) =>
        new(Kind, Kind == CalendarTimeKind.Date ? local.Date.AtMidnight() : local, ZoneId);

    /// <summary>The value without its parameters: 19970714, 19970714T133000 or 19970714T173000Z.</summary>
    public string Value => Kind switch
    {
        CalendarTimeKind.Date => string.Create(CultureInfo.InvariantCulture, $"{Local.Year:D4}{Local.Month:D2}{Local.Day:D2}"),
        CalendarTimeKind.Utc => DateAndTime + "Z",
        _ => DateAndTime,
    };

    string DateAndTime => string.Create(
        CultureInfo.InvariantCulture,
        $"{Local.Year:D4}{Local.Month:D2}{Local.Day:D2}T{Local.Hour:D2}{Local.Minute:D2}{Local.Second:D2}");

    /// <summary>A property with this value and the parameters that say its form.</summary>
    public ContentLine ToLine(string name) => Kind switch
    {
        CalendarTimeKind.Date => new ContentLine(name, Value, new LineParameter("VALUE", "DATE")),
        CalendarTimeKind.Zoned => new ContentLine(name, Value, new LineParameter("TZID", ZoneId!)),
        _ => new ContentLine(name, Value),
    };

    /// <summary>Reads a value; <paramref name="zoneId"/> is the TZID beside it, if any. A second of 60 is read as 59 (section 3.3.12).</summary>
    public static bool TryParse(ReadOnlySpan<char> value, string? zoneId, out CalendarTime time)
    {
        time = default;
        value = value.Trim();
        var utc = value is [.., 'Z' or 'z'];
        if (utc)
            value = value[..^1];
        if (!TryDate(value, out var date))
            return false;
        if (value.Length == 8 && !utc)
        {
            time = OfDate(date);
            return true;
        }

        if (value.Length != 15 || value[8] is not ('T' or 't') || !TryDigits(value[9..11], out var hour) ||
            !TryDigits(value[11..13], out var minute) || !TryDigits(value[13..], out var second) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var local = date + new LocalTime(hour, minute, Math.Min(second, 59));
        time = utc ? new(CalendarTimeKind.Utc, local, null) : zoneId is null ? OfFloating(local) : OfZone(local, zoneId);
        return true;
    }

    static bool TryDate(ReadOnlySpan<char> value, out LocalDate date)
    {
        date = default;
        if (value.Length < 8 || !TryDigits(value[..4], out var year) || !TryDigits(value[4..6], out var month) || !TryDigits(value[6..8], out var day))
            return false;
        if (year is < 1 or > MaxYear || month is < 1 or > 12 || day < 1 || day > CalendarSystem.Iso.GetDaysInMonth(year, month))
            return false;
        date = new LocalDate(year, month, day);
        return true;
    }

    static bool TryDigits(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <inheritdoc/>
    public override string ToString() => ZoneId is null ? Value : $"{Value} {ZoneId}";
}
