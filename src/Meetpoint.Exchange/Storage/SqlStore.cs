namespace Meetpoint.Exchange.Storage;

/// <summary>
/// The store over either database: one writer with group commit, readers on snapshots of their own. Thread safe.
/// </summary>
public sealed class SqlStore : Store
{
    readonly GroupCommit group;
    readonly StoreWriter writer;
    readonly ReaderPool readers;

    SqlStore(SqlDatabase database, StoreConnection connection, StoreOptions options)
    {
        group = new GroupCommit(database, connection);
        writer = options.Inline ? new InlineWriter(group, options) : new ThreadWriter(group, options);
        readers = new ReaderPool(database, options.ReaderLimit);
        QueueLimit = options.QueueLimit;
    }

    /// <summary>Work that may wait; see <see cref="StoreOptions.QueueLimit"/>.</summary>
    public int QueueLimit { get; }

    /// <inheritdoc/>
    public override int Waiting => writer.Waiting;

    /// <inheritdoc/>
    /// <remarks>Commits since the store was opened; fewer than pieces of work under load.</remarks>
    public override long Commits => group.Commits;

    /// <inheritdoc/>
    /// <remarks>
    /// Faults with <see cref="StoreBusyException"/> when the queue is full, with <see cref="StoreUnavailableException"/> when the
    /// database failed, and otherwise with what the work threw.
    /// </remarks>
    public override Task<T> WriteAsync<T>(Func<StoreTransaction, T> work)
    {
        var piece = new StoreWork<T>(work, writer.Continuations);
        try
        {
            return writer.TryAdd(piece) ? piece.Task : Task.FromException<T>(new StoreBusyException(QueueLimit));
        }
        catch (ObjectDisposedException e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <inheritdoc/>
    public override void Write<T>(Func<StoreTransaction, T> work, Action<T> done, Action<Exception> failed)
    {
        try
        {
            if (!writer.TryAdd(new CalledWork<T>(work, done, failed)))
                failed(new StoreBusyException(QueueLimit));
        }
        catch (ObjectDisposedException e)
        {
            failed(e);
        }
    }

    /// <inheritdoc/>
    public override T Read<T>(Func<StoreReader, T> query) => readers.Read(query);

    /// <summary>Writes what was accepted, then closes.</summary>
    public override async ValueTask DisposeAsync()
    {
        readers.Dispose();
        await writer.DisposeAsync();
    }

    internal static SqlStore Open(SqlDatabase database, StoreOptions options, IReadOnlyList<Migration> migrations)
    {
        var connection = database.OpenWriter();
        try
        {
            Migrator.Apply(database, connection, migrations, options.Clock);
            return new SqlStore(database, connection, options);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
