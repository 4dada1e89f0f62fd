using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>
/// What becomes of the attributes of a packet on its way to a neighbour, compiled: which go on, which are bounded, and which are added. Made by <see cref="AttributeRulesBuilder"/>.
/// Immutable; using it allocates nothing.
/// </summary>
public sealed class AttributeRules
{
    /// <summary>Attributes that are bounded, or added only where they are missing.</summary>
    public const int MaxWatched = 64;

    internal const byte Kept = 0, Dropped = 1, Within = 2, Watched = 3;

    readonly byte[] _types;
    readonly FrozenDictionary<ulong, byte> _within;
    readonly FrozenSet<uint> _divided;
    readonly byte _otherVendors;
    readonly ImmutableArray<uint?> _bounds;
    readonly ImmutableArray<Addition> _additions;

    internal AttributeRules(byte[] types, Dictionary<ulong, byte> within, byte otherVendors, ImmutableArray<uint?> bounds, ImmutableArray<Addition> additions)
    {
        (_types, _within, _otherVendors, _bounds, _additions) = (types, within.ToFrozenDictionary(), otherVendors, bounds, additions);
        _divided = within.Keys.Where(code => (byte)code != 0).Select(VendorOf).Where(vendor => vendor != 0).ToFrozenSet();

        static uint VendorOf(ulong code) => (uint)(code >> 8);
    }

    /// <summary>Octets that a packet can become longer by, at most.</summary>
    public int MaxAddedLength => _additions.Sum(addition => addition.Bytes.Length);

    /// <summary>Adds what is set, what was missing, and the bounds of what went beyond them. Call it once all attributes are copied.</summary>
    /// <param name="writer">Where they went.</param>
    /// <param name="seen">What the filter has seen.</param>
    public bool TryWriteAdded(ref PacketWriter writer, in RuledAttributes seen)
    {
        foreach (var addition in _additions)
        {
            if (addition.IsDue(seen) && !seen.Drops((AttributeType)addition.Bytes[0]) && !writer.TryCopy(addition.Bytes))
                return false;
        }

        return true;
    }

    /// <summary>What a number of 32 bits is on the other side; null for none. For who writes it himself, and leaves it out of the copy.</summary>
    /// <param name="type">Of an attribute that no vendor has.</param>
    /// <param name="came">As it came; null for none.</param>
    public uint? NumberOf(AttributeType type, uint? came)
    {
        var fate = _types[(int)type];
        var isLeft = came is not null && (fate == Kept || (fate >= Watched && IsWithin(fate - Watched, came.Value)));
        var isBeyond = came is not null && fate >= Watched && !isLeft;
        foreach (var addition in _additions)
        {
            if (addition.Bytes[0] == (byte)type && addition.Bytes.Length == 2 + sizeof(uint)
                && (addition.Watched < 0 || (isBeyond ? addition.IfBeyond : addition.IfMissing && !isLeft)))
                return BinaryPrimitives.ReadUInt32BigEndian(addition.Bytes.AsSpan(2));
        }

        return isLeft ? came : null;
    }

    internal byte FateOf(in RadiusAttribute attribute)
    {
        var fate = _types[(int)attribute.Type];
        if (fate != Within)
            return fate;
        if (attribute.Type == AttributeType.VendorSpecific)
            return VendorAttributes.TryReadVendor(attribute.Value, out var vendor) ? FateOf(vendor, 0) : _otherVendors;
        return attribute.Value.IsEmpty ? Dropped : _within.GetValueOrDefault(new AttributeKey(attribute.Type, 0, attribute.Value[0]).Code, _within.GetValueOrDefault(new AttributeKey(attribute.Type).Code));
    }

    internal bool Divides(in RadiusAttribute attribute) => _types[(int)attribute.Type] == Within && VendorAttributes.TryReadVendor(attribute.Value, out var vendor) && _divided.Contains(vendor);

    internal byte FateOf(uint vendor, byte type) =>
        _within.TryGetValue(new AttributeKey(AttributeType.VendorSpecific, vendor, type).Code, out var fate) ? fate
        : _within.TryGetValue(new AttributeKey(AttributeType.VendorSpecific, vendor).Code, out fate) ? fate : _otherVendors;

    /// <summary>Whether a watched value goes on: one that is not bounded does, and of a bounded one what is a number within. 0 is taken for "without bound" by access servers.</summary>
    internal bool IsWithin(int watched, ReadOnlySpan<byte> value) => _bounds[watched] is null || (AttributeValue.TryReadInteger(value, out var number) && IsWithin(watched, number));

    bool IsWithin(int watched, uint number) => _bounds[watched] is not { } bound || (number > 0 && number <= bound);

    /// <summary>Attributes that are added.</summary>
    /// <param name="Bytes">As they stand in a packet.</param>
    /// <param name="Watched">Which is watched for it; -1 for what is added in any case.</param>
    /// <param name="IfMissing">Added where none went on.</param>
    /// <param name="IfBeyond">Added where one went beyond its bound.</param>
    internal readonly record struct Addition(byte[] Bytes, int Watched, bool IfMissing, bool IfBeyond)
    {
        public bool IsDue(in RuledAttributes seen) => Watched < 0 || (seen.HasBounded(Watched) ? IfBeyond : IfMissing && !seen.HasKept(Watched));
    }
}
