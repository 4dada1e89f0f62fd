using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;

namespace Meetpoint.Exchange;

/// <summary>What an exchange does twice a second besides what it is asked for.</summary>
/// <param name="loop">The loop of signalling.</param>
/// <param name="log">Hears what went wrong.</param>
/// <param name="onLoop">What is done on it at each turn, given its time in nanoseconds.</param>
/// <param name="beside">What is done beside it, one after the other, and waits for the store; a turn that is not through lets the next one out, and one that fails ends its turn.</param>
sealed class Housekeeping(IEventLoop loop, IExchangeLog log, IReadOnlyList<Action<long>> onLoop, IReadOnlyList<Func<Task>> beside)
{
    const long PeriodNs = MonotonicTime.Second / 2;

    LoopTimer? _timer;
    bool _isSweeping;

    /// <summary>Begins, with the first turn in half a second. On the loop.</summary>
    public void Start() => (_timer ??= new LoopTimer(loop, OnDue)).Arm(PeriodNs);

    /// <summary>No further turn; one that is under way beside the loop goes on. On the loop.</summary>
    public void Stop() => _timer?.Disarm();

    void OnDue(long nowNs)
    {
        _timer!.Arm(PeriodNs);
        foreach (var work in onLoop)
            work(nowNs);
        if (_isSweeping)
            return;
        _isSweeping = true;
        _ = SweepAsync();
    }

    async Task SweepAsync()
    {
        try
        {
            foreach (var work in beside)
                await work();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            log.Fault("housekeeping", exception);
        }

        loop.Post(() => _isSweeping = false);
    }
}
