using System.Collections.Concurrent;

namespace Meetpoint.Net.Tests;

/// <summary>A real loop for a test, which keeps the exceptions it hears and waits for conditions with a bound.</summary>
sealed class LoopHarness : IDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    internal ConcurrentQueue<Exception> Errors { get; } = new();

    internal ThreadEventLoop Loop { get; }

    internal SocketNetwork Network { get; } = new();

    internal LoopHarness(int maxPosted = ThreadEventLoop.DefaultMaxPosted) =>
        Loop = new ThreadEventLoop("test", TimeProvider.System, Errors.Enqueue, maxPosted);

    /// <summary>Runs it on the loop and waits for what it gives.</summary>
    internal async Task<T> OnLoop<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return await done.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);
    }

    internal Task OnLoop(Action work) => OnLoop(() =>
    {
        work();
        return true;
    });

    /// <summary>Waits for the task, and fails rather than hangs.</summary>
    internal static Task<T> Bounded<T>(TaskCompletionSource<T> awaited) =>
        awaited.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    internal static TaskCompletionSource<T> Promise<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => Loop.Dispose();
}
