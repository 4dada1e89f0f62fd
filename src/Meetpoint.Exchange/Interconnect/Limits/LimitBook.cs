using System.Collections.Concurrent;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The slices of limits and the gates of neighbours. They outlive the world that names them: what is in use stays counted when a new
/// world is applied. Thread safe.
/// </summary>
public sealed class LimitBook(ISliceSource source)
{
    /// <summary>Time after which what a node held can be used by others when it is dead.</summary>
    public const long LeaseNs = 30 * MonotonicTime.Second;

    readonly ConcurrentDictionary<SliceKey, LimitSlice> _slices = new();
    readonly Lock _adding = new();
    readonly ConcurrentDictionary<string, NeighbourGate> _gates = new(StringComparer.Ordinal);

    /// <summary>Whole limits, for a single node.</summary>
    public LimitBook()
        : this(new WholeLimitSource())
    {
    }

    /// <summary>The slices, for showing them.</summary>
    public IEnumerable<LimitSlice> Slices => _slices.Values;

    /// <summary>The gate of a neighbour.</summary>
    public NeighbourGate Gate(string neighbour) => _gates.GetOrAdd(neighbour, static _ => new NeighbourGate());

    /// <summary>
    /// Takes, renews and gives back parts of limits. Called off the path, every half second. While the source cannot be asked the leases go on
    /// until they end, then each agreement says whether it fails open or closed.
    /// </summary>
    /// <returns>What kept it from renewing, or null.</returns>
    public async Task<Exception?> RenewAsync(long nowNs)
    {
        try
        {
            await source.RenewAsync(_slices.Values, nowNs).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception;
        }
    }

    /// <summary>Gives everything back, since the node stops and nothing is in use any more.</summary>
    public ValueTask LeaveAsync() => source.LeaveAsync();

    /// <summary>Where the counters of the slices stand.</summary>
    internal SliceCells Cells { get; } = new();

    /// <summary>The slice of an agreement's limits in one direction, under the limits that it has now.</summary>
    internal LimitSlice Slice(SliceKey key, DirectionLimits limits, bool failOpen)
    {
        if (_slices.TryGetValue(key, out var known))
        {
            var changed = known.Limits != limits;
            known.Change(limits, failOpen);
            if (changed)
                known.Accept(source.Initial(key, limits));
            return known;
        }

        lock (_adding)
            return _slices.GetOrAdd(key, static (key, first) => new LimitSlice(first.Cells, key, first.limits, first.failOpen, first.Lease), (Cells, limits, failOpen, Lease: source.Initial(key, limits)));
    }
}

/// <summary>Whether everything of a neighbour is refused for a while, because of overload or maintenance. Thread safe.</summary>
public sealed class NeighbourGate
{
    long _closedUntilNs = long.MinValue;
    volatile bool _maintenance;

    /// <summary>Refuses whatever comes until the given time; <paramref name="maintenance"/> tells the reason.</summary>
    public void Close(long untilNs, bool maintenance)
    {
        _maintenance = maintenance;
        Volatile.Write(ref _closedUntilNs, untilNs);
    }

    /// <summary>Lets traffic through again.</summary>
    public void Open() => Volatile.Write(ref _closedUntilNs, long.MinValue);

    /// <summary>Begins to fetch it.</summary>
    internal void Touch() => Prefetch.Of(in _closedUntilNs);

    /// <summary>True when closed for maintenance rather than overload.</summary>
    public bool IsMaintenance => _maintenance;

    /// <summary>Nanoseconds until it opens; nought or less when open.</summary>
    public long ClosedForNs(long nowNs)
    {
        var until = Volatile.Read(ref _closedUntilNs);
        return until <= nowNs ? 0 : until - nowNs;
    }
}
