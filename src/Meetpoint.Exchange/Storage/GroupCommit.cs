namespace Meetpoint.Exchange.Storage;

/// <summary>
/// Runs pieces of work on the writer's connection, each under a savepoint, and commits them together. One thread at a time.
/// </summary>
sealed class GroupCommit(SqlDatabase database, StoreConnection first) : IDisposable
{
    StoreConnection? connection = first;
    Exception? lasting;

    /// <summary>Commits so far.</summary>
    public long Commits { get; private set; }

    /// <summary>
    /// Runs and commits the batch. Afterwards each piece has its fault, or none and then it is durable; nobody has been told yet.
    /// </summary>
    public void Commit(IReadOnlyList<StoreWork> batch)
    {
        var committing = false;
        try
        {
            if (lasting is not null)
                throw new StoreUnavailableException("The store failed and must be opened anew: " + lasting.Message, false, lasting);
            connection ??= database.OpenWriter();
            connection.Execute(database.BeginWrite, null);
            var single = batch.Count == 1;
            foreach (var work in batch)
                Run(connection, work, savepoint: !single);
            if (single && batch[0].Fault is not null)
            {
                connection.Execute("rollback", null);
                return;
            }

            committing = true;
            connection.Execute("commit", null);
            Commits++;
        }
        catch (Exception e)
        {
            Abandon(e);
            var reason = e as StoreUnavailableException;
            var fault = new StoreUnavailableException(reason?.Message ?? $"The store failed: {e.Message}", committing, e);
            foreach (var work in batch)
                work.Fault ??= fault;
        }
    }

    public void Dispose() => connection?.Dispose();

    static void Run(StoreConnection connection, StoreWork work, bool savepoint)
    {
        if (savepoint)
            connection.Execute("savepoint work", null);
        var transaction = new DbStoreTransaction(connection, work);
        try
        {
            work.Run(transaction);
            work.Fault = transaction.Spoilt;
        }
        catch (Exception e)
        {
            work.Fault = e;
        }

        transaction.End();
        if (!savepoint)
            return;

        // When the database itself failed, the whole transaction is gone, this throws, and the batch fails.
        if (work.Fault is not null)
            connection.Execute("rollback to savepoint work", null);
        connection.Execute("release savepoint work", null);
    }

    void Abandon(Exception exception)
    {
        if (database.IsLasting(exception))
            lasting ??= exception;
        if (connection is null)
            return;
        try
        {
            connection.Execute("rollback", null);
        }
        catch (Exception)
        {
            // Either nothing was open any more, or the connection is lost: a new one is clean in both cases.
            connection.Dispose();
            connection = null;
        }
    }
}
