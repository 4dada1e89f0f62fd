using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// A slice of a limit on calls a second, by the generic cell rate algorithm: one atomic word holds the time at which the next call would
/// be due. Bursts of one second's worth pass.
/// </summary>
public sealed class RateSlice : LeasedLimit
{
    long _dueNs = long.MinValue / 2;

    internal RateSlice(SliceKey key, int limit, bool failOpen, SliceLease lease)
        : base(key, limit, failOpen, lease)
    {
    }

    /// <inheritdoc/>
    public override int InUse => 0;

    /// <summary>Takes one call.</summary>
    public TakeResult TryTake(long nowNs)
    {
        var rate = Usable(nowNs);
        if (rate <= 0)
            return rate < 0 ? TakeResult.StoreAway : TakeResult.Exhausted;
        var intervalNs = MonotonicTime.Second / rate;
        var due = Volatile.Read(ref _dueNs);
        while (true)
        {
            var next = Math.Max(due, nowNs) + intervalNs;
            if (next - nowNs > intervalNs * rate)
                return TakeResult.Exhausted;
            var seen = Interlocked.CompareExchange(ref _dueNs, next, due);
            if (seen == due)
                return TakeResult.Taken;
            due = seen;
        }
    }

    /// <summary>Gives a call back that was refused for another reason.</summary>
    public void Return(long nowNs)
    {
        var rate = Usable(nowNs);
        if (rate > 0)
            Interlocked.Add(ref _dueNs, -(MonotonicTime.Second / rate));
    }
}
