using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Accounting;

/// <summary>Sends kept accounting on to the homes, the oldest first, until each acknowledges it; over restarts. On the hub's loop.</summary>
sealed class AccountingSender(RoamingContext context, HomeServers servers)
{
    /// <summary>Requests of one home that wait for their answers at one time.</summary>
    const int Window = 64;

    /// <summary>Of one home in memory; the others wait in the store alone.</summary>
    const int MaxInMemory = 10_000;

    const int ReadBatch = 1_000;

    readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    readonly List<long> _acknowledged = [];
    readonly Stack<PendingRequest> _pool = new();
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    long _loadedTo = -1;
    bool _isLoading;
    bool _isAllLoaded;

    /// <summary>What was not acknowledged, as far as it is in memory.</summary>
    public int Count { get; private set; }

    /// <summary>Id of the newest that it knows.</summary>
    public long LastId => _loadedTo;

    /// <summary>Takes up what an earlier run left.</summary>
    public void Start() => Load();

    /// <summary>One more, durable.</summary>
    public void Add(KeptAccounting kept)
    {
        if (!_isAllLoaded)
            return; // it is read behind the others
        if (Count >= MaxInMemory)
        {
            _isAllLoaded = false;
            return;
        }

        Enqueue(kept);
        Pump(LaneOf(kept.Provider), context.Loop.NowNs);
    }

    /// <summary>A home has acknowledged one.</summary>
    public void OnAnswer(PendingRequest pending, long nowNs)
    {
        var lane = LaneOf(pending.Accounting!.Provider);
        lane.UnderWay--;
        Count--;
        _acknowledged.Add(pending.Accounting.Id);
        Return(pending);
        Pump(lane, nowNs);
    }

    /// <summary>None has, in all the time that it was repeated.</summary>
    public void OnSilence(PendingRequest pending)
    {
        var lane = LaneOf(pending.Accounting!.Provider);
        lane.UnderWay--;
        lane.Waiting.Enqueue(pending.Accounting);
        Return(pending);
    }

    /// <summary>Time has passed: tries what waits, and forgets what was acknowledged.</summary>
    public void Advance(long nowNs)
    {
        foreach (var lane in _lanes.Values)
            Pump(lane, nowNs);
        Forget();
        if (!_isAllLoaded && Count < MaxInMemory / 2)
            Load();
    }

    void Load()
    {
        if (_isLoading)
            return;
        _isLoading = true;
        IReadOnlyList<KeptAccounting> rows = [];
        context.Store.Write(
            transaction =>
            {
                rows = AccountingRows.After(transaction, context.Node, _loadedTo, ReadBatch);
                return true;
            },
            _ => context.Loop.Post(() =>
            {
                _isLoading = false;
                _isAllLoaded = rows.Count < ReadBatch;
                foreach (var kept in rows)
                    Enqueue(kept);
            }),
            fault => context.Loop.Post(() =>
            {
                _isLoading = false;
                context.Log.Fault("accounting", fault);
            }));
    }

    void Enqueue(KeptAccounting kept)
    {
        if (kept.Id <= _loadedTo)
            return;
        _loadedTo = kept.Id;
        Count++;
        LaneOf(kept.Provider).Waiting.Enqueue(kept);
    }

    void Pump(Lane lane, long nowNs)
    {
        while (lane.UnderWay < Window && lane.Waiting.TryPeek(out var kept))
        {
            if (context.Realms.Named(kept.Realm, kept.Provider) is not { } route || servers.Choose(route, HomeServerUse.Accounting, nowNs) is not { } server || !TrySend(server, route, kept, nowNs))
                return;
            lane.Waiting.Dequeue();
            lane.UnderWay++;
        }
    }

    bool TrySend(HomeServer server, RealmRoute route, KeptAccounting kept, long nowNs)
    {
        var pending = _pool.TryPop(out var used) ? used : new PendingRequest();
        (pending.Accounting, pending.Route, pending.Server, pending.SentNs) = (kept, route, server, nowNs);
        if (!RadiusPacket.TryParse(kept.Packet, out var packet, out _) || !server.Requests.TryTake(nowNs, pending, RetransmissionPolicy.Standard, out var id))
        {
            Return(pending);
            return false;
        }

        var asked = new RequestMark(RadiusCode.AccountingRequest, id.Id, default);
        var writer = server.Security.BeginRequest(_buffer, asked);
        var everything = default(AttributeSet);
        ForwardedPacket.TryCopy(packet, HopSide.Of(PacketSecurity.Version11, default), HopSide.Of(server.Security, asked), ref writer, context.Hidden, ref everything);
        var length = server.Security.SignRequest(ref writer);
        var sent = _buffer.AsSpan(0, length);
        pending.Id = id;
        pending.Keep(sent);
        // The authenticator of accounting is a digest, which its answer is checked by (RFC 2866 section 3).
        server.Requests.SetMark(id, asked with { Authenticator = RequestAuthenticator.Read(sent[4..]) });
        server.Send(id, sent);
        return true;
    }

    void Forget()
    {
        if (_acknowledged.Count == 0)
            return;
        long[] ids = [.. _acknowledged];
        _acknowledged.Clear();
        context.Store.Write(
            transaction =>
            {
                foreach (var id in ids)
                    AccountingRows.Remove(transaction, context.Node, id);
                return true;
            },
            static _ => { },
            fault => context.Loop.Post(() =>
            {
                context.Log.Fault("accounting", fault);
                _acknowledged.AddRange(ids);
            }));
    }

    Lane LaneOf(string provider)
    {
        if (!_lanes.TryGetValue(provider, out var lane))
            _lanes[provider] = lane = new Lane();
        return lane;
    }

    void Return(PendingRequest pending)
    {
        pending.Accounting = null;
        _pool.Push(pending);
    }

    /// <summary>What goes to one home.</summary>
    sealed class Lane
    {
        public Queue<KeptAccounting> Waiting { get; } = new();

        public int UnderWay { get; set; }
    }
}
