using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Lists;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Pages;

/// <summary>What a page shows.</summary>
/// <param name="Title">Name of the list.</param>
/// <param name="People">Its members, in its order.</param>
/// <param name="Now">Wall time in the watcher's own zone.</param>
sealed record PhonePageShown(string Title, IReadOnlyList<PhonePagePerson> People, ZonedDateTime Now);

/// <summary>One of them.</summary>
/// <param name="Address">Canonical.</param>
/// <param name="Name">What people call a colleague of the same provider; the address of others.</param>
/// <param name="State">What the watcher may see; unknown where he may see nothing.</param>
/// <param name="Number">What reaches her: a colleague's number where she has one, else her address.</param>
sealed record PhonePagePerson(string Address, string Name, PresenceState State, string Number);

/// <summary>One page's members, watched in the name of whose phone it is. On the loop only.</summary>
sealed class PhonePageWatch : IListWatcher
{
    /// <summary>The first fetch waits for states at most so long: other systems answer in less, and phones wait for some five seconds.</summary>
    public const long FirstWaitNs = 1_500 * MonotonicTime.Millisecond;

    /// <summary>Fetches that wait at a time, at most; those behind are shown what is there.</summary>
    const int MaxWaiting = 64;

    readonly PresenceContext _context;
    readonly PresenceAsker _asker;
    readonly WatchedList _list;
    readonly LoopTimer _first;
    readonly List<Action<PhonePageShown?>> _waiting = [];
    readonly Instant _since;
    Instant? _told;
    string _title = "";
    string[] _order = [];
    bool _isFirst = true;

    public PhonePageWatch(PresenceContext context, PhonePage page, PresenceAsker asker)
    {
        (_context, Page, _asker, _since) = (context, page, asker, context.Now);
        _list = new WatchedList(context, this);
        _first = new LoopTimer(context.Loop, _ => Settle());
    }

    public PhonePage Page { get; }

    /// <summary>When it is let go, in the loop's time.</summary>
    public long ExpiresNs { get; set; }

    /// <summary>True once it was let go.</summary>
    public bool IsClosed { get; private set; }

    /// <inheritdoc/>
    public PresenceAsker? Current => _asker;

    /// <summary>Makes the members those of the list, and decides anew whom he may see.</summary>
    public void Follow(PresenceList list)
    {
        _title = list.Name;
        _order = [.. PresenceDirectory.MembersOf(list)];
        foreach (var gone in _list.Members.Select(member => member.Resource).Except(_order, StringComparer.Ordinal).ToList())
            _list.Remove(gone);
        _ = _list.Readmit();
        foreach (var member in _order)
            _list.Add(member);
    }

    /// <summary>From now on the first states are waited for.</summary>
    public void Begin() => _first.Arm(FirstWaitNs);

    /// <summary>Shows it, at once or when the first states are there.</summary>
    public void Tell(Action<PhonePageShown?> shown)
    {
        if (_isFirst && _waiting.Count < MaxWaiting && !IsKnown())
        {
            _waiting.Add(shown);
            return;
        }

        _told = _context.Now;
        shown(Shown());
    }

    /// <summary>Watches nobody any more.</summary>
    public void Close()
    {
        IsClosed = true;
        Settle();
        _list.Leave();
    }

    /// <inheritdoc/>
    public void OnChanged(ListMember member)
    {
        if (_isFirst && IsKnown())
            Settle();
    }

    /// <inheritdoc/>
    public PresenceWatcherView Describe(AudienceView view, Instant now, long nowNs) => new()
    {
        Watcher = _asker.Address, Via = "page", Level = view.Audience.Level, Shown = JsonDialect.View(view.User), Dialect = CiscoPhonePages.MediaType,
        RemainingSeconds = Math.Max(0, (ExpiresNs - nowNs) / MonotonicTime.Second), Since = _since, Notified = _told,
    };

    void Settle()
    {
        _isFirst = false;
        _first.Disarm();
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var shown in waiting)
            Tell(shown);
    }

    /// <summary>True when something is known of everyone of whom anything may be.</summary>
    bool IsKnown() => _list.Members.All(member => member.View is not { } view || view.User.Activity != Activity.Unknown);

    PhonePageShown Shown()
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(_context.Directory.Find(_asker.Address)?.User?.TimeZone ?? "Etc/UTC") ?? DateTimeZone.Utc;
        return new PhonePageShown(_title, [.. _order.Select(Person)], _context.Now.InZone(zone));
    }

    PhonePagePerson Person(string address)
    {
        _list.TryFind(address, out var member);
        var user = member?.Colleague;
        var number = address.StartsWith('+') ? address : user is null ? null : _context.Directory.NumberOf(user);
        return new PhonePagePerson(address, user?.Name ?? address, member?.View?.User ?? PresenceState.Unknown, number ?? address);
    }
}
