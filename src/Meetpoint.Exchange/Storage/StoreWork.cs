namespace Meetpoint.Exchange.Storage;

/// <summary>A piece of work on its way through the writer, with the task that its caller waits for.</summary>
abstract class StoreWork
{
    /// <summary>What threw inside the work, when something did.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What is to be called when the commit is durable; null when nothing.</summary>
    public List<Action>? Callbacks { get; set; }

    public abstract void Run(DbStoreTransaction transaction);

    public abstract void Complete();

    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
sealed class StoreWork<T>(Func<StoreTransaction, T> work, TaskCreationOptions continuations) : StoreWork
{
    readonly TaskCompletionSource<T> completion = new(continuations);
    T? result;

    public Task<T> Task => completion.Task;

    public override void Run(DbStoreTransaction transaction) => result = work(transaction);

    public override void Complete() => completion.SetResult(result!);

    public override void Fail(Exception exception) => completion.SetException(exception);
}

/// <summary>A piece of work whose caller is called back by the writer's own thread.</summary>
sealed class CalledWork<T>(Func<StoreTransaction, T> work, Action<T> done, Action<Exception> failed) : StoreWork
{
    T? result;

    public override void Run(DbStoreTransaction transaction) => result = work(transaction);

    public override void Complete() => done(result!);

    public override void Fail(Exception exception) => failed(exception);
}
