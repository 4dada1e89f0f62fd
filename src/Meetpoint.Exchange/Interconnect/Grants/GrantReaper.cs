using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Gives a <see cref="GrantBook"/> its turn every second, on a loop's timer wheel. The next turn waits for the last to be durable.</summary>
public sealed class GrantReaper(GrantBook book, IEventLoop loop, IClock clock, Action<Exception> onFault) : TimerNode
{
    /// <summary>Time between turns.</summary>
    public const long PeriodNs = MonotonicTime.Second;

    bool _isRunning;

    /// <summary>Starts the turns; on the loop.</summary>
    public void Start()
    {
        _isRunning = true;
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
            await book.TickAsync(clock.GetCurrentInstant()).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            onFault(exception); // a store that is away must not end the turns
        }

        loop.Post(Next);
    }

    void Next()
    {
        if (_isRunning)
            loop.Timers.Arm(this, loop.NowNs + PeriodNs);
    }
}
