using NodaTime;
using NodaTime.TimeZones;

namespace Meetpoint.Calendar;

/// <summary>The zones that TZIDs of one calendar stand for. Immutable, thread safe.</summary>
/// <remarks>
/// A TZID that TZDB knows is TZDB's zone, whatever VTIMEZONE says: those that programs send are often of one year only. So are
/// Windows' names (by CLDR's table) and names with a registry before them, as /example.org/Europe/London. Any other is read
/// by the rules of its VTIMEZONE.
/// </remarks>
public sealed class CalendarTimeZones
{
    readonly IReadOnlyDictionary<string, DateTimeZone> described;

    CalendarTimeZones(IReadOnlyDictionary<string, DateTimeZone> described, DateTimeZone floatingZone)
    {
        this.described = described;
        FloatingZone = floatingZone;
    }

    /// <summary>TZDB alone; floating times are taken as UTC.</summary>
    public static CalendarTimeZones Tzdb { get; } = new(new Dictionary<string, DateTimeZone>(), DateTimeZone.Utc);

    /// <summary>The zone in which floating times and whole days are understood.</summary>
    public DateTimeZone FloatingZone { get; }

    /// <summary>The same zones, with floating times and whole days understood in another.</summary>
    public CalendarTimeZones WithFloatingZone(DateTimeZone zone) => new(described, zone);

    /// <summary>TZDB and the VTIMEZONEs of a VCALENDAR that TZDB does not know.</summary>
    public static bool TryRead(CalendarComponent calendar, out CalendarTimeZones zones, out CalendarError error)
    {
        zones = Tzdb;
        error = default;
        Dictionary<string, DateTimeZone>? described = null;
        foreach (var component in calendar.Inner("VTIMEZONE"))
        {
            if (component.Find("TZID") is not { } id)
            {
                error = CalendarError.Of(CalendarErrorReason.MissingProperty, "VTIMEZONE without TZID");
                return false;
            }

            if (FindInTzdb(id.Text) is not null)
                continue;
            if (!TimeZoneReader.TryRead(component, id.Text, out var zone, out error))
                return false;
            (described ??= [])[id.Text] = zone;
        }

        if (described is not null)
            zones = new CalendarTimeZones(described, DateTimeZone.Utc);
        return true;
    }

    /// <summary>The zone of a TZID; null when nothing explains it.</summary>
    public DateTimeZone? Find(string zoneId) => FindInTzdb(zoneId) ?? described.GetValueOrDefault(zoneId);

    /// <summary>The zone in which a time is written.</summary>
    /// <exception cref="ArgumentException">Its TZID is not known. Events that were read name known zones alone.</exception>
    public DateTimeZone ZoneOf(CalendarTime time) => time.Kind switch
    {
        CalendarTimeKind.Utc => DateTimeZone.Utc,
        CalendarTimeKind.Zoned => Find(time.ZoneId!) ?? throw new ArgumentException($"No zone is known as '{time.ZoneId}'."),
        _ => FloatingZone,
    };

    /// <summary>
    /// The instant of a time. A local time that occurs twice is the first; one that is skipped is read with the offset
    /// from before the gap (RFC 5545 section 3.3.5).
    /// </summary>
    /// <exception cref="ArgumentException">Its TZID is not known.</exception>
    public Instant ToInstant(CalendarTime time) => ZoneOf(time).ResolveLocal(time.Local, Resolvers.LenientResolver).ToInstant();

    static DateTimeZone? FindInTzdb(string zoneId)
    {
        var tzdb = DateTimeZoneProviders.Tzdb;
        if (tzdb.GetZoneOrNull(zoneId) is { } zone)
            return zone;
        if (TzdbDateTimeZoneSource.Default.WindowsToTzdbIds.TryGetValue(zoneId, out var fromWindows))
            return tzdb.GetZoneOrNull(fromWindows);
        for (var slash = zoneId.StartsWith('/') ? zoneId.IndexOf('/', 1) : -1; slash > 0; slash = zoneId.IndexOf('/', slash + 1))
        {
            if (tzdb.GetZoneOrNull(zoneId[(slash + 1)..]) is { } suffix)
                return suffix;
        }

        return null;
    }
}
