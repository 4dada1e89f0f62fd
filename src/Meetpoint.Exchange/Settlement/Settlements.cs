using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>Both halves of settlement wired to the messages of the NNI.</summary>
public sealed class Settlements(string exchange, Store store, INniOutbox outbox, IUsageTerms terms, IUsageWitness witness, IClock clock)
{
    /// <summary>The measuring side.</summary>
    public UsageBook Book { get; } = new(exchange, outbox, terms);

    /// <summary>The witnessing side.</summary>
    public UsageCountersigner Countersigner { get; } = new(exchange, outbox, terms, witness, clock);

    /// <summary>Statements, and whether the other side's are equal.</summary>
    public StatementBook Statements { get; } = new(store, outbox, terms);

    /// <summary>What the inbox is to call, by type of message.</summary>
    public IReadOnlyDictionary<string, NniHandler> Handlers => new Dictionary<string, NniHandler>(StringComparer.Ordinal)
    {
        [UsageMessages.Propose] = Countersigner.HandlePropose,
        [UsageMessages.Countersign] = Book.HandleCountersign,
        [UsageMessages.Contest] = (transaction, message) =>
        {
            // Each half looks only at records of its own side.
            Book.HandleContest(transaction, message);
            Countersigner.HandleContest(transaction, message);
        },
    };

    /// <summary>What answers questions, by their type.</summary>
    public IReadOnlyDictionary<string, NniQueryHandler> Queries => new Dictionary<string, NniQueryHandler>(StringComparer.Ordinal)
    {
        [StatementBook.DigestQuery] = Statements.AnswerDigestAsync,
    };

    /// <summary>Whether <see cref="SweepAsync"/> has anything to wait for.</summary>
    internal static bool IsAnyWaiting(StoreReader reader) => UsageTable.IsAnyWaiting(reader);

    /// <summary>The periodic part, several times a second: proposes what a crash left unsent, answers, and takes off what is late.</summary>
    public Task SweepAsync() => store.WriteAsync(transaction =>
    {
        var now = clock.GetCurrentInstant();
        Book.ProposeOutstanding(transaction, now);
        Countersigner.SweepProposals(transaction, now);
        Book.SweepUnagreed(transaction, now);
    });
}
