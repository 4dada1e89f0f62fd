using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>Adds up what was used of an agreement: a customer's sessions of the day and the month, and what the home provider has not settled.</summary>
static class SpentReader
{
    /// <summary>A customer's sessions of a month that are added up; somebody with more has the latest counted.</summary>
    const int SessionLimit = 2_000;

    /// <summary>Digits behind the point of a sum of charges.</summary>
    const int SumDigits = 6;

    /// <summary>What was used until now.</summary>
    /// <param name="reader">The store.</param>
    /// <param name="terms">Of the agreement.</param>
    /// <param name="home">Its party whose customers pay.</param>
    /// <param name="person">The customer; null: only what the provider owes.</param>
    /// <param name="now">Wall time.</param>
    /// <param name="except">A session that is not counted; null: all are.</param>
    public static RoamingSpent Of(StoreReader reader, UsageTerms terms, string home, string? person, Instant now, string? except) =>
        (person is null ? default : OfCustomer(reader, terms, home, person, now, except)) with { Unsettled = OfParty(reader, terms, home) };

    /// <summary>What one customer used in the agreement's day and month.</summary>
    public static RoamingSpent OfCustomer(StoreReader reader, UsageTerms terms, string home, string person, Instant now, string? except)
    {
        if (terms.Agreement.Roaming is not { } roaming || (roaming.CapPerDay ?? roaming.CapPerMonth) is null)
            return default;
        var (day, month) = (0m, 0m);
        var zone = DateTimeZoneProviders.Tzdb[terms.Agreement.TimeZone];
        var dayFrom = now.InZone(zone).Date.AtStartOfDayInZone(zone).ToInstant();
        var monthFrom = StatementPeriod.Of(now, terms.Agreement.TimeZone).From;
        var rates = SessionRate.Of(terms, home);
        // A session counts where it ended, or was last heard of, as it does on a statement.
        foreach (var session in SessionRows.Since(reader, person, monthFrom - Duration.FromSeconds(RoamingTerms.MaxSeconds), SessionLimit).Where(row => row.Id != except).Select(row => row.Session()))
        {
            if (session.Ended < monthFrom || session.Terms.Links.All(link => link.Agreement != terms.Agreement.Id))
                continue;
            month += Cost(session, rates, roaming.CapPerMonth);
            day += session.Ended >= dayFrom ? Cost(session, rates, roaming.CapPerDay) : 0;
        }

        return new RoamingSpent(day, month, 0);
    }

    /// <summary>What a party's customers have used and is on no closed statement; 0 without a limit of it.</summary>
    public static decimal OfParty(StoreReader reader, UsageTerms terms, string home) =>
        Money.TryParse(terms.Agreement.Roaming?.ExposureLimit, out var limit) ? Unsettled(reader, terms, home, limit.Currency) : 0;

    /// <summary>What a session costs in the currency of a cap; 0 without.</summary>
    public static decimal Cost(RoamingSession session, IReadOnlyList<SessionRate> rates, string? cap)
    {
        if (!Money.TryParse(cap, out var money))
            return 0;
        var use = session.Use;
        var seconds = (long)Math.Ceiling(session.Billable.TotalSeconds);
        return rates.Where(rate => rate.Tariff.Currency == money.Currency).Sum(rate => rate.Price(seconds, use.OctetsIn, use.OctetsOut));
    }

    /// <summary>The charges to a provider under the agreement that are on no closed statement: those of months that are not closed.</summary>
    static decimal Unsettled(StoreReader reader, UsageTerms terms, string home, string currency)
    {
        var closed = reader.Query<string>("SELECT period FROM closed_periods WHERE agreement = @Id ORDER BY period DESC LIMIT 1", new { terms.Agreement.Id });
        var from = closed is [var last] && StatementPeriod.TryParse(last, terms.Agreement.TimeZone, out var period) ? period!.Until : Instant.FromUnixTimeTicks(0);
        // Added up by the database: there may be a great many, and a limit needs no more digits than it keeps in its sums.
        var sum = reader.Single<decimal>(
            """
            SELECT COALESCE(SUM(CAST(c.amount AS numeric)), 0) FROM usage_charges c JOIN usage_records r ON r.id = c.record_id
            WHERE r.agreement = @Id AND r.ended >= @from AND r.unit = 'roaming-session' AND r.state <> 'disputed' AND c.payer = @home AND c.currency = @currency
            """,
            new { terms.Agreement.Id, from, home, currency });
        return decimal.Round(sum, SumDigits);
    }
}
