using System.Text.Json.Nodes;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>One person whom a stream watches. On the loop only.</summary>
/// <param name="feed">Tells the client.</param>
/// <param name="target">Whom.</param>
/// <param name="asker">Who watches; null for the operator, to whom everything is shown.</param>
/// <param name="since">Since when.</param>
sealed class StreamWatch(PresenceFeed feed, PresenceTarget target, PresenceAsker? asker, Instant since) : IPresenceWatcher, IWatcherList
{
    /// <summary>Whom.</summary>
    public PresenceTarget Target => target;

    /// <summary>Who watches; null for the operator.</summary>
    public PresenceAsker? Asker => asker;

    /// <summary>What is shown; null once it was refused.</summary>
    public AudienceView? View { get; set; }

    /// <summary>What the client gave, to know it by; null without.</summary>
    public JsonNode? Id { get; set; }

    /// <summary>True while the client is to be told.</summary>
    public bool IsDue { get; set; }

    /// <summary>Why it ended; null while it stands.</summary>
    public Refusal? Refused { get; set; }

    /// <summary>When the client was told last; null before.</summary>
    public Instant? Told { get; set; }

    /// <inheritdoc/>
    public void OnChanged(AudienceView view) => feed.Due(this);

    /// <inheritdoc/>
    public IEnumerable<PresenceWatcherView> Watchers(Instant now, long nowNs) => View is not { } view ? [] :
    [
        new PresenceWatcherView
        {
            Watcher = asker?.Address ?? PresenceWatcherView.Operator, Via = "stream", Level = view.Audience.Level, Shown = JsonDialect.View(view.User), Dialect = JsonDialect.Instance.MediaType,
            Since = since, Notified = Told, IsWaiting = IsDue,
        },
    ];
}
