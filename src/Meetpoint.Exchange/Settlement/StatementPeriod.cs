using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Settlement;

/// <summary>A calendar month in the zone of an agreement: half open, by the instant at which a usage ended.</summary>
/// <param name="Name">As "2026-11".</param>
/// <param name="From">Inclusive.</param>
/// <param name="Until">Exclusive.</param>
public sealed record StatementPeriod(string Name, Instant From, Instant Until)
{
    /// <summary>The month that an instant lies in.</summary>
    public static StatementPeriod Of(Instant instant, string timeZone) =>
        Of(Zone(timeZone), instant.InZone(Zone(timeZone)).Date.ToYearMonth());

    /// <summary>The month of that name; false when it is none.</summary>
    public static bool TryParse(string name, string timeZone, out StatementPeriod? period)
    {
        var parsed = YearMonthPattern.Iso.Parse(name);
        period = parsed.Success ? Of(Zone(timeZone), parsed.Value) : null;
        return parsed.Success;
    }

    static StatementPeriod Of(DateTimeZone zone, YearMonth month) => new(YearMonthPattern.Iso.Format(month),
        month.OnDayOfMonth(1).AtStartOfDayInZone(zone).ToInstant(), month.PlusMonths(1).OnDayOfMonth(1).AtStartOfDayInZone(zone).ToInstant());

    static DateTimeZone Zone(string timeZone) => DateTimeZoneProviders.Tzdb[timeZone];
}
