using System.Globalization;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Lists;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// A subscription to many at once (RFC 4662): the states of all in one document at first, and then of those that changed. The list came with it (RFC 5367, and the ad-hoc lists of the
/// Microsoft style), or it has an address here and follows the world. On the loop only.
/// </summary>
/// <remarks>
/// One whose list came with it is not kept over a restart: the next refresh is answered 481, and the subscriber sends the list again. One of a stored list is.
/// </remarks>
sealed class ListWatch(PresenceContext context, PresenceSubscriptions subscriptions, EventSubscription subscription, PresenceAsker asker, string uri, IPresenceDialect dialect)
    : SingleWatch(context, subscriptions, subscription, asker), IListWatcher
{
    /// <summary>Bytes of one notification, at most, as far as they can be told beforehand; whoever has no room is told in the next, since most go by UDP.</summary>
    public const int MaxBytes = 48 * 1024;

    /// <summary>What a resource takes in the list besides its address, and a part besides its document.</summary>
    const int ResourceBytes = 160, PartBytes = 160;

    const string Boundary = "meetpoint-list";

    /// <summary>Before the name of the dialect where a stored list is kept.</summary>
    const string StoredPrefix = "list ";

    readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    bool _isFull = true;
    uint _version;

    WatchedList List => field ??= new WatchedList(Context, this);

    /// <summary>Address of the stored list; null where the list came with the subscription.</summary>
    public string? Address { get; init; }

    /// <summary>Of the first document, from which it grows by one each (RFC 4662 section 5.1); after a restart it jumps as CSeq does, as nobody knows how far it had come.</summary>
    public uint FirstVersion
    {
        init => _version = value;
    }

    /// <inheritdoc/>
    public override (string Presentity, string Dialect)? Stored => Address is null ? null : (Address, StoredPrefix + PresenceWire.NameOf(dialect));

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> AnswerHeaders => [("Require", "eventlist")];

    /// <inheritdoc/>
    public PresenceAsker? Current => Subscriptions.Renew(Asker);

    /// <summary>The dialect of a stored list that was kept; null for what is no list, or of another version.</summary>
    public static IPresenceDialect? DialectOf(string stored) => stored.StartsWith(StoredPrefix, StringComparison.Ordinal) ? PresenceWire.ByName(stored[StoredPrefix.Length..]) : null;

    /// <summary>Puts somebody on the list; who may not be seen stands there as refused.</summary>
    public void Add(string resource)
    {
        if (List.Add(resource))
            _changed.Add(resource);
    }

    /// <summary>Takes somebody off the list.</summary>
    public void Remove(string resource)
    {
        List.Remove(resource);
        _changed.Add(resource);
    }

    /// <summary>
    /// Makes the list what the stored one is now; the reason of its end where there is none, or none for him. Partial documents cannot say that somebody is no longer on a list, so
    /// then the next is full (RFC 4662 section 5.2).
    /// </summary>
    public string? Follow()
    {
        if (Address is null)
            return null;
        if (Context.Directory.FindList(Address) is not { } stored)
            return "noresource";
        if (Current is not { } asker || !PresenceAdmission.MayWatch(asker, stored))
            return "rejected";
        var members = PresenceDirectory.MembersOf(stored).Select(PresenceDirectory.UriOf).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in List.Members.Select(member => member.Resource).Where(resource => !members.Contains(resource)).ToList())
        {
            List.Remove(gone);
            _isFull = true;
        }

        foreach (var member in members)
            Add(member);
        return null;
    }

    /// <inheritdoc/>
    public override EventBody Render()
    {
        var isFull = _isFull || Subscription.UnansweredCount > 0;
        var wanted = isFull ? [.. List.Members.Select(member => member.Resource)] : _changed.ToList();
        _isFull = false;
        _changed.Clear();
        var parts = new List<MultipartPart>();
        var resources = new List<RlmiResource>();
        var bytes = isFull ? wanted.Sum(resource => resource.Length + ResourceBytes) : 0; // who stands in the list takes room there, with a document or without
        foreach (var resource in wanted)
        {
            if (!List.TryFind(resource, out var member) || member.View is not { } view)
            {
                resources.Add(Without(resource, member));
                continue;
            }

            var body = view.Write(dialect, Context.Now);
            var more = body.Bytes.Length + PartBytes + (isFull ? 0 : resource.Length + ResourceBytes);
            if (parts.Count > 0 && bytes + more > MaxBytes)
            {
                _changed.Add(resource);
                if (isFull)
                    resources.Add(new RlmiResource(resource, null, null, member.Colleague?.Name));
                continue;
            }

            bytes += more;
            var id = string.Create(CultureInfo.InvariantCulture, $"{resources.Count + 1}.{_version + 1}@{Boundary}");
            resources.Add(new RlmiResource(resource, "active", id, member.Colleague?.Name));
            parts.Add(new MultipartPart(body.ContentType!, id, body.Bytes));
        }

        if (_changed.Count > 0)
            Context.Loop.Post(() => Subscriptions.Notify(this)); // the rest, once this one is on its way
        var list = new RlmiList(uri, _version++, isFull, resources);
        parts.Insert(0, new MultipartPart(RlmiList.MediaType, $"list@{Boundary}", list.Write()));
        var (type, document) = MultipartRelated.Write(parts, Boundary);
        return new EventBody(type, document, "Require: eventlist\r\n");
    }

    /// <inheritdoc/>
    public override void BeginAnew() => _isFull = true;

    /// <inheritdoc/>
    public override void Leave() => List.Leave();

    /// <inheritdoc/>
    public override string? Readmit()
    {
        if (Follow() is { } reason)
            return reason;
        foreach (var member in List.Readmit())
            _changed.Add(member.Resource);
        if (_changed.Count > 0 || _isFull)
            Subscriptions.Notify(this);
        return null;
    }

    /// <inheritdoc/>
    public void OnChanged(ListMember member)
    {
        _changed.Add(member.Resource);
        Subscriptions.Notify(this);
    }

    /// <inheritdoc/>
    public Contracts.PresenceWatcherView Describe(AudienceView view, NodaTime.Instant now, long nowNs) => Describe(view, dialect.MediaType, now, nowNs);

    /// <summary>Who is not shown. Of a stored list an address that nobody knows has no instance: there is nothing that could end (RFC 4662 section 5.4).</summary>
    RlmiResource Without(string resource, ListMember? member) => Address is not null && member is { Target: null }
        ? new RlmiResource(resource, null, null)
        : new RlmiResource(resource, "terminated", null, Reason: member?.Reason ?? "noresource");
}
