namespace Meetpoint.Exchange.Tests.Api;

/// <summary>Monotonic time that goes on when it is told.</summary>
sealed class SteppedTime : TimeProvider
{
    long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Step(TimeSpan by) => _now += by.Ticks;
}
