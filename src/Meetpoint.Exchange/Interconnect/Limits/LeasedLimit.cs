namespace Meetpoint.Exchange.Interconnect;

/// <summary>Which limit: of an agreement, in a direction, of a kind.</summary>
public readonly record struct SliceKey(string Agreement, bool AToB, LimitKind Kind);

/// <summary>What a node may use of a limit, and until when.</summary>
/// <param name="Capacity">Units; nought or more.</param>
/// <param name="UntilNs">Monotonic nanoseconds; long.MaxValue never ends.</param>
public readonly record struct SliceLease(int Capacity, long UntilNs);

/// <summary>Gives parts of limits out to nodes.</summary>
public interface ISliceSource
{
    /// <summary>What a slice begins with, without asking anyone; nought capacity until nought when it must be asked for.</summary>
    SliceLease Initial(SliceKey key, int limit);

    /// <summary>Takes or renews this node's part. Faults when the store cannot be asked.</summary>
    /// <param name="key">Which limit.</param>
    /// <param name="limit">The whole of it.</param>
    /// <param name="inUse">What this node uses now: it is never given less.</param>
    /// <param name="nowNs">Monotonic nanoseconds.</param>
    ValueTask<SliceLease> LeaseAsync(SliceKey key, int limit, int inUse, long nowNs);
}

/// <summary>For a single node: the whole limit, for good.</summary>
public sealed class WholeLimitSource : ISliceSource
{
    /// <inheritdoc/>
    public SliceLease Initial(SliceKey key, int limit) => new(limit, long.MaxValue);

    /// <inheritdoc/>
    public ValueTask<SliceLease> LeaseAsync(SliceKey key, int limit, int inUse, long nowNs) => new(Initial(key, limit));
}

/// <summary>How an attempt to take from a limit ended.</summary>
public enum TakeResult
{
    /// <summary>Taken.</summary>
    Taken,

    /// <summary>Nothing is left.</summary>
    Exhausted,

    /// <summary>The lease has ended, could not be renewed, and the agreement fails closed.</summary>
    StoreAway,
}

/// <summary>A part of an agreement's limit that this node may use without asking. Thread safe, lock free.</summary>
public abstract class LeasedLimit
{
    int _limit;
    int _capacity;
    long _leaseUntilNs;
    volatile bool _failOpen;

    /// <summary>A limit with its first lease.</summary>
    protected LeasedLimit(SliceKey key, int limit, bool failOpen, SliceLease lease)
    {
        Key = key;
        _limit = limit;
        _failOpen = failOpen;
        _capacity = lease.Capacity;
        _leaseUntilNs = lease.UntilNs;
    }

    /// <summary>Which limit it is part of.</summary>
    public SliceKey Key { get; }

    /// <summary>The whole limit, as the agreement has it.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>This node's part.</summary>
    public int Capacity => Volatile.Read(ref _capacity);

    /// <summary>What this node uses at the moment; nought for a rate.</summary>
    public abstract int InUse { get; }

    /// <summary>Puts a new lease in place. What is in use beyond it is not taken back; nothing new is given until it has drained.</summary>
    public virtual void Accept(SliceLease lease)
    {
        Volatile.Write(ref _capacity, lease.Capacity);
        Volatile.Write(ref _leaseUntilNs, lease.UntilNs);
    }

    /// <summary>True when a renewal is due: the lease is in its last third, or the slice is nearly used up and not yet whole.</summary>
    internal bool IsDue(long nowNs, long leaseNs) =>
        Volatile.Read(ref _leaseUntilNs) - (leaseNs / 3) <= nowNs || (Capacity < Limit && InUse >= Capacity - (Capacity / 4));

    internal void Change(int limit, bool failOpen)
    {
        Volatile.Write(ref _limit, limit);
        _failOpen = failOpen;
    }

    /// <summary>What may be used now; -1 when nobody knows and the agreement fails closed.</summary>
    protected int Usable(long nowNs) =>
        nowNs < Volatile.Read(ref _leaseUntilNs) ? Volatile.Read(ref _capacity) : _failOpen ? Volatile.Read(ref _limit) : -1;
}
