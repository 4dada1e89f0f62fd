using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Presence.Upstream;

/// <summary>
/// Asks other systems for those who are watched here: one subscription a presentity and system, and a watcher where the other side decides by watcher what it shows. What is
/// wanted follows from the views that stand; on the loop only.
/// </summary>
sealed class PresenceUpstreams
{
    /// <summary>A subscription that nobody wants is kept so long: watchers come back.</summary>
    const long LingerNs = 30 * MonotonicTime.Second;

    readonly PresenceContext _context;
    readonly PresenceMemory _memory;
    readonly Dictionary<string, Dictionary<(string Neighbour, string? Watcher), UpstreamSubscription>> _all = new(StringComparer.Ordinal);
    readonly Queue<(long DueNs, string Presentity)> _lingering = new();

    public PresenceUpstreams(PresenceContext context, PresenceMemory memory)
    {
        _context = context;
        _memory = memory;
        context.Hub.ViewsChanged = OnViewsChanged;
    }

    /// <summary>Asks XMPP servers; null where there are none.</summary>
    public IUpstreamGateway? Xmpp { get; set; }

    /// <summary>Subscriptions of ours to one presentity that stand or are tried.</summary>
    public IEnumerable<UpstreamSubscription> Of(string presentity) => _all.TryGetValue(presentity, out var asked) ? asked.Values : [];

    /// <summary>Ends what nobody has wanted for a while. Regularly.</summary>
    public void Sweep(long nowNs)
    {
        while (_lingering.TryPeek(out var first) && first.DueNs <= nowNs)
        {
            _lingering.Dequeue();
            if (!_all.TryGetValue(first.Presentity, out var asked))
                continue;
            var wanted = Wanted(first.Presentity);
            foreach (var (key, subscription) in asked.Where(pair => !wanted.ContainsKey(pair.Key)).ToList())
            {
                asked.Remove(key);
                subscription.Close();
            }

            if (asked.Count == 0)
                _all.Remove(first.Presentity);
        }
    }

    /// <summary>The world has changed: other systems may be asked now.</summary>
    public void Readmit()
    {
        foreach (var presentity in _context.Hub.All.Select(presentity => presentity.Address).ToList())
        {
            if (_context.Hub.Find(presentity) is { Views.Count: > 0 } known)
                OnViewsChanged(known);
        }
    }

    void OnViewsChanged(Presentity presentity)
    {
        _all.TryGetValue(presentity.Address, out var asked);
        foreach (var (key, (way, watcher, path)) in Wanted(presentity.Address))
        {
            if (asked?.TryGetValue(key, out var known) == true)
            {
                known.Way = way; // by the world in force: it may have moved
                continue;
            }

            if (way.Neighbour.Neighbour.Kind == NeighbourKind.Xmpp)
            {
                Xmpp?.Want(presentity, way, watcher);
                continue;
            }

            if (_context.Hub.Open(presentity.Address, way.Neighbour.Neighbour.Id, key.Watcher, isWhole: true) is not { } source)
                continue;
            var subscription = new UpstreamSubscription(_context, _memory, source, way, watcher, path);
            if (asked is null)
                _all[presentity.Address] = asked = [];
            asked[key] = subscription;
            _context.Loop.Post(subscription.Subscribe);
        }

        _lingering.Enqueue((_context.Loop.NowNs + LingerNs, presentity.Address));
    }

    Dictionary<(string Neighbour, string? Watcher), (PresenceWay Way, string Watcher, string[] Path)> Wanted(string presentity)
    {
        var wanted = new Dictionary<(string Neighbour, string? Watcher), (PresenceWay Way, string Watcher, string[] Path)>();
        if (_context.Hub.Find(presentity) is not { Views.Count: > 0 } known || _context.Directory.Find(presentity) is not { } target)
            return wanted;
        var ways = _context.Directory.WaysTo(target);
        foreach (var view in known.Views)
        {
            foreach (var way in ways)
            {
                // What a system says is never asked for in order to be told to it.
                if (way.Neighbour.Neighbour.Id == view.Audience.Neighbour)
                    continue;
                var watcher = view.Audience.Watcher;
                wanted.TryAdd((way.Neighbour.Neighbour.Id, watcher), (way, watcher ?? _context.Policy.DelegateOf(target.Provider), view.Audience.Exchange is { } from ? [from] : []));
            }
        }

        return wanted;
    }
}

/// <summary>Asks systems of another protocol. On the loop.</summary>
interface IUpstreamGateway
{
    /// <summary>Somebody is watched here whom that system knows; said again whenever views change.</summary>
    void Want(Presentity presentity, PresenceWay way, string watcher);
}
