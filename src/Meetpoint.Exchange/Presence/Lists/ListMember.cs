using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Hub;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Lists;

/// <summary>One of a list, as its watcher may see her. On the loop only; filled by the <see cref="WatchedList"/>.</summary>
/// <param name="watcher">Who watches the list.</param>
/// <param name="resource">Her address as the list has it.</param>
sealed class ListMember(IListWatcher watcher, string resource) : IPresenceWatcher, IWatcherList
{
    /// <summary>Her address as the list has it.</summary>
    public string Resource => resource;

    /// <summary>Who she is; null where nobody here knows a way to her.</summary>
    public PresenceTarget? Target { get; set; }

    /// <summary>Her record, for a watcher of her own provider alone; null for others.</summary>
    public User? Colleague => Target is { User: { } user, Provider: { } provider } && provider.Id == watcher.Current?.Provider.Id ? user : null;

    /// <summary>What is shown of her; null where nothing is.</summary>
    public AudienceView? View { get; set; }

    /// <summary>Why nothing is shown, as a reason of RFC 6665 section 4.1.3: "noresource", "rejected" or "probation"; null while something is.</summary>
    public string? Reason { get; set; }

    /// <inheritdoc/>
    public void OnChanged(AudienceView view) => watcher.OnChanged(this);

    /// <inheritdoc/>
    public IEnumerable<PresenceWatcherView> Watchers(Instant now, long nowNs) => View is { } view ? [watcher.Describe(view, now, nowNs)] : [];
}
