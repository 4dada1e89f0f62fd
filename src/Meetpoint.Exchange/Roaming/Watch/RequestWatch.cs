using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Watch;

/// <summary>
/// Follows real requests of a user or realm through the hub, for operators who look. While nobody does, a request costs a look at <see cref="IsOn"/> and nothing more. On the hub's loop.
/// </summary>
/// <param name="context">The hub's.</param>
sealed class RequestWatch(RoamingContext context)
{
    readonly Dictionary<string, WatchedRequest> _challenged = new(StringComparer.Ordinal);
    readonly Dictionary<long, WatchedRequest> _kept = [];
    RequestWatcher[] _watchers = [];
    long _conversations;

    /// <summary>True while somebody watches.</summary>
    public bool IsOn => _watchers.Length > 0;

    /// <summary>Begins to watch; null while <see cref="WatchLimits.Watchers"/> do.</summary>
    public RequestWatcher? TryAdd(WatchedName name)
    {
        if (_watchers.Length >= WatchLimits.Watchers)
            return null;
        var watcher = new RequestWatcher(name, context.Loop.NowNs + WatchLimits.LongestNs);
        _watchers = [.. _watchers, watcher];
        return watcher;
    }

    /// <summary>Somebody watches no more.</summary>
    public void Remove(RequestWatcher watcher)
    {
        watcher.End();
        _watchers = [.. _watchers.Where(other => other != watcher)];
        if (IsOn)
            return;
        _challenged.Clear();
        _kept.Clear();
    }

    /// <summary>Time has passed.</summary>
    public void Advance(long nowNs)
    {
        foreach (var watcher in _watchers)
        {
            if (nowNs >= watcher.UntilNs)
                Remove(watcher);
        }
    }

    /// <summary>A request has come: who watches it is told that it did. Null where nobody does.</summary>
    /// <param name="inbound">Who asks, and how it came.</param>
    /// <param name="packet">What is asked, verified.</param>
    public WatchedRequest? Begin(in InboundRequest inbound, in RadiusPacket packet)
    {
        var session = AccountingReport.TextOf(packet, AttributeType.AcctSessionId);
        if (Watching(packet, session) is not { Count: > 0 } watching)
            return null;
        if (session is not null)
        {
            foreach (var watcher in watching)
                watcher.Remember(session);
        }

        var request = packet.TryFind(AttributeType.State, out var state) && _challenged.Remove(KeyOf(inbound.Client, state.Value), out var known) ? known.Followed(watching) : New(watching);
        request.Came(inbound, packet);
        return request;
    }

    /// <summary>A request of this exchange's own about a session; null where nobody watches its realm, or the session.</summary>
    public WatchedRequest? Begin(string realm, string session) =>
        _watchers.Where(watcher => watcher.Name.MatchesRealm(realm) || watcher.Knows(session)).ToList() is { Count: > 0 } watching ? New(watching) : null;

    /// <summary>What came from a neighbour and is none of its requests: it gets no answer.</summary>
    public void Discarded(RadiusClient client, string from, in RadiusPacket packet, PacketError error)
    {
        if (Watching(packet, null) is { Count: > 0 } watching)
            New(watching).Discarded(client, from, packet, error);
    }

    /// <summary>A challenge went back: what comes with its State goes on with the same conversation.</summary>
    public void Challenged(WatchedRequest request, RadiusClient client, ReadOnlySpan<byte> state)
    {
        if (IsOn && (_challenged.Count < WatchLimits.Remembered || _challenged.ContainsKey(KeyOf(client, state))))
            _challenged[KeyOf(client, state)] = request;
    }

    /// <summary>Accounting was kept: what becomes of it is told until its home has it.</summary>
    public void Keep(long id, WatchedRequest request)
    {
        if (IsOn && _kept.Count < WatchLimits.Remembered)
            _kept[id] = request;
    }

    /// <summary>Accounting that was kept while it was watched; null for other.</summary>
    public WatchedRequest? Kept(long id) => IsOn ? _kept.GetValueOrDefault(id) : null;

    /// <summary>Its home has it.</summary>
    public void Forget(long id) => _kept.Remove(id);

    WatchedRequest New(List<RequestWatcher> watching) => new(context, ++_conversations, watching);

    List<RequestWatcher> Watching(in RadiusPacket packet, string? session)
    {
        var watching = new List<RequestWatcher>();
        var hasName = packet.TryFind(AttributeType.UserName, out var name);
        foreach (var watcher in _watchers)
        {
            if (hasName ? watcher.Name.Matches(name.Value) : session is not null && watcher.Knows(session))
                watching.Add(watcher);
        }

        return watching;
    }

    static string KeyOf(RadiusClient client, ReadOnlySpan<byte> state) => $"{client.Entry.Neighbour.Id} {Convert.ToHexString(state)}";
}
