using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence.Hub;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Lists;

/// <summary>Who watches a list of people. On the loop.</summary>
interface IListWatcher
{
    /// <summary>The watcher by the world in force; null when he may ask for nobody any more.</summary>
    PresenceAsker? Current { get; }

    /// <summary>A member is shown otherwise.</summary>
    void OnChanged(ListMember member);

    /// <summary>The watcher of a member, as people are shown him.</summary>
    PresenceWatcherView Describe(AudienceView view, Instant now, long nowNs);
}
