using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Turns finished calls into usage records, in the transaction that ends them: one for each agreement of the chain that charges for calls, so that a call
/// by way of a third party is on both statements.
/// </summary>
/// <remarks>
/// The exchange of the side that the call comes from measures, and proposes; that of the side that it goes to keeps what it saw, and countersigns. Where
/// one exchange serves both, what it measured is what both have. An agreement that charges nothing for calls has no records of them: the grant is enough.
/// </remarks>
/// <param name="others">Takes what is no call.</param>
/// <param name="book">Where records are kept.</param>
/// <param name="terms">The terms by which they are settled.</param>
/// <param name="sightings">What is kept of calls that the other side measures.</param>
/// <param name="world">The current snapshot.</param>
/// <param name="clock">Wall clock.</param>
sealed class CallSettlement(ISettlementSink others, UsageBook book, IUsageTerms terms, CallSightings sightings, Func<World> world, IClock clock)
    : ISettlementSink
{
    /// <inheritdoc/>
    public void Record(StoreTransaction transaction, CompletedGrant grant)
    {
        if (grant.Kind != GrantKind.Call)
        {
            others.Record(transaction, grant);
            return;
        }

        for (var i = 0; i < grant.Links.Length; i++)
        {
            var link = grant.Links[i];
            if (!link.Charges.IsEmpty && (terms.Find(link.Agreement, link.Hash) ?? terms.Current(link.Agreement)) is { } version)
                Record(transaction, grant, i, version.Agreement.Parties[link.AToB ? 0 : 1], version.Agreement.Parties[link.AToB ? 1 : 0]);
        }
    }

    /// <summary>One agreement's part.</summary>
    /// <param name="transaction">Where it is written.</param>
    /// <param name="grant">The call.</param>
    /// <param name="link">Place of the agreement in the chain.</param>
    /// <param name="from">The party that the call comes from.</param>
    /// <param name="to">The party that it goes to.</param>
    void Record(StoreTransaction transaction, CompletedGrant grant, int link, string from, string to)
    {
        var snapshot = world();
        var (sending, receiving) = (snapshot.FindProvider(from)?.Exchange == snapshot.Exchange, snapshot.FindProvider(to)?.Exchange == snapshot.Exchange);
        if (!sending)
        {
            if (receiving)
                sightings.Saw(transaction, grant, link);
            return;
        }

        var record = ToRecord(snapshot.Exchange, grant, link);
        if (receiving)
        {
            book.RecordOwn(transaction, record, from, grant.Quantities.Quality);
            return;
        }

        var now = clock.GetCurrentInstant();
        book.Record(transaction, record, now, grant.Quantities.Quality);
        book.Propose(transaction, record.Id, now);
    }

    static UsageRecord ToRecord(string exchange, CompletedGrant grant, int link)
    {
        var (started, ended) = (Milliseconds(grant.Started), Milliseconds(Instant.Max(grant.Started, grant.Ended)));
        return new UsageRecord
        {
            Id = link == 0 ? grant.Id : $"{grant.Id}-{link + 1}",
            Agreement = grant.Links[link].Agreement,
            AgreementHash = grant.Links[link].Hash,
            Correlation = grant.Correlation.ToString(),
            Meeting = grant.Parent ?? grant.Id,
            Unit = ChargeUnit.CallMinute,
            MeasuredBy = exchange,
            Party = grant.Subject,
            Called = grant.Called,
            Started = started,
            Ended = ended,
            BillableMs = Math.Clamp(grant.Quantities.DurationMs, 0, (long)(ended - started).TotalMilliseconds),
            PacketsIn = grant.Quantities.PacketsIn,
            PacketsOut = grant.Quantities.PacketsOut,
            BytesIn = grant.Quantities.OctetsIn,
            BytesOut = grant.Quantities.OctetsOut,
        };
    }

    static Instant Milliseconds(Instant at) => Instant.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
