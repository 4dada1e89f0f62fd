using System.Globalization;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// A subscription to many at once (RFC 4662), whose list came with it (RFC 5367, and the ad-hoc lists of the Microsoft style): the states of all in one document at first, and then of those
/// that changed. On the loop only.
/// </summary>
/// <remarks>Not kept over a restart: the next refresh is answered 481, and the subscriber sends the list again.</remarks>
sealed class ListWatch(PresenceContext context, PresenceSubscriptions subscriptions, EventSubscription subscription, PresenceAsker asker, string uri, IPresenceDialect dialect)
    : SingleWatch(subscriptions, subscription, asker)
{
    const string Boundary = "meetpoint-list";

    readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    bool _isFull = true;
    uint _version;

    /// <summary>Puts somebody on the list; who may not be seen stands there as refused.</summary>
    public void Add(string resource)
    {
        if (_entries.Count >= AdhocList.MaxResources || _entries.ContainsKey(resource))
            return;
        _entries[resource] = Admit(resource);
        _changed.Add(resource);
    }

    /// <summary>Takes somebody off the list.</summary>
    public void Remove(string resource)
    {
        if (_entries.Remove(resource, out var entry) && entry.View is { } view)
            context.Hub.Unwatch(view, this);
        _changed.Add(resource);
    }

    /// <inheritdoc/>
    public override EventBody Render()
    {
        var isFull = _isFull || Subscription.UnansweredCount > 0;
        var parts = new List<MultipartPart>();
        var resources = new List<RlmiResource>();
        foreach (var resource in isFull ? [.. _entries.Keys] : _changed.ToList())
        {
            if (!_entries.TryGetValue(resource, out var entry) || entry.View is not { } view)
            {
                resources.Add(new RlmiResource(resource, "terminated", null, Reason: entry?.Reason ?? "noresource"));
                continue;
            }

            var id = string.Create(CultureInfo.InvariantCulture, $"{resources.Count + 1}.{_version + 1}@{Boundary}");
            resources.Add(new RlmiResource(resource, "active", id));
            var body = view.Write(dialect, context.Now);
            parts.Add(new MultipartPart(body.ContentType!, id, body.Bytes));
        }

        var list = new RlmiList(uri, _version++, isFull, resources);
        parts.Insert(0, new MultipartPart(RlmiList.MediaType, $"list@{Boundary}", list.Write()));
        _isFull = false;
        _changed.Clear();
        var (type, bytes) = MultipartRelated.Write(parts, Boundary);
        return new EventBody(type, bytes, "Require: eventlist\r\n");
    }

    /// <inheritdoc/>
    public override void BeginAnew() => _isFull = true;

    /// <inheritdoc/>
    public override void Leave()
    {
        foreach (var entry in _entries.Values)
        {
            if (entry.View is { } view)
                context.Hub.Unwatch(view, this);
        }

        _entries.Clear();
    }

    /// <inheritdoc/>
    public override bool Readmit()
    {
        foreach (var resource in _entries.Keys.ToList())
        {
            var old = _entries[resource];
            var now = Admit(resource);
            if (old.View is { } view)
                context.Hub.Unwatch(view, this);
            _entries[resource] = now;
            if (!ReferenceEquals(old.View, now.View))
                _changed.Add(resource);
        }

        if (_changed.Count > 0)
            Subscriptions.Notify(this);
        return true;
    }

    /// <inheritdoc/>
    public override void OnChanged(AudienceView view)
    {
        foreach (var (resource, entry) in _entries)
        {
            if (ReferenceEquals(entry.View, view))
                _changed.Add(resource);
        }

        Subscriptions.Notify(this);
    }

    Entry Admit(string resource)
    {
        if (context.Directory.Find(resource) is not { } target)
            return new Entry(null, "noresource");
        if (Subscriptions.Renew(Asker) is not { } now || !context.Policy.TryAdmit(now, target, out var audience, out _))
            return new Entry(null, "rejected");
        return new Entry(context.Hub.Watch(target.Address, in audience, this), null);
    }

    sealed record Entry(AudienceView? View, string? Reason);
}
