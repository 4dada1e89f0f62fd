namespace Meetpoint.Net;

/// <summary>A timer that lives inside the object that it serves: arming it allocates nothing.</summary>
public abstract class TimerNode
{
    internal TimerNode? Previous;
    internal TimerNode? Next;

    /// <summary>When it is due, in the loop's monotonic nanoseconds; meaningful while armed.</summary>
    public long DueNs { get; internal set; }

    /// <summary>True from Arm until it fires or is cancelled.</summary>
    public bool IsArmed { get; internal set; }

    /// <summary>Called once when due, on the loop, no longer armed; may arm itself again.</summary>
    protected internal abstract void Fire(long nowNs);
}

/// <summary>
/// Timers of one loop, with O(1) arm and cancel. Not thread safe: one wheel a loop.
/// </summary>
public sealed class TimerWheel
{
    /// <summary>A wheel whose time begins at <paramref name="startNs"/>.</summary>
    public TimerWheel(long startNs) => _ = startNs;

    /// <summary>When the next timer may be due: never later than the true time; long.MaxValue with none armed.</summary>
    public long NextDueNs => throw new NotSupportedException();

    /// <summary>Arms the timer, or moves it when armed. A due time in the past fires at the next Advance.</summary>
    public void Arm(TimerNode timer, long dueNs) => throw new NotSupportedException();

    /// <summary>Disarms it; nothing happens when it is not armed.</summary>
    public void Cancel(TimerNode timer) => throw new NotSupportedException();

    /// <summary>Fires all that is due at <paramref name="nowNs"/>, in order of due time.</summary>
    public void Advance(long nowNs) => throw new NotSupportedException();
}
