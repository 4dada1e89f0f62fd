namespace Meetpoint.Exchange.Storage;

/// <summary>Queries on one snapshot.</summary>
sealed class DbStoreReader(StoreConnection connection) : StoreReader
{
    bool ended;

    public void End() => ended = true;

    public override IReadOnlyList<T> Query<T>(string sql, object? parameters = null) => Live.Query<T>(sql, parameters);

    public override T? Single<T>(string sql, object? parameters = null)
        where T : default => Live.Single<T>(sql, parameters);

    StoreConnection Live => ended ? throw new InvalidOperationException("A reader lives only inside its query.") : connection;
}

/// <summary>The writer's transaction as one piece of work sees it.</summary>
/// <remarks>
/// A statement that fails spoils the work: PostgreSQL would accept no further one, SQLite would, so here none is accepted and
/// the work is rolled back even when it caught the exception.
/// </remarks>
sealed class DbStoreTransaction(StoreConnection connection, StoreWork work) : StoreTransaction
{
    bool ended;

    /// <summary>The failure of a statement, whether or not the work caught it.</summary>
    public Exception? Spoilt { get; private set; }

    public void End() => ended = true;

    public override IReadOnlyList<T> Query<T>(string sql, object? parameters = null) => Guarded(() => connection.Query<T>(sql, parameters));

    public override T? Single<T>(string sql, object? parameters = null)
        where T : default => Guarded(() => connection.Single<T>(sql, parameters));

    public override int Execute(string sql, object? parameters = null) => Guarded(() => connection.Execute(sql, parameters));

    public override void AfterCommit(Action action)
    {
        ThrowIfEnded();
        (work.Callbacks ??= []).Add(action);
    }

    T Guarded<T>(Func<T> statement)
    {
        ThrowIfEnded();
        if (Spoilt is not null)
            throw new InvalidOperationException("An earlier statement of this work failed; it is rolled back.", Spoilt);
        try
        {
            return statement();
        }
        catch (Exception e)
        {
            Spoilt = e;
            throw;
        }
    }

    void ThrowIfEnded()
    {
        if (ended)
            throw new InvalidOperationException("A transaction lives only inside the work that it was handed to.");
    }
}
