using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>What became of a record that was handed to the book.</summary>
public enum RecordOutcome
{
    /// <summary>New, and kept.</summary>
    Recorded,

    /// <summary>The very same was there already.</summary>
    Duplicate,

    /// <summary>Something else was there under the same id: that one is disputed now, the new one is not kept.</summary>
    Disputed,
}

/// <summary>
/// The measuring side: keeps what this exchange measured, has it countersigned by the other side, and takes it off the
/// statement when it is not. The other side's half is <see cref="UsageCountersigner"/>.
/// </summary>
/// <remarks>Holds no state of its own; every method works in the transaction that it is given. Thread safe.</remarks>
public sealed class UsageBook(string exchange, INniOutbox outbox, IUsageTerms terms)
{
    /// <summary>How long after the proposal, which follows the end at once, a record waits before it is unagreed.</summary>
    public static readonly Duration AnswerWithin = Duration.FromSeconds(2);

    /// <summary>How long a message waits for a link that is down: past the end of the period that it belongs to.</summary>
    internal static readonly Duration MessageLifetime = Duration.FromDays(40);

    /// <summary>Records handled in one transaction of the sweeps; the rest is due at the next.</summary>
    internal const int SweepLimit = 500;

    /// <summary>Keeps a record of this exchange, priced by the version of the agreement that it names.</summary>
    /// <param name="transaction">Where it is written.</param>
    /// <param name="record">What was used.</param>
    /// <param name="now">Of this exchange's clock.</param>
    /// <param name="quality">How well it was heard, which the other side is told of and need not agree on; null where that was not measured.</param>
    /// <exception cref="ArgumentException">The record contradicts itself, or was not measured here.</exception>
    public RecordOutcome Record(StoreTransaction transaction, UsageRecord record, Instant now, IReadOnlyList<LegQuality>? quality = null)
    {
        var kept = record.Normalised();
        if (!kept.IsSound() || kept.MeasuredBy != exchange)
            throw new ArgumentException($"Usage record {record.Id} contradicts itself or was not measured by {exchange}.", nameof(record));
        var version = terms.Find(kept.Agreement, kept.AgreementHash);
        var peer = version?.PeerExchange ?? terms.Current(kept.Agreement)?.PeerExchange
            ?? throw new ArgumentException($"Usage record {record.Id} names the agreement {record.Agreement}, which does not exist.", nameof(record));

        // Without the version there is no price: the other side will contest the terms, and the record stays off the statement.
        if (UsageTable.TryInsert(transaction, kept, peer, UsageState.Measured, answerBy: null, version?.Price(kept) ?? [], QualityText.Write(quality)))
            return RecordOutcome.Recorded;
        var first = UsageTable.Find(transaction, kept.Id)!;
        if (first.ContentHash() == kept.ContentHash())
            return RecordOutcome.Duplicate;
        Dispute(transaction, first, now);
        return RecordOutcome.Disputed;
    }

    /// <summary>
    /// Keeps a record of a use between two parties that this exchange serves both: nobody else measures it, so it is agreed as it stands, unless its
    /// period is closed. False when the id is there already.
    /// </summary>
    /// <param name="transaction">Where it is written.</param>
    /// <param name="record">What was used.</param>
    /// <param name="user">The party whose customer used it.</param>
    /// <param name="quality">How well it was heard; null where that was not measured.</param>
    /// <exception cref="ArgumentException">The record contradicts itself, or was not measured here.</exception>
    public bool RecordOwn(StoreTransaction transaction, UsageRecord record, string user, IReadOnlyList<LegQuality>? quality = null)
    {
        var kept = record.Normalised();
        if (!kept.IsSound() || kept.MeasuredBy != exchange)
            throw new ArgumentException($"Usage record {record.Id} contradicts itself or was not measured by {exchange}.", nameof(record));
        var version = terms.Find(kept.Agreement, kept.AgreementHash);
        if (!UsageTable.TryInsert(transaction, kept, exchange, UsageState.Agreed, answerBy: null, version?.Price(kept, user) ?? [], QualityText.Write(quality)))
            return false;
        if (version is null)
            UsageTable.MoveTo(transaction, kept.Id, UsageState.Disputed, UsageReason.Terms);
        else if (UsageTable.IsClosed(transaction, kept.Agreement, StatementPeriod.Of(kept.Ended, version.Agreement.TimeZone).Name))
            UsageTable.MoveTo(transaction, kept.Id, UsageState.Disputed, UsageReason.Closed);
        return true;
    }

    /// <summary>Sends a record for countersignature. Does nothing when that was done already.</summary>
    public void Propose(StoreTransaction transaction, string id, Instant now)
    {
        if (UsageTable.Find(transaction, id) is not { State: UsageState.Measured } entry)
            return;
        var proposal = new UsageProposal
        {
            Record = entry.Normalised(),
            Charges = [.. UsageTable.Charges(transaction, id)],
            Quality = QualityText.Read(entry.Quality),
        };
        UsageTable.SetProposed(transaction, id, now + AnswerWithin);
        outbox.Enqueue(transaction, entry.Peer, UsageMessages.Propose, UsageMessages.Body(proposal, UsageJson.Default.UsageProposal), now + MessageLifetime);
    }

    /// <summary>After a restart: proposes what was recorded and not sent. Gives the number.</summary>
    public int ProposeOutstanding(StoreTransaction transaction, Instant now)
    {
        var ids = UsageTable.Unsent(transaction, SweepLimit);
        foreach (var id in ids)
            Propose(transaction, id, now);
        return ids.Count;
    }

    /// <summary>Takes off the statement what was not answered in time. Gives the ids; call it again within a second.</summary>
    public IReadOnlyList<string> SweepUnagreed(StoreTransaction transaction, Instant now)
    {
        var late = UsageTable.Waiting(transaction, SweepLimit).Where(e => e.MeasuredBy == exchange && e.AnswerBy <= now).Select(e => e.Id).ToArray();
        foreach (var id in late)
            UsageTable.MoveTo(transaction, id, UsageState.Unagreed);
        return late;
    }

    /// <summary>
    /// Handles usage.countersign: the record is agreed, also when it was unagreed meanwhile, as long as its period is open. In a closed
    /// period the witness is told, so that both sides leave it off.
    /// </summary>
    public void HandleCountersign(StoreTransaction transaction, NniMessage message)
    {
        if (Answered(transaction, message) is not ({ } entry, { } answer) || answer.ContentHash != entry.ContentHash())
            return;
        if (answer.Seen is { } seen)
            UsageTable.SetWitness(transaction, entry.Id, seen);
        if (entry.State is not (UsageState.Proposed or UsageState.Unagreed))
            return;
        if (IsClosed(transaction, entry))
            Contest(transaction, entry, UsageReason.Closed, message.Expires);
        else
            UsageTable.MoveTo(transaction, entry.Id, UsageState.Agreed);
    }

    /// <summary>Handles usage.contest by the witness: the record is disputed, with the witness's figures beside ours.</summary>
    public void HandleContest(StoreTransaction transaction, NniMessage message)
    {
        if (Answered(transaction, message) is not ({ } entry, { } answer) || IsClosed(transaction, entry))
            return;
        if (answer.Seen is { } seen)
            UsageTable.SetWitness(transaction, entry.Id, seen);
        UsageTable.MoveTo(transaction, entry.Id, UsageState.Disputed, Word(answer.Reason));
    }

    /// <summary>The record as it stands; null when there is none.</summary>
    public static UsageEntry? Find(StoreReader reader, string id) => UsageTable.Find(reader, id);

    /// <summary>The records of a meeting, oldest first.</summary>
    public static IReadOnlyList<UsageEntry> OfMeeting(StoreReader reader, string meeting) =>
        reader.Query<UsageEntry>("select * from usage_records where meeting = @meeting order by id", new { meeting });

    /// <summary>Records after the id given, at most so many, for lists; of a meeting, of an agreement, of both, or all.</summary>
    public static IReadOnlyList<UsageEntry> List(StoreReader reader, string? meeting, string? agreement, string afterId, int limit) =>
        reader.Query<UsageEntry>(
            $"select * from usage_records where {(meeting is null ? "" : "meeting = @meeting and ")}{(agreement is null ? "" : "agreement = @agreement and ")}"
            + "id > @afterId order by id limit @limit",
            new { meeting, agreement, afterId, limit });

    /// <summary>A reason that came from outside, when it is a word as ours are.</summary>
    internal static string Word(string? reason) =>
        reason is { Length: > 0 and <= 64 } && reason.All(c => char.IsAsciiLetterLower(c) || c == '-') ? reason : UsageReason.Malformed;

    // Only the record's own peer answers for it, and only for what was measured here.
    (UsageEntry Entry, UsageAnswer Answer)? Answered(StoreTransaction transaction, NniMessage message)
    {
        var answer = UsageMessages.Read(message.Body, UsageJson.Default.UsageAnswer);
        if (answer is null || !UsageRecord.IsSoundText(answer.Id) || UsageTable.Find(transaction, answer.Id) is not { } entry
            || entry.Peer != message.Origin || entry.MeasuredBy != exchange)
        {
            return null;
        }

        return (entry, answer);
    }

    void Dispute(StoreTransaction transaction, UsageEntry entry, Instant now)
    {
        if (IsClosed(transaction, entry))
            return;
        UsageTable.MoveTo(transaction, entry.Id, UsageState.Disputed, UsageReason.Changed);
        if (entry.State != UsageState.Measured)
            Contest(transaction, entry, UsageReason.Changed, now + MessageLifetime);
    }

    void Contest(StoreTransaction transaction, UsageEntry entry, string reason, Instant expires)
    {
        var answer = new UsageAnswer { Id = entry.Id, ContentHash = entry.ContentHash(), Reason = reason };
        outbox.Enqueue(transaction, entry.Peer, UsageMessages.Contest, UsageMessages.Body(answer, UsageJson.Default.UsageAnswer), expires);
    }

    bool IsClosed(StoreReader reader, UsageEntry entry) => terms.Current(entry.Agreement) is { } current
        && UsageTable.IsClosed(reader, entry.Agreement, StatementPeriod.Of(entry.Ended, current.Agreement.TimeZone).Name);
}
