namespace Meetpoint.Net;

/// <summary>Monotonic nanoseconds from a <see cref="TimeProvider"/>, and names for spans of them.</summary>
public static class MonotonicTime
{
    /// <summary>A microsecond in nanoseconds.</summary>
    public const long Microsecond = 1_000;

    /// <summary>A millisecond in nanoseconds.</summary>
    public const long Millisecond = 1_000_000;

    /// <summary>A second in nanoseconds.</summary>
    public const long Second = 1_000_000_000;

    /// <summary>Now, in nanoseconds since an arbitrary start. Never goes back.</summary>
    public static long NowNs(this TimeProvider time)
    {
        var frequency = time.TimestampFrequency;
        var stamp = time.GetTimestamp();
        return frequency == Second ? stamp : (long)((Int128)stamp * Second / frequency);
    }
}
