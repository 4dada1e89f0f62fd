using Meetpoint.Exchange.Contracts;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Hub;

/// <summary>A watcher of the hub that can say who stands behind it. On the loop.</summary>
interface IWatcherList
{
    /// <summary>Everyone who is told by it, as people are shown them.</summary>
    /// <param name="now">Wall time.</param>
    /// <param name="nowNs">The loop's time.</param>
    IEnumerable<PresenceWatcherView> Watchers(Instant now, long nowNs);
}
