using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// Turns sessions that are over into usage records, one for each agreement. The exchange of the visited side measures and proposes; that of the home side
/// had the same reports, and countersigns by them (<see cref="RoamingWitness"/>). Where one exchange serves both, what it kept is what both have.
/// </summary>
/// <remarks>An agreement without charges for roaming has records too: it is free, not unknown.</remarks>
/// <param name="exchange">This one.</param>
/// <param name="book">Where records are kept.</param>
/// <param name="world">The current snapshot.</param>
sealed class SessionSettlement(string exchange, UsageBook book, Func<World> world) : ISessionSettlement
{
    /// <inheritdoc/>
    public void Settle(StoreTransaction transaction, SessionRow row, RoamingSession session, Instant now)
    {
        if (session.Evidence.Reports == 0)
            return; // let in, and nothing reported: there is nothing to charge
        var snapshot = world();
        foreach (var link in session.Terms.Links)
        {
            if (!IsHere(snapshot, link.Visited))
                continue;
            var record = ToRecord(row, session, link);
            if (IsHere(snapshot, link.Home))
            {
                book.RecordOwn(transaction, record, link.Home);
            }
            else
            {
                book.Record(transaction, record, now);
                book.Propose(transaction, record.Id, now);
            }
        }
    }

    UsageRecord ToRecord(SessionRow row, RoamingSession session, SessionLink link)
    {
        var (started, ended, use) = (session.Started, session.Ended, session.Use);
        var id = $"rse_{Math.Max(0, started.ToUnixTimeMilliseconds()):x12}{Hash($"{row.Key}\n{link.Agreement}")}";
        return new UsageRecord
        {
            Id = id,
            Agreement = link.Agreement,
            AgreementHash = link.Hash,
            Correlation = row.Key, // the same on every exchange that had its reports
            Meeting = row.Id,
            Unit = ChargeUnit.RoamingSession,
            MeasuredBy = exchange,
            Party = row.Person ?? row.Realm,
            Started = started,
            Ended = ended,
            BillableMs = Math.Min((long)session.Billable.TotalMilliseconds, ended.ToUnixTimeMilliseconds() - started.ToUnixTimeMilliseconds()),
            PacketsIn = use.PacketsIn,
            PacketsOut = use.PacketsOut,
            BytesIn = use.OctetsIn,
            BytesOut = use.OctetsOut,
        };
    }

    static bool IsHere(World snapshot, string provider) => snapshot.FindProvider(provider)?.Exchange == snapshot.Exchange;

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(..16));
}

/// <summary>What this exchange was told of sessions that the visited side measures: the home side's half of <see cref="SessionSettlement"/>.</summary>
/// <param name="others">Witnesses what is no session.</param>
sealed class RoamingWitness(IUsageWitness others) : IUsageWitness
{
    /// <summary>Two exchanges may put the beginning of one session this far apart, where one of them did not get its Start.</summary>
    static readonly Duration _apart = Duration.FromMinutes(10);

    /// <inheritdoc/>
    public UsageObservation? Observe(StoreReader reader, UsageRecord record)
    {
        if (record.Unit != ChargeUnit.RoamingSession)
            return others.Observe(reader, record);
        if (Nearest(reader, record) is not { } session)
            return null;
        var use = session.Use;
        // Its end may be on its way here: until it is seen, there is none.
        return new UsageObservation(session.Started, session.State == SessionState.Open ? null : session.Ended, use.PacketsIn, use.PacketsOut, use.OctetsIn, use.OctetsOut)
        {
            BillableMs = (long)session.Billable.TotalMilliseconds,
        };
    }

    /// <inheritdoc/>
    public void Agreed(StoreTransaction transaction, UsageRecord record)
    {
        if (record.Unit != ChargeUnit.RoamingSession)
            others.Agreed(transaction, record);
    }

    static RoamingSession? Nearest(StoreReader reader, UsageRecord record) => SessionRows.OfKey(reader, record.Correlation)
        .Select(row => row.Session())
        .Where(session => session.Terms.Links.Any(link => link.Agreement == record.Agreement))
        .OrderBy(session => Apart(session, record))
        .FirstOrDefault(session => Apart(session, record) <= _apart);

    static Duration Apart(RoamingSession session, UsageRecord record) =>
        session.Started > record.Started ? session.Started - record.Started : record.Started - session.Started;
}
