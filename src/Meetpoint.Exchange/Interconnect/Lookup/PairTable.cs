using System.Numerics;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>From an ordered pair of provider indexes to the first agreement link between them; O(1), one cache line as a rule. Immutable.</summary>
sealed class PairTable
{
    readonly Slot[] _slots;

    // A bit for all the providers that have their index modulo 128 in common, set when one of them has a link: most pairs have no agreement
    // of their own, and this is told by two words for each provider, which stay in the cache together.
    readonly ulong[] _partners;

    struct Slot
    {
        public ulong Key; // pair plus one; nought is free
        public int Link;
    }

    /// <summary>A table of these links; further links of one pair are chained behind the first, in the order given.</summary>
    /// <param name="links">The links.</param>
    /// <param name="providers">Providers have indexes below this.</param>
    public PairTable(CacheLines<LinkRow> links, int providers)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)(links.Count * 2) + 1)];
        _partners = new ulong[providers * 2];
        for (var i = 0; i < links.Count; i++)
        {
            ref var link = ref links[i];
            var pair = Pair(link.From, link.To);
            _partners[PartnerWord(link.From, link.To)] |= PartnerBit(link.To);
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
    public int Find(int from, int to) =>
        (_partners[PartnerWord(from, to)] & PartnerBit(to)) != 0 && Locate(Pair(from, to)) is { Key: not 0 } slot ? slot.Link : LinkRow.None;

    static int PartnerWord(int from, int to) => (from * 2) + ((to >> 6) & 1);

    static ulong PartnerBit(int provider) => 1UL << (provider & 63);

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
