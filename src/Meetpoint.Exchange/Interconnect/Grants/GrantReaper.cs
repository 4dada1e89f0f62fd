using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Gives a <see cref="GrantBook"/> its turn every second, on a loop's timer wheel. The next turn waits for the last to be durable.
/// </summary>
/// <param name="book">The grants.</param>
/// <param name="loop">Where the turns begin.</param>
/// <param name="clock">Wall clock.</param>
/// <param name="measure">
/// Runs on the loop at the beginning of each turn and notes what is used at that moment, so that what is written is no older than the write; its
/// task ends when what it wrote itself is durable.
/// </param>
/// <param name="onFault">Told of a turn that failed.</param>
public sealed class GrantReaper(GrantBook book, IEventLoop loop, IClock clock, Func<Task> measure, Action<Exception> onFault) : TimerNode
{
    /// <summary>Time from turn to turn: with the commit, the most that a crash costs of what was used.</summary>
    public const long PeriodNs = MonotonicTime.Second;

    bool _isRunning;
    long _nextNs;

    /// <summary>Starts the turns; on the loop.</summary>
    public void Start()
    {
        _isRunning = true;
        _nextNs = loop.NowNs;
        Next();
    }

    /// <summary>Stops them; on the loop. A turn that is under way ends.</summary>
    public void Stop()
    {
        _isRunning = false;
        loop.Timers.Cancel(this);
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs) => _ = TurnAsync();

    async Task TurnAsync()
    {
        try
        {
            // Both are queued before either is waited for, so that they share a commit.
            var measured = measure();
            await book.TickAsync(clock.GetCurrentInstant()).ConfigureAwait(false);
            await measured.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            onFault(exception); // a store that is away must not end the turns
        }

        loop.Post(Next);
    }

    void Next()
    {
        if (!_isRunning)
            return;
        // By the second, whatever the commit took; after a long one not at once again and again.
        _nextNs = Math.Max(_nextNs + PeriodNs, loop.NowNs + (PeriodNs / 2));
        loop.Timers.Arm(this, _nextNs);
    }
}
