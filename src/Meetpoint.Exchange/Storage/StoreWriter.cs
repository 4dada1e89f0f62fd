using System.Runtime.ExceptionServices;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Storage;

/// <summary>Takes work in, and tells of its end in order.</summary>
abstract class StoreWriter(GroupCommit group, StoreOptions options) : IAsyncDisposable
{
    /// <summary>Pieces of work that are waiting.</summary>
    public abstract int Waiting { get; }

    /// <summary>How the continuations of a caller run.</summary>
    public abstract TaskCreationOptions Continuations { get; }

    /// <summary>Hands work in. False when the queue is full.</summary>
    public abstract bool TryAdd(StoreWork work);

    public abstract ValueTask DisposeAsync();

    protected void Settle(StoreWork work)
    {
        if (work.Fault is { } fault)
        {
            work.Fail(fault);
            return;
        }

        foreach (var callback in work.Callbacks ?? [])
            Call(callback);
        work.Complete();
    }

    protected GroupCommit Group => group;

    void Call(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception e)
        {
            if (options.CallbackFailed is { } report)
                report(e);
            else
                ThreadPool.UnsafeQueueUserWorkItem(_ => ExceptionDispatchInfo.Throw(e), null);
        }
    }
}

/// <summary>One thread that drains a bounded queue: what arrives during a commit, or while one is held back, shares the next.</summary>
sealed class ThreadWriter : StoreWriter
{
    readonly object gate = new(); // a Lock cannot be waited on, and what spins before it blocks costs more than the commits
    readonly Queue<StoreWork> queue = new();
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CommitPace pace = new();
    readonly int queueLimit;
    readonly int batchLimit;
    bool isClosed;

    public ThreadWriter(GroupCommit group, StoreOptions options)
        : base(group, options)
    {
        queueLimit = options.QueueLimit;
        batchLimit = options.BatchLimit;
        new Thread(Drain) { IsBackground = true, Name = "store-writer" }.Start();
    }

    public override int Waiting
    {
        get
        {
            lock (gate)
                return queue.Count;
        }
    }

    public override TaskCreationOptions Continuations => TaskCreationOptions.RunContinuationsAsynchronously;

    public override bool TryAdd(StoreWork work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(Store));
            if (queue.Count >= queueLimit)
                return false;
            queue.Enqueue(work);
            if (queue.Count == 1 || queue.Count == batchLimit)
                Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>What was accepted is still written.</summary>
    public override async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.Pulse(gate);
        }

        await ended.Task;
    }

    void Drain()
    {
        var batch = new List<StoreWork>(batchLimit);
        while (TakeBatch(batch))
        {
            Group.Commit(batch);
            foreach (var done in batch)
                Settle(done);
            batch.Clear();
        }

        Group.Dispose();
        ended.SetResult();
    }

    bool TakeBatch(List<StoreWork> batch)
    {
        lock (gate)
        {
            while (queue.Count == 0)
            {
                if (isClosed)
                    return false;
                Monitor.Wait(gate);
            }

            var untilNs = TimeProvider.System.NowNs();
            untilNs += pace.Next(untilNs) * MonotonicTime.Millisecond;
            while (!isClosed && queue.Count < batchLimit && untilNs - TimeProvider.System.NowNs() is > 0 and var leftNs)
                Monitor.Wait(gate, (int)Math.Max(1, leftNs / MonotonicTime.Millisecond));
            while (batch.Count < batchLimit && queue.TryDequeue(out var work))
                batch.Add(work);
            return true;
        }
    }
}

/// <summary>No thread: work runs on its caller, one commit each, and what it or its callbacks hand in runs after it.</summary>
sealed class InlineWriter(GroupCommit group, StoreOptions options) : StoreWriter(group, options)
{
    readonly Queue<StoreWork> queue = new();
    readonly Lock gate = new();
    bool running;
    bool disposed;

    public override int Waiting => queue.Count;

    public override TaskCreationOptions Continuations => TaskCreationOptions.None;

    public override bool TryAdd(StoreWork work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(Store));
            queue.Enqueue(work);
            if (running)
                return true;
            running = true;
            try
            {
                while (queue.TryDequeue(out var next))
                {
                    Group.Commit([next]);
                    Settle(next);
                }
            }
            finally
            {
                running = false;
            }

            return true;
        }
    }

    public override ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (!disposed)
                Group.Dispose();
            disposed = true;
        }

        return ValueTask.CompletedTask;
    }
}
