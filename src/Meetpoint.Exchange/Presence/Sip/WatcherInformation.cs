using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// Tells people who watches them: the event package presence.winfo (RFC 3857), for the person herself and for systems of her provider. The first notification, and each after a refresh,
/// is the whole list; those between have who came, changed or went (RFC 3858 section 4), five seconds after the last at the earliest. Not kept over a restart: the next refresh is
/// answered 481, and the client subscribes anew. On the loop only.
/// </summary>
sealed class WatcherInformation
{
    /// <summary>The package.</summary>
    public const string Package = "presence.winfo";

    /// <summary>Subscriptions at a time, at most.</summary>
    public const int MaxSubscriptions = 100_000;

    /// <summary>Between two notifications, at least (RFC 3857 section 4.10).</summary>
    const long PaceNs = 5 * MonotonicTime.Second;

    readonly PresenceContext _context;
    readonly Dictionary<string, List<Listener>> _listeners = new(StringComparer.Ordinal);
    readonly List<Listener> _due = [];
    int _count;

    public WatcherInformation(PresenceContext context)
    {
        _context = context;
        context.Hub.WatchersChanged = OnWatchersChanged;
    }

    /// <summary>Where the dialogs are.</summary>
    public required EventServer Events { get; init; }

    /// <summary>Takes a SUBSCRIBE outside a dialog.</summary>
    public void Take(IncomingRequest request, SipCaller caller)
    {
        var message = request.Message;
        var target = message.RequestUri is null ? null : _context.Directory.Find(message.RequestUri.ToString());
        if (target is null || !_context.Policy.IsHerself(caller, target))
        {
            var reason = target is null ? RefusalReason.NoRoute : RefusalReason.OriginNotAllowed;
            _context.Refusals.Reject(request, _context.Admission.Refuse(reason, SipPath.SessionOf(message)) with { Sender = caller.Sender, Origin = caller.Provider });
            return;
        }

        var ranges = AcceptedTypes.Parse(message.Texts(SipHeader.Accept));
        if (ranges.Count > 0 && !ranges.Any(range => AcceptedTypes.Covers(range, WatcherInfo.MediaType)))
        {
            request.Respond(406, null, (SipHeader.Accept.Name(), WatcherInfo.MediaType));
            return;
        }

        if (_count >= MaxSubscriptions)
        {
            request.Respond(503, null, (SipHeader.Retry_After.Name(), "60"));
            return;
        }

        if (Events.Accept(request) is not { } subscription)
            return;
        var listener = new Listener(subscription, target.Address);
        subscription.Owner = listener;
        if (!_listeners.TryGetValue(target.Address, out var listeners))
            _listeners[target.Address] = listeners = [];
        listeners.Add(listener);
        _count++;
        Events.Confirm(subscription, request, Events.SecondsOf(message));
    }

    /// <summary>The list as it is now, or what is new since the last that was told.</summary>
    public EventBody Render(Listener listener)
    {
        var (now, nowNs) = (_context.Now, _context.Loop.NowNs);
        listener.ToldNs = nowNs;
        var watchers = _context.Hub.Find(listener.Address)?.Views.SelectMany(view => view.Watchers).OfType<IWatcherList>().SelectMany(list => list.Watchers(now, nowNs)) ?? [];
        var known = listener.Subscription.UnansweredCount > 0 ? null : listener.Told; // what was not answered may not have been heard
        var told = new Dictionary<string, Watcher>(StringComparer.Ordinal);
        foreach (var watcher in watchers.Where(watcher => watcher.Watcher != PresenceWatcherView.Operator).Select(watcher => Watcher(watcher, now)).Take(WatcherInfo.MaxWatchers))
            told.TryAdd(watcher.Id, watcher);
        listener.Told = told;
        var body = WatcherInfo.Write(PresenceDirectory.UriOf(listener.Address), listener.Version++, known is null, known is null ? told.Values : News(known, told));
        return new EventBody(WatcherInfo.MediaType, body);
    }

    /// <summary>Who is new or stands otherwise, and who is gone: "timeout" is also what RFC 3857 section 4.7.1 calls a subscription that was taken back.</summary>
    static IEnumerable<Watcher> News(Dictionary<string, Watcher> known, Dictionary<string, Watcher> told) =>
    [
        .. told.Values.Where(watcher => !known.TryGetValue(watcher.Id, out var before) || before.Status != watcher.Status),
        .. known.Values.Where(watcher => !told.ContainsKey(watcher.Id)).Select(watcher => watcher with { Status = "terminated", Event = "timeout", Expires = null }),
    ];

    /// <summary>A subscription is over.</summary>
    public void OnEnded(Listener listener)
    {
        if (!_listeners.TryGetValue(listener.Address, out var listeners) || !listeners.Remove(listener))
            return;
        _count--;
        if (listeners.Count == 0)
            _listeners.Remove(listener.Address);
    }

    /// <summary>Tells who is due. Regularly.</summary>
    public void Advance(long nowNs)
    {
        for (var i = _due.Count - 1; i >= 0; i--)
        {
            var listener = _due[i];
            if (!listener.Subscription.IsEnded && nowNs - listener.ToldNs < PaceNs)
                continue;
            _due.RemoveAt(i);
            listener.IsDue = false;
            Events.Notify(listener.Subscription);
        }
    }

    void OnWatchersChanged(Presentity presentity)
    {
        if (!_listeners.TryGetValue(presentity.Address, out var listeners))
            return;
        foreach (var listener in listeners)
        {
            if (listener.IsDue)
                continue;
            listener.IsDue = true;
            _due.Add(listener);
        }
    }

    static Watcher Watcher(PresenceWatcherView watcher, Instant now)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{watcher.Via}\n{watcher.Watcher}\n{watcher.CallId}")).AsSpan(0, 8));
        return new Watcher(
            string.Create(CultureInfo.InvariantCulture, $"w{id}"), PresenceDirectory.UriOf(watcher.Watcher), "active", "subscribe", now - (watcher.Since ?? now),
            watcher.RemainingSeconds is { } seconds ? Duration.FromSeconds(seconds) : null);
    }

    /// <summary>One subscription, as the notifier keeps it.</summary>
    /// <param name="subscription">Its dialog.</param>
    /// <param name="address">Whose watchers.</param>
    public sealed class Listener(EventSubscription subscription, string address)
    {
        public EventSubscription Subscription => subscription;

        public string Address => address;

        /// <summary>Of the next document: from 0 on (RFC 3858 section 4.1).</summary>
        public uint Version { get; set; }

        /// <summary>The watchers that it was told of last, by id, <see cref="WatcherInfo.MaxWatchers"/> at most; null where the next document has all.</summary>
        public Dictionary<string, Watcher>? Told { get; set; }

        /// <summary>When it was told last, in the loop's time.</summary>
        public long ToldNs { get; set; }

        /// <summary>True while it waits to be told.</summary>
        public bool IsDue { get; set; }
    }
}
