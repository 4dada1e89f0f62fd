using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// What this exchange saw of calls that came from another's customers and that the other measures: by it their records are countersigned. Each call
/// stands for one record, also where a caller uses one Session-ID for several calls.
/// </summary>
/// <remarks>Durable with the end of the call, and gone with its countersignature. Holds no state of its own. Thread safe.</remarks>
/// <param name="others">Witnesses what is no call.</param>
sealed class CallSightings(IUsageWitness others) : IUsageWitness
{
    /// <summary>A call that nobody proposed until then is not proposed any more: longer than a message waits for a link.</summary>
    static readonly Duration KeptFor = Duration.FromDays(60);

    public static Migration Migration { get; } = new("calls-002", "what was seen of calls that others measure",
        """
        create table call_sightings (
            id {text} not null primary key, session {text} not null, agreement {text} not null, started {bigint} not null, ended {bigint} not null) {strict}
        """,
        "create index call_sightings_session on call_sightings (session)");

    public static Migration QualityMigration { get; } = new("calls-003", "how well the calls were heard that others measure", "alter table call_sightings add column quality {text}");

    /// <summary>A call is over that the other side of one of its agreements measures.</summary>
    /// <param name="transaction">The one that ends it.</param>
    /// <param name="grant">The call.</param>
    /// <param name="link">Place of the agreement in the chain.</param>
    public void Saw(StoreTransaction transaction, CompletedGrant grant, int link) => transaction.Execute(
        "insert into call_sightings (id, session, agreement, started, ended, quality) values (@id, @session, @agreement, @started, @ended, @quality) on conflict (id) do nothing",
        new
        {
            id = $"{grant.Id}-{link + 1}",
            session = grant.Correlation.ToString(),
            agreement = grant.Links[link].Agreement,
            started = grant.Started,
            ended = Instant.Max(grant.Started, grant.Ended),
            quality = QualityText.Write(grant.Quantities.Quality),
        });

    /// <inheritdoc/>
    public UsageObservation? Observe(StoreReader reader, UsageRecord record) => record.Unit != ChargeUnit.CallMinute ? others.Observe(reader, record)
        : Find(reader, record) is { } seen ? new UsageObservation(seen.Started, seen.Ended) { Quality = QualityText.Read(seen.Quality) } : null;

    /// <inheritdoc/>
    public void Agreed(StoreTransaction transaction, UsageRecord record)
    {
        if (record.Unit != ChargeUnit.CallMinute)
            others.Agreed(transaction, record);
        else if (Find(transaction, record) is { } seen)
            transaction.Execute("delete from call_sightings where id = @Id", new { seen.Id });
    }

    /// <summary>At the start of the process: forgets what nobody will ask for any more.</summary>
    public static Task ForgetAsync(Store store, Instant now) => store.WriteAsync(
        transaction => transaction.Execute("delete from call_sightings where ended < @before", new { before = now - KeptFor }));

    /// <summary>Of several calls of one session that which began nearest to the record's.</summary>
    static Row? Find(StoreReader reader, UsageRecord record) => reader
        .Query<Row>(
            "select id, started, ended, quality from call_sightings where session = @Correlation and agreement = @Agreement", new { record.Correlation, record.Agreement })
        .MinBy(seen => Math.Abs((seen.Started - record.Started).TotalMilliseconds));

    sealed record Row(string Id, Instant Started, Instant Ended, string? Quality);
}
