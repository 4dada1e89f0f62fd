namespace Meetpoint.Bench.Harness;

/// <summary>Waits for what other processes do.</summary>
static class Pause
{
    static readonly ManualResetEventSlim Never = new();

    /// <summary>Lets some milliseconds go by.</summary>
    public static void For(int milliseconds) => Never.Wait(milliseconds);

    /// <summary>Asks until it is so; false when it is not after that many milliseconds.</summary>
    public static bool Until(Func<bool> condition, int milliseconds)
    {
        const int BetweenMs = 20;
        for (var left = milliseconds; !condition(); left -= BetweenMs)
        {
            if (left <= 0)
                return false;
            For(BetweenMs);
        }

        return true;
    }
}
