using System.Collections.Concurrent;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Leases slices from a store that several nodes share. A node proves its life by a beat, one row however many slices it holds; its leases end by
/// themselves on its own clock before any other node takes it for dead. No two clocks are compared: an observer counts, on its own, how long a
/// beat has stood still. Thread safe.
/// </summary>
/// <remarks>
/// What is not used is first lowered here and given back a turn later, so that nobody else holds it while a call may still take it. A node that was
/// taken for dead and is not comes back with what it uses counted and nothing more until the sum has drained to the limit.
/// </remarks>
/// <param name="store">The store that the nodes share.</param>
/// <param name="node">Name of the node.</param>
/// <param name="run">Name of this process of the node, never used before.</param>
public sealed class StoreSliceSource(Store store, string node, string run) : ISliceSource, IDisposable
{
    /// <summary>Time between beats.</summary>
    public const long BeatEveryNs = LimitBook.LeaseNs / 12;

    /// <summary>A node's leases end this long after the last beat that it was told of.</summary>
    public const long OwnLeaseNs = LimitBook.LeaseNs * 2 / 3;

    /// <summary>
    /// A node whose beat has been seen to stand still for so long is dead. With a beat to see it first, all that it held can be used
    /// again within <see cref="LimitBook.LeaseNs"/>; the difference to <see cref="OwnLeaseNs"/> is what clocks may differ in rate.
    /// </summary>
    public const long DeadAfterNs = LimitBook.LeaseNs * 4 / 5;

    /// <summary>Slices that one transaction asks for at most, so that it does not keep the store's writer for long.</summary>
    public const int AsksPerTurn = 1_000;

    const long NotNoted = long.MaxValue;

    static readonly DirectionLimits None = new();

    readonly SemaphoreSlim _turn = new(1);
    readonly ConcurrentDictionary<SliceKey, SliceHolding> _holdings = [];
    readonly GrantsLeftOpen _left = new();
    readonly Dictionary<string, Observation> _seen = new(StringComparer.Ordinal);
    IReadOnlySet<SliceKey> _lacking = new HashSet<SliceKey>();
    bool _hasLeft;
    long _epoch;
    long _turns;
    long _beatNs;
    long _untilNs = long.MinValue;
    int _nodes = 1;

    /// <summary>Nodes that were alive at the last turn, this one among them.</summary>
    public int Nodes => Volatile.Read(ref _nodes);

    /// <inheritdoc/>
    public SliceLease Initial(SliceKey key, DirectionLimits limits) =>
        limits == None ? new SliceLease(limits, long.MaxValue)
        : _holdings.TryGetValue(key, out var holding) && holding.Under(limits) is { } lease ? lease
        : new SliceLease(default(SliceAmounts).As(limits), long.MinValue);

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    /// <exception cref="NodeSupersededException">Another process has this node's name; the leases end and are not renewed.</exception>
    public async ValueTask RenewAsync(IEnumerable<LimitSlice> slices, long nowNs)
    {
        var turnsBefore = Volatile.Read(ref _turns);
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_hasLeft)
                return;
            // The time was taken before whatever turn was waited for: that turn saw the others later than that.
            if (turnsBefore == _turns)
                NoteTime(nowNs);
            var limited = slices.Where(slice => slice.Limits != None || _holdings.ContainsKey(slice.Key)).Select(Holding).ToList();
            var asks = Plan(limited, nowNs);
            for (var isBeat = _epoch == 0 || nowNs - _beatNs >= BeatEveryNs || Dead(nowNs).Any(); isBeat || asks.Count > 0; isBeat = false)
            {
                // A turn after which the node has just joined answered nothing.
                if (await TakeTurnAsync(asks.GetRange(0, Math.Min(AsksPerTurn, asks.Count)), nowNs).ConfigureAwait(false))
                    asks = Plan(limited, nowNs);
                else
                    asks.RemoveRange(0, Math.Min(AsksPerTurn, asks.Count));
                foreach (var holding in limited)
                    holding.Accept(_untilNs);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _hasLeft = true;
            if (_epoch != 0)
                await store.WriteAsync(transaction => SliceTable.Leave(transaction, node, _epoch)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    SliceHolding Holding(LimitSlice slice)
    {
        if (!_holdings.TryGetValue(slice.Key, out var holding))
            _holdings[slice.Key] = holding = new SliceHolding(slice);
        return holding;
    }

    /// <summary>What was seen in the last turn was seen before now, and counts from now.</summary>
    void NoteTime(long nowNs)
    {
        foreach (var seen in _seen.Values.Where(seen => seen.SinceNs == NotNoted))
            seen.SinceNs = nowNs;
    }

    List<(SliceHolding Holding, SliceAsk Ask)> Plan(List<SliceHolding> holdings, long nowNs)
    {
        var asks = new List<(SliceHolding, SliceAsk)>();
        foreach (var holding in holdings)
        {
            if (holding.Plan(_nodes, _lacking.Contains(holding.Key), _left.Keys.Contains(holding.Key), _untilNs, nowNs) is { } ask)
                asks.Add((holding, ask));
        }

        return asks;
    }

    IEnumerable<SliceNode> Dead(long nowNs) =>
        _seen.Values.Where(seen => seen.SinceNs != NotNoted && nowNs - seen.SinceNs >= DeadAfterNs).Select(seen => seen.Node);

    /// <summary>True when the node has joined by it, and must ask for everything.</summary>
    async ValueTask<bool> TakeTurnAsync(List<(SliceHolding Holding, SliceAsk Ask)> asks, long nowNs)
    {
        var turn = new SliceTurn(node, run, _epoch, [.. Dead(nowNs)], [.. asks.Select(item => item.Ask)], _left);
        var result = await store.WriteAsync(transaction => SliceTable.Run(transaction, turn)).ConfigureAwait(false);
        _epoch = result.Epoch;
        _beatNs = nowNs;
        _untilNs = nowNs + OwnLeaseNs;
        _lacking = result.Lacking;
        Volatile.Write(ref _nodes, result.Others.Count + 1);
        Watch(result.Others);
        Volatile.Write(ref _turns, _turns + 1);
        if (result.HasJoined)
        {
            foreach (var holding in _holdings.Values)
                holding.Lose();
            return true;
        }

        for (var i = 0; i < asks.Count; i++)
            asks[i].Holding.Answered(asks[i].Ask, result.Parts[i], _nodes, nowNs);
        _left.Settled();
        return false;
    }

    void Watch(IReadOnlyList<SliceNode> others)
    {
        foreach (var gone in _seen.Keys.Except(others.Select(other => other.Node), StringComparer.Ordinal).ToList())
            _seen.Remove(gone);
        foreach (var other in others)
        {
            if (!_seen.TryGetValue(other.Node, out var seen) || seen.Node != other)
                _seen[other.Node] = new Observation(other);
        }
    }

    /// <summary>A beat, and since when it stands still.</summary>
    sealed class Observation(SliceNode node)
    {
        public SliceNode Node => node;

        public long SinceNs { get; set; } = NotNoted;
    }
}
