namespace Meetpoint.Net.Virtual;

/// <summary>A framework timer in virtual time.</summary>
sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    // A change makes what was scheduled before stale: it finds another number here.
    int _version;
    TimeSpan _period;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _version++;
        _period = period;
        if (dueTime != Timeout.InfiniteTimeSpan)
            Arm(dueTime);
        return true;
    }

    public void Dispose() => _version++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    void Arm(TimeSpan delay)
    {
        var version = _version;
        time.Schedule.Add(time.NowNs + (delay.Ticks * TimeSpan.NanosecondsPerTick), () =>
        {
            if (version != _version)
                return;
            if (_period > TimeSpan.Zero)
                Arm(_period);
            callback(state);
        });
    }
}
