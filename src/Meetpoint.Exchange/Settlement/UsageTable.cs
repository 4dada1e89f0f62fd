using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>The SQL of usage records.</summary>
static class UsageTable
{
    /// <summary>
    /// Adds a record with its charges, and with what its measurer says of its quality, which is no part of what both must hold. False when the id is there
    /// already: nothing is changed then.
    /// </summary>
    public static bool TryInsert(StoreTransaction transaction, UsageRecord record, string peer, UsageState state, Instant? answerBy,
        IEnumerable<UsageCharge> charges, string? quality = null)
    {
        const string sql = """
            insert into usage_records (id, agreement, agreement_hash, correlation, meeting, unit, measured_by, party, called, started, ended,
                billable_ms, packets_in, packets_out, bytes_in, bytes_out, content_hash, peer, state, answer_by, quality)
            values (@id, @agreement, @agreement_hash, @correlation, @meeting, @unit, @measured_by, @party, @called, @started, @ended,
                @billable_ms, @packets_in, @packets_out, @bytes_in, @bytes_out, @content_hash, @peer, @state, @answer_by, @quality)
            on conflict (id) do nothing
            """;
        var added = transaction.Execute(sql, new
        {
            record.Id,
            record.Agreement,
            record.AgreementHash,
            record.Correlation,
            record.Meeting,
            record.Unit,
            record.MeasuredBy,
            record.Party,
            record.Called,
            record.Started,
            record.Ended,
            record.BillableMs,
            record.PacketsIn,
            record.PacketsOut,
            record.BytesIn,
            record.BytesOut,
            ContentHash = record.ContentHash(),
            peer,
            state,
            answerBy,
            quality,
        }) == 1;
        if (!added)
            return false;
        foreach (var charge in charges)
        {
            transaction.Execute(
                "insert into usage_charges (record_id, leg, payer, payee, tariff, currency, amount) "
                + "values (@id, @leg, @payer, @payee, @tariff, @currency, @amount)",
                new { record.Id, charge.Leg, charge.Payer, charge.Payee, charge.Tariff, charge.Amount.Currency, charge.Amount.Amount });
        }

        return true;
    }

    public static UsageEntry? Find(StoreReader reader, string id) =>
        reader.Single<UsageEntry>("select * from usage_records where id = @id", new { id });

    public static IReadOnlyList<UsageCharge> Charges(StoreReader reader, string id) =>
        [.. reader.Query<(int Leg, string Payer, string Payee, string Tariff, string Currency, decimal Amount)>(
                "select leg, payer, payee, tariff, currency, amount from usage_charges where record_id = @id order by leg", new { id })
            .Select(row => new UsageCharge(row.Leg, row.Payer, row.Payee, row.Tariff, new Money(row.Currency, row.Amount)))];

    public static void MoveTo(StoreTransaction transaction, string id, UsageState state, string? reason = null) =>
        transaction.Execute("update usage_records set state = @state, reason = @reason where id = @id", new { id, state, reason });

    public static void SetProposed(StoreTransaction transaction, string id, Instant answerBy) => transaction.Execute(
        "update usage_records set state = @state, answer_by = @answerBy where id = @id", new { id, state = UsageState.Proposed, answerBy });

    public static void SetWitness(StoreTransaction transaction, string id, UsageObservation seen) => transaction.Execute(
        "update usage_records set witness_started = @Started, witness_ended = @Ended, witness_packets_in = @PacketsIn, "
        + "witness_packets_out = @PacketsOut, witness_bytes_in = @BytesIn, witness_bytes_out = @BytesOut, witness_ms = @BillableMs, "
        + "witness_quality = @quality where id = @id",
        new
        {
            id, seen.Started, seen.Ended, seen.PacketsIn, seen.PacketsOut, seen.BytesIn, seen.BytesOut, seen.BillableMs,
            quality = QualityText.Write(QualityText.Sound(seen.Quality)),
        });

    /// <summary>Proposed records that are waiting, the longest first.</summary>
    public static IReadOnlyList<UsageEntry> Waiting(StoreReader reader, int limit) =>
        reader.Query<UsageEntry>("select * from usage_records where state = 'proposed' order by answer_by, id limit @limit", new { limit });

    /// <summary>Whether any record waits for being sent or answered.</summary>
    public static bool IsAnyWaiting(StoreReader reader) =>
        reader.Query<string>("select id from usage_records where state = 'proposed' limit 1").Count > 0 || Unsent(reader, 1).Count > 0;

    /// <summary>Records that the other side was never told of.</summary>
    public static IReadOnlyList<string> Unsent(StoreReader reader, int limit) =>
        reader.Query<string>("select id from usage_records where state = 'measured' order by id limit @limit", new { limit });

    public static bool IsClosed(StoreReader reader, string agreement, string period) =>
        reader.Single<long>("select count(*) from closed_periods where agreement = @agreement and period = @period", new { agreement, period }) > 0;
}
