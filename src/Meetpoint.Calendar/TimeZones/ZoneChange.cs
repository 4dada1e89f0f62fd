using NodaTime;
using NodaTime.TimeZones;

namespace Meetpoint.Calendar;

/// <summary>A change of a zone's offset, with its local time by the offset before it, as VTIMEZONE writes it.</summary>
readonly record struct ZoneChange(Instant At, LocalDateTime Local, Offset From, Offset To, string Name, bool Daylight)
{
    public static ZoneChange Into(ZoneInterval interval, DateTimeZone zone)
    {
        var from = zone.GetUtcOffset(interval.Start - Duration.Epsilon);
        return new ZoneChange(
            interval.Start, interval.Start.WithOffset(from).LocalDateTime, from, interval.WallOffset, interval.Name, interval.Savings != Offset.Zero);
    }
}
