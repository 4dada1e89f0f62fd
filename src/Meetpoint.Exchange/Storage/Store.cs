namespace Meetpoint.Exchange.Storage;

/// <summary>
/// The one door to durable state, SQLite or PostgreSQL behind it. A service keeps its own SQL in its own folder, in the
/// subset that both understand, and hands it in as work.
/// </summary>
/// <remarks>
/// Work is grouped: many pieces share one commit, each with its own savepoint, so a piece that throws is rolled back alone.
/// A task completes only after the commit is durable. Thread safe.
/// </remarks>
public abstract class Store : IAsyncDisposable
{
    /// <summary>Work that waits for the writer now; 0 where there is no queue.</summary>
    public virtual int Waiting => 0;

    /// <summary>Runs the work in a transaction; completes when what it wrote is durable, or faults with what it threw.</summary>
    public abstract Task<T> WriteAsync<T>(Func<StoreTransaction, T> work);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<StoreTransaction> work) => WriteAsync<bool>(transaction =>
    {
        work(transaction);
        return true;
    });

    /// <summary>
    /// The same without a task, for a loop that writes often: a task's continuation goes through the thread pool, which costs more than the write.
    /// </summary>
    /// <param name="work">Runs in a transaction.</param>
    /// <param name="done">Called when it is durable, in order of the commits, by whichever thread wrote it: for handing on only.</param>
    /// <param name="failed">Called instead with what <see cref="WriteAsync{T}"/> would fault with, maybe within this call.</param>
    public abstract void Write<T>(Func<StoreTransaction, T> work, Action<T> done, Action<Exception> failed);

    /// <summary>Reads a committed state on a connection of its own. Never sees half a transaction.</summary>
    public abstract T Read<T>(Func<StoreReader, T> query);

    /// <summary>Grows with every commit of this process: as long as it stands, a read gives what it gave before.</summary>
    public abstract long Commits { get; }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Queries. Parameters are an anonymous object, named @like_this in the SQL.</summary>
public abstract class StoreReader
{
    /// <summary>All rows, mapped by column name.</summary>
    public abstract IReadOnlyList<T> Query<T>(string sql, object? parameters = null);

    /// <summary>The only row, or default when there is none.</summary>
    public abstract T? Single<T>(string sql, object? parameters = null);
}

/// <summary>A transaction of the single writer. Only valid inside the work that it was handed to.</summary>
public abstract class StoreTransaction : StoreReader
{
    /// <summary>Runs a statement; gives the number of rows changed.</summary>
    public abstract int Execute(string sql, object? parameters = null);

    /// <summary>
    /// Called after the commit is durable, in order of the commits, never when the work was rolled back. For what must follow
    /// from durable state: telling a loop, waking the outbox.
    /// </summary>
    public abstract void AfterCommit(Action action);
}
