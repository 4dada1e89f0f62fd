using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Xmpp;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Xmpp;

/// <summary>Where a subscription between two people stands, as their servers agreed (RFC 6121 section 3).</summary>
enum XmppStanding
{
    /// <summary>Asked for, and not answered.</summary>
    Asked,

    /// <summary>Allowed.</summary>
    Subscribed,
}

/// <summary>Someone on an XMPP server who watches one of ours. On the loop only; the gateway's.</summary>
sealed class XmppWatcher(XmppPresenceGateway gateway, Jid watcher, Jid presentity) : IPresenceWatcher, IWatcherList
{
    /// <summary>The watcher's bare address.</summary>
    public Jid Watcher => watcher;

    /// <summary>The address that is watched, as the watcher's server has it.</summary>
    public Jid Presentity => presentity;

    /// <summary>What is shown; null until it is.</summary>
    public AudienceView? View { get; set; }

    /// <summary>What was told last; null before.</summary>
    public PresenceState? Told { get; set; }

    /// <inheritdoc/>
    public void OnChanged(AudienceView view) => gateway.Tell(this);

    /// <inheritdoc/>
    public IEnumerable<PresenceWatcherView> Watchers(Instant now, long nowNs) => View is not { } view ? [] :
    [
        new PresenceWatcherView { Watcher = watcher.ToString(), Via = "xmpp", Neighbour = view.Audience.Neighbour, Level = view.Audience.Level, Shown = JsonDialect.View(view.User) },
    ];
}

/// <summary>Someone on an XMPP server who is watched here, in the name of one of ours. On the loop only; the gateway's.</summary>
sealed class XmppContact(Jid watcher, Jid presentity)
{
    /// <summary>In whose name.</summary>
    public Jid Watcher => watcher;

    /// <summary>Whom.</summary>
    public Jid Presentity => presentity;

    public XmppStanding Standing { get; set; }

    /// <summary>What is heard; null while nobody watches.</summary>
    public PresenceSource? Source { get; set; }

    /// <summary>Her resources and what each said last.</summary>
    public Dictionary<string, PresenceState> Resources { get; } = new(StringComparer.Ordinal);

    /// <summary>When she was asked for last, in the loop's time.</summary>
    public long AskedNs { get; set; }
}
