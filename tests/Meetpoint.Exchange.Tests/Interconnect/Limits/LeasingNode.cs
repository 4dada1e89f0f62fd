using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Tests.Interconnect.Limits;

/// <summary>A node that shares a store with others, with one agreement's limits and a clock that agrees with nobody's.</summary>
sealed class LeasingNode : IDisposable
{
    public const long TurnNs = MonotonicTime.Second / 2;

    public static readonly SliceKey Key = new("albion-liberty", true);

    readonly StoreSliceSource _source;
    readonly long _originNs;
    readonly double _rate;

    public LeasingNode(string name, Store store, DirectionLimits limits, bool failOpen = false, long originNs = 0, double rate = 1)
    {
        Name = name;
        (_originNs, _rate) = (originNs, rate);
        _source = new StoreSliceSource(store, name, Guid.NewGuid().ToString());
        Book = new LimitBook(_source);
        Slice = Book.Slice(Key, limits, failOpen);
    }

    public string Name { get; }

    public LimitBook Book { get; }

    public LimitSlice Slice { get; }

    /// <summary>When its next turn is, in the world's time.</summary>
    public long NextNs { get; set; }

    public int Nodes => _source.Nodes;

    public Task<Exception?> TurnAsync(long nowNs) => Book.RenewAsync(Local(nowNs));

    public TakeResult TryTake(GrantKind kind, long nowNs) => Slice.TryTake(kind, 1, Local(nowNs), out _);

    public void Release(GrantKind kind) => Slice.Release(kind, 1);

    /// <summary>Takes ports until it is refused; gives their number. Paced, so that the rate does not refuse.</summary>
    public int TakeAll(long nowNs)
    {
        var taken = 0;
        while (TryTake(GrantKind.Participant, nowNs) == TakeResult.Taken)
            taken++;
        return taken;
    }

    public void Dispose() => _source.Dispose();

    long Local(long nowNs) => _originNs + (long)(nowNs * _rate);
}
