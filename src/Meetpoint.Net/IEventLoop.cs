namespace Meetpoint.Net;

/// <summary>
/// The one owner of a piece of state: what it runs, it runs one after the other, with one clock and one timer wheel.
/// </summary>
/// <remarks>
/// Real: a thread that blocks in epoll. Simulated: a queue that the virtual network drives in virtual time.
/// Work from elsewhere comes in by <see cref="Post"/>; all else may be called on the loop only.
/// </remarks>
public interface IEventLoop
{
    /// <summary>Monotonic time in nanoseconds since an arbitrary start; taken once a turn of the loop.</summary>
    long NowNs { get; }

    /// <summary>The timers of this loop. On the loop only.</summary>
    TimerWheel Timers { get; }

    /// <summary>True when the caller runs on this loop.</summary>
    bool IsCurrent { get; }

    /// <summary>Runs the work on the loop, after what was posted before it. From any thread.</summary>
    void Post(Action work);
}
