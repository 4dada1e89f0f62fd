using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>A store that does its work when it is told to, or fails.</summary>
sealed class SlowStore(SqlStore inner) : Store
{
    readonly Queue<Action> _waiting = new();

    /// <summary>True when work waits for <see cref="Release"/>.</summary>
    public bool IsSlow { get; set; }

    /// <summary>What work fails with.</summary>
    public Exception? Fault { get; set; }

    public override long Commits => inner.Commits;

    /// <summary>Does what waits, in order.</summary>
    public void Release()
    {
        while (_waiting.TryDequeue(out var work))
            work();
    }

    public override void Write<T>(Func<StoreTransaction, T> work, Action<T> done, Action<Exception> failed)
    {
        if (Fault is { } fault)
            failed(fault);
        else if (IsSlow)
            _waiting.Enqueue(() => inner.Write(work, done, failed));
        else
            inner.Write(work, done, failed);
    }

    public override Task<T> WriteAsync<T>(Func<StoreTransaction, T> work) => inner.WriteAsync(work);

    public override T Read<T>(Func<StoreReader, T> query) => inner.Read(query);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
