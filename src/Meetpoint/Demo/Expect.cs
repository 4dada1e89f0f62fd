using System.Globalization;

namespace Meetpoint.Demo;

/// <summary>Waits with a bound, and fails in words.</summary>
static class Expect
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for a task for at most <paramref name="limit"/>.</summary>
    /// <param name="task">What is waited for.</param>
    /// <param name="limit">How long.</param>
    /// <param name="expected">What was expected, for the failure.</param>
    /// <param name="seen">What was seen instead; asked for only on failure.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <exception cref="DemoFailedException">It did not happen in time.</exception>
    public static async Task<T> WithinAsync<T>(
        this Task<T> task, TimeSpan limit, string expected, Func<string>? seen = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await task.WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failed(limit, expected, seen);
        }
    }

    /// <inheritdoc cref="WithinAsync{T}"/>
    public static async Task WithinAsync(
        this Task task, TimeSpan limit, string expected, Func<string>? seen = null, CancellationToken cancellationToken = default)
    {
        try
        {
            await task.WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failed(limit, expected, seen);
        }
    }

    /// <summary>Asks again and again until there is a value.</summary>
    public static async Task<T> EventuallyAsync<T>(
        Func<Task<T?>> ask, TimeSpan limit, string expected, Func<string>? seen = null, CancellationToken cancellationToken = default)
        where T : class
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(limit);
        try
        {
            while (true)
            {
                if (await ask() is { } found)
                    return found;
                await Task.Delay(Pause, bound.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(limit, expected, seen);
        }
    }

    /// <summary>Whether a task is done within <paramref name="limit"/>, where either is well.</summary>
    public static async Task<bool> IsDoneWithinAsync(this Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    static DemoFailedException Failed(TimeSpan limit, string expected, Func<string>? seen)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"expected {expected} within {limit.TotalSeconds:0.#} s");
        return new DemoFailedException(seen?.Invoke() is { Length: > 0 } instead ? $"{text}; instead: {instead}" : text);
    }
}
