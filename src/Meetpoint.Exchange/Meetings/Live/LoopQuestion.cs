using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>A question to what a loop owns, or work on it, from elsewhere.</summary>
static class LoopQuestion
{
    /// <summary>Asks on the loop; an exception is the caller's.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="ask">Runs on it.</param>
    /// <param name="then">Where what follows runs: elsewhere, unless it is short and <see cref="TaskCreationOptions.None"/> is given.</param>
    public static Task<T> AskAsync<T>(this IEventLoop loop, Func<T> ask, TaskCreationOptions then = TaskCreationOptions.RunContinuationsAsynchronously)
    {
        var answer = new TaskCompletionSource<T>(then);
        loop.Post(() =>
        {
            try
            {
                answer.SetResult(ask());
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                answer.SetException(exception);
            }
        });
        return answer.Task;
    }

    /// <summary>Has work done on the loop: at once when that is where we are, so that a simulation never leaves its thread; an exception is the caller's.</summary>
    public static Task DoAsync(this IEventLoop loop, Action work)
    {
        if (loop.IsCurrent)
        {
            work();
            return Task.CompletedTask;
        }

        return loop.AskAsync(() =>
        {
            work();
            return true;
        });
    }
}
