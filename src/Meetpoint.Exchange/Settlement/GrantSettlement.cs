using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>
/// Turns finished grants into usage records and proposes them, in the transaction that ends the grant. Measured here are this
/// exchange's own customers, and the meetings and cascades whose organiser it serves; the rest is the other side's to measure.
/// </summary>
/// <param name="book">Where records are kept.</param>
/// <param name="terms">The terms by which they are settled.</param>
/// <param name="world">The current snapshot.</param>
/// <param name="clock">Wall clock.</param>
public sealed class GrantSettlement(UsageBook book, IUsageTerms terms, Func<World> world, IClock clock) : ISettlementSink
{
    /// <inheritdoc/>
    /// <remarks>One record for each agreement of the chain that another exchange is party to; the first has the grant's id.</remarks>
    public void Record(StoreTransaction transaction, CompletedGrant grant)
    {
        var snapshot = world();
        if (UnitOf(grant.Kind) is not { } unit || !IsMeasuredHere(snapshot, grant))
            return;
        var now = clock.GetCurrentInstant();
        for (var i = 0; i < grant.Links.Length; i++)
        {
            if (terms.Current(grant.Links[i].Agreement) is not { IsServedHere: false })
                continue; // both parties are served here: nobody to countersign
            var record = ToRecord(snapshot.Exchange, grant, unit, i);
            book.Record(transaction, record, now, grant.Quantities.Quality);
            book.Propose(transaction, record.Id, now);
        }
    }

    static UsageRecord ToRecord(string exchange, CompletedGrant grant, ChargeUnit unit, int link)
    {
        var started = Instant.FromUnixTimeMilliseconds(grant.Started.ToUnixTimeMilliseconds());
        var ended = Instant.FromUnixTimeMilliseconds(Instant.Max(grant.Started, grant.Ended).ToUnixTimeMilliseconds());
        return new UsageRecord
        {
            Id = link == 0 ? grant.Id : $"{grant.Id}-{link + 1}",
            Agreement = grant.Links[link].Agreement,
            AgreementHash = grant.Links[link].Hash,
            Correlation = grant.Correlation.ToString(),
            Meeting = grant.Parent ?? grant.Id,
            Unit = unit,
            MeasuredBy = exchange,
            Party = grant.Subject,
            Started = started,
            Ended = ended,
            BillableMs = Math.Clamp(grant.Quantities.DurationMs, 0, (long)(ended - started).TotalMilliseconds),
            PacketsIn = grant.Quantities.PacketsIn,
            PacketsOut = grant.Quantities.PacketsOut,
            BytesIn = grant.Quantities.OctetsIn,
            BytesOut = grant.Quantities.OctetsOut,
        };
    }

    static bool IsMeasuredHere(World snapshot, CompletedGrant grant)
    {
        var provider = grant.Kind == GrantKind.Participant ? snapshot.Find(grant.Subject)?.Provider : snapshot.FindProvider(grant.Origin);
        return provider?.Exchange == snapshot.Exchange;
    }

    static ChargeUnit? UnitOf(GrantKind kind) => kind switch
    {
        GrantKind.Participant => ChargeUnit.ParticipantMinute,
        GrantKind.Cascade => ChargeUnit.CascadeMinute,
        GrantKind.Meeting => ChargeUnit.Meeting,
        _ => null,
    };
}
