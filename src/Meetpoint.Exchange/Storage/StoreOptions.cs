using NodaTime;

namespace Meetpoint.Exchange.Storage;

/// <summary>What both databases have in common. Immutable.</summary>
public abstract record StoreOptions
{
    /// <summary>Pieces of work that may wait for the writer; one more is refused with <see cref="StoreBusyException"/>.</summary>
    /// <remarks>At 1,000 a commit and 5 ms a commit, 16,384 are some 80 ms of waiting: beyond that the client has given up.</remarks>
    public int QueueLimit { get; init; } = 16_384;

    /// <summary>Pieces of work that share one commit.</summary>
    public int BatchLimit { get; init; } = 1_000;

    /// <summary>Read connections held at most; a reader beyond waits for one.</summary>
    public int ReaderLimit { get; init; } = 8;

    /// <summary>
    /// True: no thread; <see cref="Store.WriteAsync{T}"/> runs the work on its caller and gives a completed task, so that a
    /// simulation repeats. Work written from within work or a callback runs right after, in order.
    /// </summary>
    public bool Inline { get; init; }

    /// <summary>Stamps applied migrations.</summary>
    public IClock Clock { get; init; } = SystemClock.Instance;

    /// <summary>
    /// Called when an <see cref="StoreTransaction.AfterCommit"/> action throws, which is a bug: the row is durable and what should
    /// follow did not. Null: the exception ends the process, as on any other thread.
    /// </summary>
    public Action<Exception>? CallbackFailed { get; init; }
}

/// <summary>One SQLite file.</summary>
/// <param name="Path">The file; it and its folder are created when absent.</param>
public sealed record SqliteStoreOptions(string Path) : StoreOptions
{
    /// <summary>The name of a registered SQLite VFS; null for the system's own files.</summary>
    public string? Vfs { get; init; }

    /// <summary>How long a lock held by another process is waited for.</summary>
    public Duration BusyTimeout { get; init; } = Duration.FromSeconds(5);

    /// <summary>
    /// Whether each commit is synced before it is acknowledged. False loses acknowledged work when power fails and exists for
    /// the test that proves so.
    /// </summary>
    internal bool SyncCommits { get; init; } = true;
}

/// <summary>One schema of a PostgreSQL database (13 or later).</summary>
/// <param name="ConnectionString">Npgsql's; pooling, search path and preparation are set by the store.</param>
public sealed record PostgresStoreOptions(string ConnectionString) : StoreOptions
{
    /// <summary>The schema that holds the tables, created when absent. Lower-case letters, digits and underscores.</summary>
    public string Schema { get; init; } = "meetpoint";
}
