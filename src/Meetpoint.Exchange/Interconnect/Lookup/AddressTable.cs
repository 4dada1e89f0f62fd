using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>From an address in canonical form to a number; open addressing over one flat array. Immutable, allocates nothing to look up.</summary>
sealed class AddressTable
{
    // High half: the upper half of the hash; low half: index of the key plus one. A miss costs one cache line as a rule.
    readonly ulong[] _slots;
    readonly Key[] _keys;
    readonly byte[] _text;

    readonly struct Key(int offset, int length, int value)
    {
        public readonly int Offset = offset;
        public readonly int Length = length;
        public readonly int Value = value;
    }

    /// <summary>A table of these keys, which must be in canonical form.</summary>
    public AddressTable(IReadOnlyDictionary<string, int> entries)
    {
        _slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)(entries.Count * 2) + 1)];
        _keys = new Key[entries.Count];
        _text = new byte[entries.Keys.Sum(Encoding.ASCII.GetByteCount)];
        var offset = 0;
        var index = 0;
        foreach (var (text, value) in entries)
        {
            var length = Encoding.ASCII.GetBytes(text, _text.AsSpan(offset));
            _keys[index] = new Key(offset, length, value);
            Insert(Hash(_text.AsSpan(offset, length)), ++index);
            offset += length;
        }
    }

    /// <summary>Number of keys.</summary>
    public int Count => _keys.Length;

    /// <summary>The value of a key in canonical form, or -1.</summary>
    public int Find(ReadOnlySpan<byte> canonical) => Find(canonical, Hash(canonical));

    /// <summary>The same with the key's hash at hand.</summary>
    public int Find(ReadOnlySpan<byte> canonical, ulong hash)
    {
        if (_keys.Length == 0)
            return -1;
        var mask = _slots.Length - 1;
        for (var slot = (int)(hash & (uint)mask); ; slot = (slot + 1) & mask)
        {
            var entry = _slots[slot];
            if (entry == 0)
                return -1;
            if (entry >> 32 != hash >> 32)
                continue;
            ref readonly var key = ref _keys[(int)(entry & 0xFFFF_FFFF) - 1];
            if (canonical.SequenceEqual(_text.AsSpan(key.Offset, key.Length)))
                return key.Value;
        }
    }

    /// <summary>Begins to fetch the slot of a hash.</summary>
    public void PrefetchSlot(ulong hash) => Prefetch.Of(in _slots[(int)(hash & (uint)(_slots.Length - 1))]);

    void Insert(ulong hash, int indexPlusOne)
    {
        var mask = _slots.Length - 1;
        var slot = (int)(hash & (uint)mask);
        while (_slots[slot] != 0)
            slot = (slot + 1) & mask;
        _slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | (uint)indexPlusOne;
    }

    /// <summary>Hash of a key in canonical form.</summary>
    public static ulong Hash(ReadOnlySpan<byte> text)
    {
        unchecked
        {
            var hash = 0x9E37_79B9_7F4A_7C15UL ^ (ulong)text.Length;
            while (text.Length >= 8)
            {
                hash = Mix(hash ^ MemoryMarshal.Read<ulong>(text));
                text = text[8..];
            }

            var tail = 0UL;
            foreach (var c in text)
                tail = (tail << 8) | c;
            return Mix(hash ^ tail);
        }
    }

    static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, 0xA076_1D64_78BD_642FUL, out var low);
        return high ^ low;
    }
}
