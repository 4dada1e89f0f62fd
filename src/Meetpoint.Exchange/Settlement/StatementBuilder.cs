using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Settlement;

/// <summary>Adds up a statement from the agreed records of a period.</summary>
static class StatementBuilder
{
    public static Statement Build(StoreReader reader, Agreement agreement, StatementPeriod period)
    {
        const string within = "r.agreement = @Id and r.ended >= @From and r.ended < @Until and r.state = 'agreed'";
        var range = new { agreement.Id, period.From, period.Until };
        var records = reader.Query<UsageEntry>($"select r.* from usage_records r where {within} order by r.id", range);
        var charges = reader.Query<ChargeRow>(
            "select c.record_id, c.leg, c.payer, c.payee, c.tariff, c.currency, c.amount from usage_charges c "
            + $"join usage_records r on r.id = c.record_id where {within} order by c.record_id, c.leg", range).ToLookup(c => c.RecordId);
        ImmutableArray<StatementLine> lines =
            [.. records.Select(r => new StatementLine(r.Normalised(), [.. charges[r.Id].Select(c => c.ToCharge())]))];
        return new Statement(agreement.Id, period, lines, Legs(lines), Net(lines));
    }

    static ImmutableArray<StatementLeg> Legs(ImmutableArray<StatementLine> lines) =>
    [
        .. lines.SelectMany(line => line.Charges, (line, charge) => (line.Record, Charge: charge))
            .GroupBy(item => (item.Charge.Payer, item.Charge.Payee, item.Record.Unit, item.Charge.Tariff, item.Charge.Amount.Currency))
            .Select(leg => new StatementLeg(leg.Key.Payer, leg.Key.Payee, leg.Key.Unit, leg.Key.Tariff, Records(leg).Count(),
                Records(leg).Sum(record => record.BillableMs), Sum(leg.Key.Currency, leg.Select(item => item.Charge.Amount))))
            .OrderBy(leg => leg.Payer, StringComparer.Ordinal).ThenBy(leg => leg.Payee, StringComparer.Ordinal).ThenBy(leg => leg.Unit)
            .ThenBy(leg => leg.Tariff, StringComparer.Ordinal).ThenBy(leg => leg.Total.Currency, StringComparer.Ordinal),
    ];

    /// <summary>The records of a leg. A roaming session has up to three charges at one tariff, and is one session.</summary>
    static IEnumerable<UsageRecord> Records(IEnumerable<(UsageRecord Record, UsageCharge Charge)> leg) =>
        leg.First().Record.Unit == ChargeUnit.RoamingSession ? leg.Select(item => item.Record).DistinctBy(record => record.Id, StringComparer.Ordinal)
            : leg.Select(item => item.Record); // what was counted by charge stays so: digests of statements that stand depend on it

    // The parties of a charge stand in one order, so that what each owes counts against what the other does.
    static ImmutableArray<StatementNet> Net(ImmutableArray<StatementLine> lines) =>
    [
        .. lines.SelectMany(line => line.Charges)
            .Select(charge => string.CompareOrdinal(charge.Payer, charge.Payee) < 0
                ? (First: charge.Payer, Second: charge.Payee, charge.Amount)
                : (First: charge.Payee, Second: charge.Payer, Amount: -charge.Amount))
            .GroupBy(owed => (owed.First, owed.Second, owed.Amount.Currency))
            .OrderBy(pair => pair.Key.Currency, StringComparer.Ordinal).ThenBy(pair => pair.Key.First, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Second, StringComparer.Ordinal)
            .Select(pair => Owed(pair.Key.First, pair.Key.Second, Sum(pair.Key.Currency, pair.Select(owed => owed.Amount)).ToMinorUnit())),
    ];

    static StatementNet Owed(string first, string second, Money net) =>
        net.Amount >= 0 ? new StatementNet(first, second, net) : new StatementNet(second, first, -net);

    static Money Sum(string currency, IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero(currency), (sum, amount) => sum + amount);

    sealed record ChargeRow(string RecordId, int Leg, string Payer, string Payee, string Tariff, string Currency, decimal Amount)
    {
        public UsageCharge ToCharge() => new(Leg, Payer, Payee, Tariff, new Money(Currency, Amount));
    }
}
