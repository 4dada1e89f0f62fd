using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>A subscription whose documents are its own, since they say only what is new to it: a list, or a partial document. On the loop only.</summary>
abstract class SingleWatch(PresenceSubscriptions subscriptions, EventSubscription subscription, PresenceAsker asker) : IPresenceWatcher
{
    public EventSubscription Subscription => subscription;

    public PresenceAsker Asker => asker;

    protected PresenceSubscriptions Subscriptions => subscriptions;

    /// <summary>What is new since the last that was written; all of it at first, after a refresh, and after one that was not answered.</summary>
    public abstract EventBody Render();

    /// <summary>The next document says everything.</summary>
    public abstract void BeginAnew();

    /// <summary>Watches nobody any more.</summary>
    public abstract void Leave();

    /// <summary>Decides again by the world in force; false when nothing is left to see.</summary>
    public abstract bool Readmit();

    /// <inheritdoc/>
    public abstract void OnChanged(AudienceView view);
}
