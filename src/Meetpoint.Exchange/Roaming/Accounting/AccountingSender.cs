using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Accounting;

/// <summary>
/// Sends kept accounting on to the homes, each realm's in a lane of its own and the oldest first, until each is acknowledged; over restarts. A home that is silent holds up nobody else.
/// On the hub's loop.
/// </summary>
sealed class AccountingSender(RoamingContext context, HomeServers servers)
{
    /// <summary>Realms that something waits for, at most: an access server can name any that a home is looked for.</summary>
    const int MaxLanes = 10_000;

    /// <summary>In memory of all realms, at most; about 600 octets each. The others wait in the store alone.</summary>
    const int MaxInMemory = 100_000;

    readonly Dictionary<(string Provider, string Realm), AccountingLane> _lanes = [];
    readonly Stack<PendingRequest> _pool = new();
    readonly byte[] _buffer = new byte[RadiusPacket.MaxLength];
    int _inMemory;
    bool _isBeginning;

    /// <summary>True once it knows what an earlier run left: ids count on from there, so that nothing is taken before.</summary>
    public bool IsReady { get; private set; }

    /// <summary>What no home has acknowledged, in memory and in the store.</summary>
    public long Count { get; private set; }

    /// <summary>Id of the newest that it knows.</summary>
    public long LastId { get; private set; }

    /// <summary>Whether accounting of a realm may be taken: there is a limit to the realms that it may wait for.</summary>
    public bool HasRoomFor(RealmRoute route) => _lanes.Count < MaxLanes || _lanes.ContainsKey((route.Provider.Id, route.Realm));

    /// <summary>True where a provider's own servers stand in the world.</summary>
    public bool HasNamed(Provider home) => servers.Of(home, HomeServerUse.Accounting).Length > 0;

    /// <summary>Takes up what an earlier run left.</summary>
    public void Start()
    {
        if (_isBeginning)
            return;
        _isBeginning = true;
        IReadOnlyList<KeptRealm> left = [];
        context.Store.Write(
            transaction =>
            {
                left = AccountingRows.Realms(transaction, context.Node);
                return true;
            },
            _ => context.Loop.Post(() =>
            {
                foreach (var realm in left)
                {
                    Count += realm.Count;
                    LastId = Math.Max(LastId, realm.LastId);
                    LaneOf(realm.Provider, realm.Realm, isAllLoaded: false);
                }

                IsReady = true;
            }),
            fault => context.Loop.Post(() =>
            {
                _isBeginning = false;
                context.Log.Fault("accounting", fault);
            }));
    }

    /// <summary>One more, durable.</summary>
    public void Add(KeptAccounting kept)
    {
        Count++;
        LastId = Math.Max(LastId, kept.Id);
        var lane = LaneOf(kept.Provider, kept.Realm, isAllLoaded: true);
        lane.Add(kept, _inMemory < MaxInMemory);
        _inMemory++;
        Pump(lane, context.Loop.NowNs);
    }

    /// <summary>A home has acknowledged one.</summary>
    public void OnAnswer(HomeServer server, PendingRequest pending, in RadiusPacket answer, long nowNs)
    {
        var kept = pending.Accounting!;
        if (context.Watch.Kept(kept.Id) is { } watched)
        {
            watched.Answered(server, answer, nowNs - pending.SentNs);
            watched.End(RadiusWatchStep.Returned, $"{kept.Provider} has it: nothing of it is sent again");
            context.Watch.Forget(kept.Id);
        }

        var lane = _lanes[(kept.Provider, kept.Realm)];
        lane.UnderWay--;
        lane.Acknowledge(kept.Id);
        Count--;
        Return(pending);
        Pump(lane, nowNs);
    }

    /// <summary>None has, in all the time that it was repeated.</summary>
    public void OnSilence(HomeServer server, PendingRequest pending, long nowNs)
    {
        var kept = pending.Accounting!;
        context.Watch.Kept(kept.Id)?.Silent(server, nowNs - pending.SentNs);
        var lane = _lanes[(kept.Provider, kept.Realm)];
        lane.UnderWay--;
        lane.Waiting.Enqueue(kept);
        Return(pending);
    }

    /// <summary>Time has passed: tries what waits, and forgets what was acknowledged.</summary>
    public void Advance(long nowNs)
    {
        if (!IsReady)
            Start();
        _inMemory = 0;
        foreach (var lane in _lanes.Values)
        {
            Pump(lane, nowNs);
            _inMemory += lane.InMemory;
        }

        foreach (var (key, lane) in _lanes)
        {
            if (lane.TakeAcknowledged() is { Count: > 0 } ranges)
                Forget(lane, ranges);
            if (lane.WantsMore && (_inMemory < MaxInMemory || lane.InMemory == 0))
                Load(lane);
            if (lane.IsEmpty)
                _lanes.Remove(key);
        }
    }

    void Load(AccountingLane lane)
    {
        var after = lane.BeginLoading();
        IReadOnlyList<KeptAccounting> rows = [];
        context.Store.Write(
            transaction =>
            {
                rows = AccountingRows.After(transaction, context.Node, lane.Provider, lane.Realm, after, AccountingLane.MaxInMemory);
                return true;
            },
            _ => context.Loop.Post(() => lane.Loaded(rows)),
            fault => context.Loop.Post(() =>
            {
                lane.LoadingFailed();
                context.Log.Fault("accounting", fault);
            }));
    }

    void Pump(AccountingLane lane, long nowNs)
    {
        while (lane.UnderWay < AccountingLane.Window && lane.Waiting.TryPeek(out var kept))
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
        if (!RadiusPacket.TryParse(kept.Packet, out var packet, out _) || !server.Requests.TryTake(nowNs, pending, server.IsStream ? null : RetransmissionPolicy.Standard, out var id))
        {
            Return(pending);
            return false;
        }

        var asked = new RequestMark(RadiusCode.AccountingRequest, id.Id, default);
        var writer = server.Security.BeginRequest(_buffer, asked);
        var everything = default(AttributeSet);
        ForwardedPacket.TryCopy(packet, HopSide.Of(PacketSecurity.Version11, default), HopSide.Of(server.Security, asked), ref writer, context.Hidden, ref everything);
        var length = server.Security.SignRequest(ref writer);
        if (length == 0)
        {
            // What was taken fits (AccountingRelay sees to it): this one was kept by another version.
            server.Requests.Release(id);
            Return(pending);
            return false;
        }

        var sent = _buffer.AsSpan(0, length);
        pending.Id = id;
        pending.Keep(sent);
        // The authenticator of accounting is a digest, which its answer is checked by (RFC 2866 section 3).
        server.Requests.SetMark(id, asked with { Authenticator = RequestAuthenticator.Read(sent[4..]) });
        server.Send(id, sent);
        context.Watch.Kept(kept.Id)?.Sent(server, id, packet, sent);
        return true;
    }

    void Forget(AccountingLane lane, List<(long First, long Last)> ranges)
    {
        lane.Forgetting++;
        context.Store.Write(
            transaction =>
            {
                foreach (var (first, last) in ranges)
                    AccountingRows.Remove(transaction, context.Node, lane.Provider, lane.Realm, first, last);
                return true;
            },
            _ => context.Loop.Post(() => lane.Forgetting--),
            fault => context.Loop.Post(() =>
            {
                lane.Forgetting--;
                context.Log.Fault("accounting", fault);
                lane.NotForgotten(ranges);
            }));
    }

    AccountingLane LaneOf(string provider, string realm, bool isAllLoaded)
    {
        if (!_lanes.TryGetValue((provider, realm), out var lane))
            _lanes[(provider, realm)] = lane = new AccountingLane(provider, realm, isAllLoaded);
        return lane;
    }

    void Return(PendingRequest pending)
    {
        pending.Accounting = null;
        _pool.Push(pending);
    }
}
