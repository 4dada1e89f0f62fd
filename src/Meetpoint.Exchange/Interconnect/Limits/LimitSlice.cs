namespace Meetpoint.Exchange.Interconnect;

/// <summary>A slice of a limit on what is open at one time: one atomic counter. Never exceeds what was leased.</summary>
public sealed class LimitSlice : LeasedLimit
{
    int _inUse;

    internal LimitSlice(SliceKey key, int limit, bool failOpen, SliceLease lease)
        : base(key, limit, failOpen, lease)
    {
    }

    /// <inheritdoc/>
    public override int InUse => Volatile.Read(ref _inUse);

    /// <summary>Takes units, all or none; each is given back once by <see cref="Release"/>.</summary>
    public TakeResult TryTake(int units, long nowNs)
    {
        var usable = Usable(nowNs);
        if (usable < 0)
            return TakeResult.StoreAway;
        var used = Volatile.Read(ref _inUse);
        while (used <= usable - units)
        {
            var seen = Interlocked.CompareExchange(ref _inUse, used + units, used);
            if (seen == used)
                return TakeResult.Taken;
            used = seen;
        }

        return TakeResult.Exhausted;
    }

    /// <summary>Gives units back.</summary>
    public void Release(int units) => Interlocked.Add(ref _inUse, -units);
}
