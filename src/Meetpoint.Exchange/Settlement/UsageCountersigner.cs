using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>
/// The witnessing side: compares what the other exchange proposes with what this one saw, with the terms and with its own price, and
/// countersigns or contests.
/// </summary>
/// <remarks>
/// It counts as agreed here from the countersignature on; the measuring side agrees when that arrives, late or not, unless its
/// period is closed, and then says so. Holds no state of its own. Thread safe.
/// </remarks>
public sealed class UsageCountersigner(string exchange, INniOutbox outbox, IUsageTerms terms, IUsageWitness witness, IClock clock)
{
    /// <summary>How long a proposal may wait for this side to see the end too. Half of what the measuring side waits.</summary>
    public static readonly Duration SeeEndWithin = Duration.FromSeconds(1);

    /// <summary>
    /// The same for a call that nobody ended: each side closes it at its own turn, when it has been silent for as long as its session lasts.
    /// </summary>
    public static readonly Duration SeeSilenceWithin = Duration.FromSeconds(10);

    /// <summary>Handles usage.propose.</summary>
    public void HandlePropose(StoreTransaction transaction, NniMessage message)
    {
        if (UsageMessages.Read(message.Body, UsageJson.Default.UsageProposal) is not { Record: { } record } proposal || !UsageRecord.IsSoundText(record.Id))
            return; // without an id there is nothing to answer
        record = record.Normalised();
        if (!record.IsSound() || record.MeasuredBy != message.Origin)
        {
            Send(transaction, message.Origin, record, UsageReason.Malformed, seen: null);
            return;
        }

        if (UsageTable.Find(transaction, record.Id) is { } known)
        {
            AnswerAgain(transaction, message, record, known);
            return;
        }

        if (terms.Find(record.Agreement, record.AgreementHash) is not { } version || version.PeerExchange != message.Origin)
        {
            Send(transaction, message.Origin, record, UsageReason.Terms, seen: null);
            return;
        }

        var charges = version.Price(record);
        var now = clock.GetCurrentInstant();
        var within = record.Unit is ChargeUnit.CallMinute or ChargeUnit.RoamingSession && now - record.Ended > UsageComparison.ClockAllowance ? SeeSilenceWithin : SeeEndWithin;
        UsageTable.TryInsert(transaction, record, message.Origin, UsageState.Proposed, now + within, charges, QualityText.Write(QualityText.Sound(proposal.Quality)));
        if (IsClosed(transaction, record, version))
            Decide(transaction, message.Origin, record, UsageReason.Closed, seen: null);
        else if (proposal.Charges.IsDefault || !charges.SequenceEqual(proposal.Charges))
            Decide(transaction, message.Origin, record, UsageReason.Price, seen: null);
        else
            Consider(transaction, message.Origin, record, version, final: false);
    }

    /// <summary>Handles usage.contest by the measuring side, which takes its own record back.</summary>
    public void HandleContest(StoreTransaction transaction, NniMessage message)
    {
        var answer = UsageMessages.Read(message.Body, UsageJson.Default.UsageAnswer);
        if (answer is null || !UsageRecord.IsSoundText(answer.Id) || UsageTable.Find(transaction, answer.Id) is not { } entry
            || entry.Peer != message.Origin || entry.MeasuredBy != message.Origin)
        {
            return;
        }

        if (terms.Current(entry.Agreement) is { } current && !IsClosed(transaction, entry, current))
            UsageTable.MoveTo(transaction, entry.Id, UsageState.Disputed, UsageBook.Word(answer.Reason));
    }

    /// <summary>Answers proposals whose end this side has seen meanwhile, and contests those that are due. Call it several times a second.</summary>
    public void SweepProposals(StoreTransaction transaction, Instant now)
    {
        foreach (var entry in UsageTable.Waiting(transaction, UsageBook.SweepLimit).Where(e => e.MeasuredBy != exchange))
        {
            if (terms.Find(entry.Agreement, entry.AgreementHash) is { } version)
                Consider(transaction, entry.Peer, entry.Normalised(), version, final: entry.AnswerBy <= now);
            else
                Decide(transaction, entry.Peer, entry.Normalised(), UsageReason.Terms, seen: null);
        }
    }

    void Consider(StoreTransaction transaction, string origin, UsageRecord record, UsageTerms version, bool final)
    {
        var seen = witness.Observe(transaction, record);
        if (!final && seen?.Ended is null)
            return; // it may be on its way: our own signalling can be slower than the proposal
        var reason = seen is null ? UsageReason.Unseen : UsageComparison.Difference(record, seen, version.Agreement.Tolerance);
        Decide(transaction, origin, record, reason, seen);
    }

    void Decide(StoreTransaction transaction, string origin, UsageRecord record, string? reason, UsageObservation? seen)
    {
        if (seen is not null)
            UsageTable.SetWitness(transaction, record.Id, seen);
        UsageTable.MoveTo(transaction, record.Id, reason is null ? UsageState.Agreed : UsageState.Disputed, reason);
        if (reason is null)
            witness.Agreed(transaction, record);
        Send(transaction, origin, record, reason, seen);
    }

    // The same again gets the same answer; other content under the id makes it a dispute.
    void AnswerAgain(StoreTransaction transaction, NniMessage message, UsageRecord record, UsageEntry known)
    {
        if (known.MeasuredBy != message.Origin)
            Send(transaction, message.Origin, record, UsageReason.Changed, seen: null); // an id of somebody else: his record stays as it is
        else if (known.ContentHash() != record.ContentHash())
            Decide(transaction, message.Origin, record, UsageReason.Changed, seen: null);
        else if (known.State is UsageState.Agreed or UsageState.Disputed)
            Send(transaction, message.Origin, record, known.State == UsageState.Agreed ? null : known.Reason, Seen(known));
    }

    void Send(StoreTransaction transaction, string destination, UsageRecord record, string? reason, UsageObservation? seen)
    {
        var answer = new UsageAnswer { Id = record.Id, ContentHash = record.ContentHash(), Reason = reason, Seen = seen };
        outbox.Enqueue(transaction, destination, reason is null ? UsageMessages.Countersign : UsageMessages.Contest,
            UsageMessages.Body(answer, UsageJson.Default.UsageAnswer), clock.GetCurrentInstant() + UsageBook.MessageLifetime);
    }

    static UsageObservation? Seen(UsageEntry entry) => entry.WitnessStarted is { } started
        ? new UsageObservation(started, entry.WitnessEnded, entry.WitnessPacketsIn, entry.WitnessPacketsOut, entry.WitnessBytesIn, entry.WitnessBytesOut) 
        {
            BillableMs = entry.WitnessMs, Quality = QualityText.Read(entry.WitnessQuality),
        }
        : null;

    static bool IsClosed(StoreReader reader, UsageRecord record, UsageTerms version) =>
        UsageTable.IsClosed(reader, record.Agreement, StatementPeriod.Of(record.Ended, version.Agreement.TimeZone).Name);
}
