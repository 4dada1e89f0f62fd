using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Watch;

/// <summary>What watching requests may cost: an operator looks at one user for a while, and nobody leaves it on.</summary>
static class WatchLimits
{
    /// <summary>Watchers at one time.</summary>
    public const int Watchers = 16;

    /// <summary>Lines that wait for a watcher to read them; those beyond are lost, and it is told how many.</summary>
    public const int WaitingLines = 1_000;

    /// <summary>Conversations whose next packet is recognised, accounting that is on its way, and sessions of a watcher, each.</summary>
    public const int Remembered = 1_000;

    /// <summary>The longest that one watches, in the loop's time.</summary>
    public const long LongestNs = 600 * MonotonicTime.Second;
}
