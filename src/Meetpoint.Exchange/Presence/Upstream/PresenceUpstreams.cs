using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Csta;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Presence.Upstream;

/// <summary>
/// Asks other systems for those who are watched here: one subscription a presentity and system, and a watcher where the other side decides by watcher what it shows; and one monitor a line of
/// a call control. What is wanted follows from the views that stand; on the loop only.
/// </summary>
sealed class PresenceUpstreams
{
    /// <summary>A subscription that nobody wants is kept so long: watchers come back.</summary>
    const long LingerNs = 30 * MonotonicTime.Second;

    readonly PresenceContext _context;
    readonly PresenceMemory _memory;
    readonly Dictionary<string, Dictionary<UpstreamKey, UpstreamSource>> _all = new(StringComparer.Ordinal);
    readonly Queue<(long DueNs, string Presentity)> _lingering = new();

    public PresenceUpstreams(PresenceContext context, PresenceMemory memory)
    {
        _context = context;
        _memory = memory;
        context.Hub.ViewsChanged = OnViewsChanged;
    }

    /// <summary>Asks XMPP servers; null where there are none.</summary>
    public IUpstreamGateway? Xmpp { get; set; }

    /// <summary>Whom we ask for one presentity: what stands, or is tried.</summary>
    public IEnumerable<UpstreamSource> Of(string presentity) => _all.TryGetValue(presentity, out var asked) ? asked.Values : [];

    /// <summary>Ends what nobody has wanted for a while. Regularly.</summary>
    public void Sweep(long nowNs)
    {
        while (_lingering.TryPeek(out var first) && first.DueNs <= nowNs)
        {
            _lingering.Dequeue();
            if (!_all.TryGetValue(first.Presentity, out var asked))
                continue;
            var wanted = Wanted(first.Presentity);
            CloseAll(first.Presentity, asked, key => !wanted.ContainsKey(key));
        }
    }

    /// <summary>The world has changed: other systems may be asked now, and those that it no longer names are not.</summary>
    public void Readmit()
    {
        foreach (var (presentity, asked) in _all.ToList())
        {
            var known = _context.Directory.Find(presentity) is { } target ? Ways(target) : [];
            CloseAll(presentity, asked, key => !known.Exists(one => one.Way.Neighbour.Neighbour.Id == key.Neighbour && one.Means == key.Means));
        }

        foreach (var presentity in _context.Hub.All.Select(presentity => presentity.Address).ToList())
        {
            if (_context.Hub.Find(presentity) is { Views.Count: > 0 } known)
                OnViewsChanged(known);
        }
    }

    /// <summary>Says goodbye where a system would wait for us; the process ends.</summary>
    public void Stop()
    {
        foreach (var source in _all.Values.SelectMany(asked => asked.Values))
            source.Stop();
    }

    void CloseAll(string presentity, Dictionary<UpstreamKey, UpstreamSource> asked, Predicate<UpstreamKey> isOver)
    {
        foreach (var (key, source) in asked.Where(pair => isOver(pair.Key)).ToList())
        {
            asked.Remove(key);
            source.Close();
        }

        if (asked.Count == 0)
            _all.Remove(presentity);
    }

    void OnViewsChanged(Presentity presentity)
    {
        _all.TryGetValue(presentity.Address, out var asked);
        foreach (var (key, (way, watcher, path)) in Wanted(presentity.Address))
        {
            if (asked?.TryGetValue(key, out var known) == true)
            {
                known.Move(way); // by the world in force
                continue;
            }

            if (key.Means is null && way.Neighbour.Neighbour.Kind == NeighbourKind.Xmpp)
            {
                Xmpp?.Want(presentity, way, watcher);
                continue;
            }

            if (_context.Hub.Open(presentity.Address, way.Neighbour.Neighbour.Id, key.Watcher, isWhole: true, key.Means) is not { } source)
                continue;
            UpstreamSource upstream = key.Means is null ? new UpstreamSubscription(_context, _memory, source, way, watcher, path) : new CstaMonitor(_context, _memory, source, way);
            if (asked is null)
                _all[presentity.Address] = asked = [];
            asked[key] = upstream;
            _context.Loop.Post(upstream.Begin);
        }

        _lingering.Enqueue((_context.Loop.NowNs + LingerNs, presentity.Address));
    }

    Dictionary<UpstreamKey, (PresenceWay Way, string Watcher, string[] Path)> Wanted(string presentity)
    {
        var wanted = new Dictionary<UpstreamKey, (PresenceWay Way, string Watcher, string[] Path)>();
        if (_context.Hub.Find(presentity) is not { Views.Count: > 0 } known || _context.Directory.Find(presentity) is not { } target)
            return wanted;
        var ways = Ways(target);
        foreach (var view in known.Views)
        {
            foreach (var (way, means) in ways)
            {
                // What a system says is never asked for in order to be told to it.
                if (way.Neighbour.Neighbour.Id == view.Audience.Neighbour)
                    continue;
                // A call control is asked for a line in its owner's name, whoever watches.
                var watcher = means is null ? view.Audience.Watcher : null;
                wanted.TryAdd(new UpstreamKey(way.Neighbour.Neighbour.Id, watcher, means), (way, watcher ?? _context.Policy.DelegateOf(target.Provider), view.Audience.Exchange is { } from ? [from] : []));
            }
        }

        return wanted;
    }

    /// <summary>Who may be asked: systems by SUBSCRIBE, or as XMPP servers are; and call controls for lines.</summary>
    List<(PresenceWay Way, string? Means)> Ways(PresenceTarget target) =>
        [.. _context.Directory.WaysTo(target).Select(way => (way, (string?)null)), .. _context.Directory.LinesOf(target).Select(way => (way, (string?)CstaMonitor.Means))];
}

/// <summary>Tells apart whom we ask for one presentity.</summary>
/// <param name="Neighbour">Id of the system.</param>
/// <param name="Watcher">In whose name; null where it holds for everyone.</param>
/// <param name="Means">By which means; null is SUBSCRIBE.</param>
readonly record struct UpstreamKey(string Neighbour, string? Watcher, string? Means);

/// <summary>Asks systems of another protocol. On the loop.</summary>
interface IUpstreamGateway
{
    /// <summary>Somebody is watched here whom that system knows; said again whenever views change.</summary>
    void Want(Presentity presentity, PresenceWay way, string watcher);
}
