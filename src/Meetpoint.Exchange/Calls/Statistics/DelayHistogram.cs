using System.Numerics;

namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>
/// How delays are spread: whole milliseconds up to 16, then eight classes to each doubling up to four minutes. Adding allocates nothing. Not thread safe.
/// </summary>
public sealed class DelayHistogram
{
    const int Exact = 16;
    const int ExactBits = 4;
    const int ClassBits = 3;
    const int LastBits = 17; // 2^18 ms and more fall into the last class

    readonly int[] _counts = new int[Exact + ((LastBits - ExactBits + 1) << ClassBits)];

    /// <summary>Counts one of that many milliseconds; below nought counts as nought.</summary>
    public void Add(long milliseconds) => _counts[ClassOf(milliseconds)]++;

    /// <summary>Adds another's.</summary>
    public void Add(DelayHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>The delay that this part of all stays within: the middle of its class, in milliseconds. Null without any.</summary>
    /// <param name="part">More than 0, at most 1.</param>
    public long? Quantile(double part)
    {
        long all = 0;
        foreach (var count in _counts)
            all += count;
        if (all == 0)
            return null;
        var rank = Math.Max(1, (long)Math.Ceiling(all * part));
        for (var i = 0; ; i++)
        {
            rank -= _counts[i];
            if (rank <= 0)
                return MiddleOf(i);
        }
    }

    int ClassOf(long milliseconds)
    {
        if (milliseconds < Exact)
            return (int)Math.Max(0, milliseconds);
        var bits = BitOperations.Log2((ulong)milliseconds);
        return bits > LastBits ? _counts.Length - 1
            : Exact + ((bits - ExactBits) << ClassBits) + (int)((milliseconds >> (bits - ClassBits)) & ((1 << ClassBits) - 1));
    }

    static long MiddleOf(int index)
    {
        if (index < Exact)
            return index;
        var bits = ExactBits + ((index - Exact) >> ClassBits);
        var width = 1L << (bits - ClassBits);
        return (1L << bits) + (((index - Exact) & ((1 << ClassBits) - 1)) * width) + (width / 2);
    }
}
