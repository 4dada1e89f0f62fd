namespace Meetpoint.Exchange.Interconnect;

/// <summary>Which limits: those of an agreement in one direction. They are leased together.</summary>
public readonly record struct SliceKey(string Agreement, bool AToB)
{
    /// <summary>Those of roaming, which takes nothing from calls: no agreement has a stroke in its id.</summary>
    public static SliceKey OfRoaming(string agreement, bool aToB) => new($"{agreement}/roaming", aToB);
}

/// <summary>What a node may use of the limits, and until when.</summary>
/// <param name="Part">This node's part; null is without limit.</param>
/// <param name="UntilNs">Monotonic nanoseconds; long.MaxValue never ends.</param>
public sealed record SliceLease(DirectionLimits Part, long UntilNs);

/// <summary>What a node uses of the limits at the moment.</summary>
public readonly record struct SliceUse(int Meetings, int Ports);

/// <summary>Gives parts of limits out to nodes.</summary>
public interface ISliceSource
{
    /// <summary>What a slice begins with, or goes on with under changed limits, without asking anyone; one that ended long ago when it must be
    /// asked for.</summary>
    SliceLease Initial(SliceKey key, DirectionLimits limits);

    /// <summary>
    /// Takes, renews and gives back this node's parts, and puts new leases in place by <see cref="LimitSlice.Accept"/>. Faults when the store
    /// cannot be asked: the leases then go on until they end.
    /// </summary>
    /// <param name="slices">Every slice of this node.</param>
    /// <param name="nowNs">Monotonic nanoseconds.</param>
    ValueTask RenewAsync(IEnumerable<LimitSlice> slices, long nowNs);

    /// <summary>Gives everything back, since the node stops.</summary>
    ValueTask LeaveAsync();
}

/// <summary>For a node that has its store to itself: the whole limits, for good.</summary>
public sealed class WholeLimitSource : ISliceSource
{
    /// <inheritdoc/>
    public SliceLease Initial(SliceKey key, DirectionLimits limits) => new(limits, long.MaxValue);

    /// <inheritdoc/>
    public ValueTask RenewAsync(IEnumerable<LimitSlice> slices, long nowNs) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync() => ValueTask.CompletedTask;
}

/// <summary>How an attempt to take from a slice ended.</summary>
public enum TakeResult
{
    /// <summary>Taken.</summary>
    Taken,

    /// <summary>Nothing is left.</summary>
    Exhausted,

    /// <summary>The lease has ended, could not be renewed, and the agreement fails closed.</summary>
    StoreAway,
}
