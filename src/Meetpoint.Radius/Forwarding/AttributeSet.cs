using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>A set of attribute numbers, 256 bits; as a filter it leaves its members out. The default is empty, and lets everything through.</summary>
public readonly struct AttributeSet : IAttributeFilter, IEquatable<AttributeSet>
{
    readonly ulong _a;
    readonly ulong _b;
    readonly ulong _c;
    readonly ulong _d;

    /// <summary>Of these.</summary>
    public AttributeSet(params ReadOnlySpan<AttributeType> types)
    {
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        foreach (var type in types)
            words[(int)type >> 6] |= 1ul << (int)type;
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    AttributeSet(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>The members of both.</summary>
    public AttributeSet And(AttributeSet other) => new(_a | other._a, _b | other._b, _c | other._c, _d | other._d);

    /// <summary>True for a member.</summary>
    public bool Has(AttributeType type) =>
        (((int)type >> 6) switch { 0 => _a, 1 => _b, 2 => _c, _ => _d } >> (int)type & 1) != 0;

    /// <inheritdoc/>
    public bool Keeps(in RadiusAttribute attribute) => !Has(attribute.Type);

    /// <inheritdoc/>
    public bool LooksWithin(in RadiusAttribute vendorSpecific) => false;

    /// <inheritdoc/>
    public bool KeepsWithin(uint vendor, byte type, ReadOnlySpan<byte> value) => true;

    /// <inheritdoc/>
    public bool Equals(AttributeSet other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AttributeSet other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);
}
