namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The part of an agreement's limits in one direction that this node may use without asking, as all but admission sees it: admission works on
/// its counters, in their place. Thread safe.
/// </summary>
public sealed class LimitSlice
{
    readonly SliceCells _cells;
    DirectionLimits _limits;

    internal LimitSlice(SliceCells cells, SliceKey key, DirectionLimits limits, bool failOpen, SliceLease lease)
    {
        _cells = cells;
        Place = cells.Add();
        Key = key;
        _limits = limits;
        Change(limits, failOpen);
        Accept(lease);
    }

    /// <summary>Which limits it is part of.</summary>
    public SliceKey Key { get; }

    /// <summary>The whole limits, as the agreement has them.</summary>
    public DirectionLimits Limits => Volatile.Read(ref _limits);

    /// <summary>What this node uses at the moment.</summary>
    public SliceUse InUse => Counters.InUse;

    /// <summary>Where its counters stand.</summary>
    internal int Place { get; }

    ref SliceCell Counters => ref _cells[Place];

    /// <summary>Puts a new lease in place. What is in use beyond it is not taken back; nothing new is given until it has drained.</summary>
    public void Accept(SliceLease lease) => Counters.Accept(lease);

    /// <inheritdoc cref="SliceCell.TryTake"/>
    internal TakeResult TryTake(GrantKind kind, int ports, long nowNs, out LimitKind limit) => Counters.TryTake(kind, ports, nowNs, out limit);

    /// <inheritdoc cref="SliceCell.Release"/>
    internal void Release(GrantKind kind, int ports) => Counters.Release(kind, ports);

    /// <inheritdoc cref="SliceCell.RateBacklogNs"/>
    internal long RateBacklogNs(long nowNs) => Counters.RateBacklogNs(nowNs);

    internal void Change(DirectionLimits limits, bool failOpen)
    {
        Volatile.Write(ref _limits, limits);
        Counters.Change(limits, failOpen);
    }
}
