using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// Turns finished grants of participants and cascades into usage records, and proposes them to the other side, all in the transaction that ends
/// the grant. Use inside one provider has no agreement and makes no record between providers.
/// </summary>
sealed class MeetingSettlement(string exchange, Func<UsageBook> book, IClock clock) : ISettlementSink
{
    /// <inheritdoc/>
    public void Record(StoreTransaction transaction, CompletedGrant grant)
    {
        if (grant.Links.IsEmpty || grant.Parent is null || Unit(grant.Kind) is not { } unit)
            return;
        var link = grant.Links[0];
        var billable = Duration.Min(Duration.FromMilliseconds(grant.Quantities.DurationMs), grant.Ended - grant.Started);
        var now = clock.GetCurrentInstant();
        var record = new UsageRecord
        {
            Id = "usg" + grant.Id[grant.Id.IndexOf('_', StringComparison.Ordinal)..],
            Agreement = link.Agreement,
            AgreementHash = link.Hash,
            Correlation = grant.Correlation.ToString(),
            Meeting = grant.Parent,
            Unit = unit,
            MeasuredBy = exchange,
            Party = grant.Subject,
            Started = grant.Started,
            Ended = grant.Ended,
            BillableMs = (long)billable.TotalMilliseconds,
            PacketsIn = grant.Quantities.PacketsIn,
            PacketsOut = grant.Quantities.PacketsOut,
            BytesIn = grant.Quantities.OctetsIn,
            BytesOut = grant.Quantities.OctetsOut,
        };
        book().Record(transaction, record, now);
        book().Propose(transaction, record.Id, now);
    }

    static ChargeUnit? Unit(GrantKind kind) => kind switch
    {
        GrantKind.Participant => ChargeUnit.ParticipantMinute,
        GrantKind.Cascade => ChargeUnit.CascadeMinute,
        _ => null,
    };
}
