using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>
/// Which layer each line of one peer is sent, within its bandwidth: what is presented and who speaks to the full, then the others evenly, lowest
/// layers first; a line whose lowest layer does not fit is paused. Down at once, up only with a margin and after a while, so that pictures do
/// not flutter. Not thread safe, allocates nothing once made.
/// </summary>
public sealed class LayerAllocation
{
    /// <summary>Layers of a source: three of simulcast, and one to spare.</summary>
    public const int MaxLayers = 4;

    /// <summary>Lines of a peer; further ones are paused.</summary>
    public const int MaxLines = 32;

    /// <summary>The layer of a line that is paused.</summary>
    public const int Paused = -1;

    /// <summary>A layer that is higher than now must fit with this margin: the estimate moves, and so do the rates.</summary>
    public const double UpMargin = 1.15;

    /// <summary>The layer of now is kept until it is this much too large.</summary>
    public const double KeepMargin = 0.95;

    /// <summary>No line goes up for so long after one went down for want of bandwidth.</summary>
    public const long MinHoldNs = 2 * MonotonicTime.Second;

    /// <summary>The longest of those times: it doubles each time that a line goes down soon after one went up.</summary>
    public const long MaxHoldNs = 32 * MonotonicTime.Second;

    /// <summary>Down within this time after a line went up: it should not have gone up.</summary>
    public const long FlutterNs = 10 * MonotonicTime.Second;

    readonly Line[] _lines = new Line[MaxLines];
    int _count;
    long _holdNs = MinHoldNs;
    long _heldUntilNs = long.MinValue;
    long? _raisedNs;

    /// <summary>What all lines take together to the full, in bit/s.</summary>
    public static long Demand(ReadOnlySpan<LineDemand> demands)
    {
        var total = 0L;
        foreach (ref readonly var demand in demands)
            total += demand.Highest is var layer and >= 0 ? demand.Rates[layer] : 0;
        return total;
    }

    /// <summary>Chooses the layers.</summary>
    /// <param name="demands">The lines, each once; among equals first who is to be paused last, such as who spoke last.</param>
    /// <param name="bitsPerSecond">What there is for them: the estimate, less what audio takes of it.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="layers">Gets the layer of each, by index; <see cref="Paused"/> for none.</param>
    public void Allocate(ReadOnlySpan<LineDemand> demands, long bitsPerSecond, long nowNs, Span<int> layers)
    {
        layers[..demands.Length].Fill(Paused);
        demands = demands[..Math.Min(demands.Length, MaxLines)];
        Span<int> slots = stackalloc int[demands.Length];
        for (var i = 0; i < demands.Length; i++)
            slots[i] = SlotOf(demands, i);
        var left = (double)bitsPerSecond;
        foreach (var importance in (ReadOnlySpan<LineImportance>)[LineImportance.Content, LineImportance.Speaker])
        {
            for (var i = 0; i < demands.Length; i++)
            {
                if (demands[i].Importance == importance)
                    Fill(demands[i], _lines[slots[i]], nowNs, ref layers[i], ref left);
            }
        }

        for (var round = 0; round < MaxLayers; round++)
        {
            // Above the lowest layer, who has it keeps it before another gets it: two lines that take it from each other would help neither.
            for (var pass = round == 0 ? 1 : 0; pass < 2; pass++)
            {
                for (var i = 0; i < demands.Length; i++)
                {
                    if (demands[i].Importance == LineImportance.Other && layers[i] < round && (pass == 1 || _lines[slots[i]].Layer >= round))
                        Raise(demands[i], _lines[slots[i]], nowNs, ref layers[i], ref left);
                }
            }
        }

        var (isLess, isMore) = (false, false);
        for (var i = 0; i < demands.Length; i++)
        {
            ref var line = ref _lines[slots[i]];
            // Down for want of bandwidth, and not because less is wanted, or another is worth more now.
            isLess |= layers[i] < line.Layer && layers[i] < demands[i].Highest && line.Importance == demands[i].Importance;
            isMore |= layers[i] > line.Layer;
            (line.Layer, line.Importance, line.IsNew) = (layers[i], demands[i].Importance, false);
        }

        if (isLess)
            Hold(nowNs);
        else if (isMore)
            _raisedNs = nowNs;
    }

    // The highest layer that fits.
    void Fill(in LineDemand demand, in Line line, long nowNs, ref int layer, ref double left)
    {
        for (var candidate = demand.Highest; candidate >= 0; candidate--)
        {
            if (!MayTake(demand, line, candidate, nowNs) || Cost(demand, line, candidate) is var cost && cost > left)
                continue;
            (layer, left) = (candidate, left - cost);
            return;
        }
    }

    // The next layer, when it fits.
    void Raise(in LineDemand demand, in Line line, long nowNs, ref int layer, ref double left)
    {
        var next = layer + 1;
        while (next < MaxLayers && demand.Rates[next] <= 0)
            next++;
        if (next == MaxLayers || !MayTake(demand, line, next, nowNs))
            return;
        var cost = Cost(demand, line, next) - (layer == Paused ? 0 : Cost(demand, line, layer));
        if (cost <= left)
            (layer, left) = (next, left - cost);
    }

    // A line that is new, or worth something else now, is not held: nothing was tried with it.
    bool MayTake(in LineDemand demand, in Line line, int layer, long nowNs) =>
        demand.Rates[layer] > 0 && (layer <= line.Layer || nowNs >= _heldUntilNs || line.IsNew || line.Importance != demand.Importance);

    static double Cost(in LineDemand demand, in Line line, int layer) => demand.Rates[layer] * (layer > line.Layer ? UpMargin : KeepMargin);

    void Hold(long nowNs)
    {
        _holdNs = _raisedNs is { } raisedNs && nowNs - raisedNs < FlutterNs ? Math.Min(_holdNs * 2, MaxHoldNs) : MinHoldNs;
        _heldUntilNs = nowNs + _holdNs;
    }

    // Where the line's history stands; lines that are asked for no more give their place to new ones.
    int SlotOf(ReadOnlySpan<LineDemand> demands, int index)
    {
        ref readonly var demand = ref demands[index];
        var slot = 0;
        while (slot < _count && _lines[slot].OutputId != demand.OutputId)
            slot++;
        if (slot == _lines.Length)
        {
            slot = 0;
            while (IsAsked(demands, _lines[slot].OutputId))
                slot++;
        }

        if (slot == _count)
            _count++;
        else if (_lines[slot].OutputId == demand.OutputId && _lines[slot].Participant == demand.Participant)
            return slot;
        _lines[slot] = new Line(demand.OutputId, demand.Participant, demand.Importance);
        return slot;
    }

    static bool IsAsked(ReadOnlySpan<LineDemand> demands, int outputId)
    {
        foreach (ref readonly var demand in demands)
        {
            if (demand.OutputId == outputId)
                return true;
        }

        return false;
    }

    struct Line(int outputId, uint participant, LineImportance importance)
    {
        public readonly int OutputId = outputId;
        public readonly uint Participant = participant;
        public LineImportance Importance = importance;
        public int Layer = Paused;
        public bool IsNew = true;
    }
}
