using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What waits in memory for the reports that <see cref="SessionIntake"/> takes in, and hears of them. On its loop.</summary>
interface IReportedSessions
{
    /// <summary>By which the person of a report was let in, where that is in memory alone.</summary>
    LetIn? AcceptOf(AccountingReport report);

    /// <summary>A report is durable.</summary>
    void OnDurable(AccountingReport report, in SessionTake take, LetIn? accept);

    /// <summary>The store did not take something: what is told is who has to ask again.</summary>
    void OnFault(Exception fault);
}

/// <summary>
/// Hands reports to the store many at a time: what comes while one batch is written shares the next. A report is told of when it is durable.
/// </summary>
/// <remarks>On one loop.</remarks>
/// <param name="store">Where they go.</param>
/// <param name="book">Takes them in.</param>
/// <param name="sessions">Hears of them.</param>
/// <param name="post">Runs on the loop what another thread hands over.</param>
sealed class SessionIntake(Store store, SessionBook book, IReportedSessions sessions, Action<Action> post)
{
    /// <summary>Reports of one batch: some tens of milliseconds of the writer's time, so that others get their turn, and enough that a commit each 20 ms carries 20,000 a second.</summary>
    const int BatchLimit = 500;

    /// <summary>Reports that wait. What comes beyond is not taken: the access server sends it again.</summary>
    public const int QueueLimit = 20_000;

    readonly Queue<Waiting> _waiting = new();
    bool _isWriting;

    /// <summary>Takes a report.</summary>
    /// <param name="report">What was read; null where it tells of no session.</param>
    /// <param name="done">Called on the loop: true when it is durable and is to be answered, false when it is to be sent again.</param>
    /// <param name="also">What is written with it.</param>
    /// <returns>False when too many wait; nothing is called then.</returns>
    public bool Take(AccountingReport? report, Action<bool> done, Action<StoreTransaction>? also = null)
    {
        if (_waiting.Count >= QueueLimit)
            return false;
        _waiting.Enqueue(new Waiting(report, report is null ? null : sessions.AcceptOf(report), done, also));
        if (!_isWriting)
            WriteNext();
        return true;
    }

    void WriteNext()
    {
        if (_waiting.Count == 0)
            return;
        _isWriting = true;
        var batch = new List<Waiting>(Math.Min(BatchLimit, _waiting.Count));
        while (batch.Count < BatchLimit && _waiting.TryDequeue(out var next))
            batch.Add(next);
        Write(batch, isLast: true);
    }

    void Write(List<Waiting> batch, bool isLast) => store.Write(
        transaction =>
        {
            foreach (var waiting in batch)
                waiting.Write(transaction, book);
            return true;
        },
        _ => post(() => Settle(batch, true, isLast)),
        fault => post(() => Failed(batch, fault, isLast)));

    void Settle(List<Waiting> batch, bool isDurable, bool isLast)
    {
        if (isLast)
        {
            _isWriting = false;
            WriteNext();
        }

        foreach (var waiting in batch)
        {
            if (isDurable && waiting.Report is { } report)
                sessions.OnDurable(report, waiting.Taken, waiting.Accept);
            waiting.Done(isDurable);
        }
    }

    /// <summary>One report that the store does not take must not hold up the others: each is tried for itself, once.</summary>
    void Failed(List<Waiting> batch, Exception fault, bool isLast)
    {
        if (batch.Count == 1 || fault is StoreUnavailableException or StoreBusyException)
        {
            sessions.OnFault(fault);
            Settle(batch, false, isLast);
            return;
        }

        for (var i = 0; i < batch.Count; i++)
            Write([batch[i]], isLast: i == batch.Count - 1);
    }

    sealed class Waiting(AccountingReport? report, LetIn? accept, Action<bool> done, Action<StoreTransaction>? also)
    {
        public AccountingReport? Report => report;

        public LetIn? Accept => accept;

        public Action<bool> Done => done;

        /// <summary>What became of it; only of a report.</summary>
        public SessionTake Taken { get; private set; }

        public void Write(StoreTransaction transaction, SessionBook book)
        {
            also?.Invoke(transaction);
            if (report is not null)
                Taken = book.Take(transaction, report, accept?.Accept);
        }
    }
}
