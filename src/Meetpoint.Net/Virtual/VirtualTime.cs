namespace Meetpoint.Net.Virtual;

/// <summary>A clock that stands still until <see cref="VirtualWorld"/> moves it: monotonic time from 0, wall time from a given start.</summary>
/// <remarks>Its timers (those of Task.Delay and the like) fire within the world's run. Not thread safe: one thread drives a world.</remarks>
public sealed class VirtualTime : TimeProvider
{
    readonly DateTimeOffset _startUtc;

    internal VirtualTime(DateTimeOffset startUtc) => _startUtc = startUtc;

    /// <summary>Monotonic time in nanoseconds since the start of the world.</summary>
    public long NowNs { get; private set; }

    /// <summary>What is to happen, by time.</summary>
    internal VirtualSchedule Schedule { get; } = new();

    /// <inheritdoc/>
    public override long TimestampFrequency => MonotonicTime.Second;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => NowNs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _startUtc.AddTicks(NowNs / TimeSpan.NanosecondsPerTick);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>The same time as shown by a clock that runs faster (over 1) or slower, from the start of the world on.</summary>
    public TimeProvider AtRate(double rate) => rate == 1 ? this : new SkewedTime(this, rate);

    internal void MoveTo(long nowNs)
    {
        if (nowNs > NowNs)
            NowNs = nowNs;
    }

    sealed class SkewedTime(VirtualTime time, double rate) : TimeProvider
    {
        public override long TimestampFrequency => MonotonicTime.Second;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long GetTimestamp() => (long)(time.NowNs * rate);

        public override DateTimeOffset GetUtcNow() => time._startUtc.AddTicks(GetTimestamp() / TimeSpan.NanosecondsPerTick);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, World(dueTime), World(period));

        TimeSpan World(TimeSpan span) => span <= TimeSpan.Zero ? span : span / rate;
    }
}
