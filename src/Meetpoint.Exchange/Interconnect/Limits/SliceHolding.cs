using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What this node holds of one slice. One turn at a time.</summary>
sealed class SliceHolding(LimitSlice slice)
{
    /// <summary>How long what is no longer needed is kept after it was lowered, so that no call that began before still takes of it.</summary>
    const long GraceNs = 100 * MonotonicTime.Millisecond;

    static readonly DirectionLimits Unlimited = new();

    DirectionLimits? _limits;
    SliceAmounts _part;
    SliceAmounts _least;
    SliceLease? _lease;
    bool _isChanged;
    bool _isLowered;
    long _loweredNs;
    long _askedNs;
    int _askedNodes;

    public SliceKey Key => slice.Key;

    /// <summary>What goes on to hold when the limits become others, from any thread; null when nothing is held yet.</summary>
    public SliceLease? Under(DirectionLimits limits) => Volatile.Read(ref _lease) is not { } lease ? null
        : lease with { Part = SliceAmounts.Min(SliceAmounts.Of(lease.Part), SliceAmounts.Of(limits)).As(limits) };

    /// <summary>Looks at what is used. Lowers at once what is not needed; gives what is to be written: an ask for more, or what was lowered before.</summary>
    /// <param name="nodes">Nodes that share the limits.</param>
    /// <param name="othersLack">Another node cannot serve one more.</param>
    /// <param name="isAgain">It is to be asked for in any case.</param>
    /// <param name="untilNs">End of the node's leases.</param>
    /// <param name="nowNs">Now.</param>
    public SliceAsk? Plan(int nodes, bool othersLack, bool isAgain, long untilNs, long nowNs)
    {
        var limits = slice.Limits;
        if (!ReferenceEquals(limits, _limits) && limits != _limits)
        {
            // A limit that is gone frees what is held of it, and a lower one holds at once.
            (_limits, _isChanged) = (limits, true);
            _part = SliceAmounts.Min(_part, SliceAmounts.Of(limits));
        }

        var inUse = InUse(limits, nodes, nowNs);
        if (_isLowered)
            return nowNs - _loweredNs < GraceNs ? null : new SliceAsk(Key, limits, inUse, _part, GivesBack: true);
        // Once more after it lacked, so that the others hear that it does no longer.
        if (isAgain || _isChanged || !_least.IsWithin(_part) || !(_least = SliceShare.Least(limits, inUse)).IsWithin(_part) ||
            ((nowNs - _askedNs >= StoreSliceSource.BeatEveryNs || nodes != _askedNodes) && !SliceShare.Need(limits, inUse, nodes, othersLack).IsWithin(_part)))
            return new SliceAsk(Key, limits, inUse, _part, GivesBack: false);
        if (!_part.IsWithin(SliceShare.Keep(limits, inUse, nodes, othersLack)))
        {
            _part = SliceAmounts.Min(_part, SliceShare.Want(limits, inUse, nodes, othersLack));
            (_isLowered, _loweredNs) = (true, nowNs);
            Accept(untilNs);
        }

        return null;
    }

    /// <summary>The store's answer to the ask.</summary>
    public void Answered(SliceAsk ask, SliceAmounts part, int nodes, long nowNs)
    {
        _part = part;
        _least = ask.GivesBack ? default : SliceShare.Least(ask.Limits, ask.InUse);
        _isChanged = _isLowered = false;
        (_askedNodes, _askedNs) = (nodes, nowNs);
    }

    /// <summary>The node was taken for dead: it holds nothing.</summary>
    public void Lose()
    {
        _part = default;
        _limits = null;
        _isLowered = false;
    }

    /// <summary>Lets calls take of the part until the given time.</summary>
    public void Accept(long untilNs)
    {
        if (_limits is not { } limits)
            return;
        var lease = new SliceLease(_part.As(limits), limits == Unlimited ? long.MaxValue : untilNs);
        Volatile.Write(ref _lease, lease);
        slice.Accept(lease);
    }

    SliceAmounts InUse(DirectionLimits limits, int nodes, long nowNs)
    {
        var use = slice.InUse;
        return new SliceAmounts(
            limits.Meetings is null ? 0 : use.Meetings,
            limits.Ports is null ? 0 : use.Ports,
            limits.CallsPerSecond is { } rate ? SliceShare.RateInUse(slice.RateBacklogNs(nowNs), _part.Rate, rate, nodes) : 0);
    }
}
