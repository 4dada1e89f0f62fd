using System.Numerics;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>From an ordered pair of provider indexes to the first agreement link between them; O(1), one cache line as a rule. Immutable.</summary>
sealed class PairTable
{
    // Sixteen bits a link, one of them set: most pairs have no agreement of their own, and this is told by a table that stays in the cache.
    const int FilterBitsPerLink = 16;

    readonly Slot[] _slots;
    readonly ulong[] _filter;

    struct Slot
    {
        public ulong Key; // pair plus one; nought is free
        public int Link;
    }

    /// <summary>A table of these links; further links of one pair are chained behind the first, in the order given.</summary>
    public PairTable(CacheLines<LinkRow> links)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)(links.Count * 2) + 1)];
        _filter = new ulong[BitOperations.RoundUpToPowerOf2((uint)(links.Count * FilterBitsPerLink / 64) + 1)];
        for (var i = 0; i < links.Count; i++)
        {
            ref var link = ref links[i];
            var pair = Pair(link.From, link.To);
            var hash = Hash(pair);
            FilterWord(hash) |= 1UL << (int)(hash >> 58);
            ref var slot = ref Locate(pair);
            if (slot.Key == 0)
            {
                slot = new Slot { Key = pair, Link = i };
                continue;
            }

            ref var last = ref links[slot.Link];
            while (last.Next != LinkRow.None)
                last = ref links[last.Next];
            last.Next = i;
        }
    }

    /// <summary>The first link from one provider to another, or none.</summary>
    public int Find(int from, int to)
    {
        var pair = Pair(from, to);
        var hash = Hash(pair);
        return (FilterWord(hash) >> (int)(hash >> 58) & 1) != 0 && Locate(pair) is { Key: not 0 } slot ? slot.Link : LinkRow.None;
    }

    ref ulong FilterWord(ulong hash) => ref _filter[(int)((hash >> 26) & (uint)(_filter.Length - 1))];

    ref Slot Locate(ulong pair)
    {
        var mask = _slots.Length - 1;
        for (var at = (int)(Hash(pair) & (uint)mask); ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot.Key == pair || slot.Key == 0)
                return ref slot;
        }
    }

    static ulong Hash(ulong pair)
    {
        var high = Math.BigMul(pair, 0x9E37_79B9_7F4A_7C15UL, out var low);
        return high ^ low;
    }

    static ulong Pair(int from, int to) => (((ulong)(uint)from << 32) | (uint)to) + 1;
}
