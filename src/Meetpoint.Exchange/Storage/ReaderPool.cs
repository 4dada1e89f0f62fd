using System.Collections.Concurrent;

namespace Meetpoint.Exchange.Storage;

/// <summary>Read-only connections, opened when first needed, at most a given number. Thread safe.</summary>
sealed class ReaderPool(SqlDatabase database, int limit) : IDisposable
{
    readonly ConcurrentBag<StoreConnection> idle = [];
    readonly SemaphoreSlim free = new(limit, limit);
    volatile bool disposed;

    /// <summary>Runs the query on one snapshot.</summary>
    public T Read<T>(Func<StoreReader, T> query)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(Store));
        free.Wait();
        try
        {
            return ReadOn(idle.TryTake(out var connection) ? connection : database.OpenReader(), query);
        }
        finally
        {
            free.Release();
        }
    }

    public void Dispose()
    {
        disposed = true;
        Clear();
    }

    T ReadOn<T>(StoreConnection connection, Func<StoreReader, T> query)
    {
        var reader = new DbStoreReader(connection);
        var whole = false;
        try
        {
            connection.Execute(database.BeginRead, null);
            var result = query(reader);
            connection.Execute("commit", null);
            whole = true;
            return result;
        }
        catch (StoreUnavailableException)
        {
            Clear(); // what cut this connection has most likely cut the others
            throw;
        }
        finally
        {
            reader.End();
            if (whole && !disposed)
                idle.Add(connection);
            else
                connection.Dispose();
        }
    }

    void Clear()
    {
        while (idle.TryTake(out var connection))
            connection.Dispose();
    }
}
