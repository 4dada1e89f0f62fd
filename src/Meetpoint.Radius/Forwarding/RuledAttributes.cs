using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>Lets through what <see cref="AttributeRules"/> let through, and remembers what it saw of one packet.</summary>
/// <param name="rules">The rules.</param>
/// <param name="place">Where an attribute begins that is left out besides; 0 for none.</param>
/// <param name="dropped">What is left out besides, and not added either: somebody else writes it.</param>
public struct RuledAttributes(AttributeRules rules, int place, AttributeSet dropped) : IAttributeFilter
{
    readonly AttributeSet _dropped = dropped;
    ulong _kept;
    ulong _bounded;

    /// <inheritdoc/>
    public bool Keeps(in RadiusAttribute attribute) =>
        attribute.Offset != place && _dropped.Keeps(attribute) && (rules.Divides(attribute) || Keeps(rules.FateOf(attribute), attribute.Value));

    /// <inheritdoc/>
    public readonly bool LooksWithin(in RadiusAttribute vendorSpecific) => rules.Divides(vendorSpecific);

    /// <inheritdoc/>
    public bool KeepsWithin(uint vendor, byte type, ReadOnlySpan<byte> value) => Keeps(rules.FateOf(vendor, type), value);

    internal readonly bool Drops(AttributeType type) => _dropped.Has(type);

    internal readonly bool HasKept(int watched) => (_kept >> watched & 1) != 0;

    internal readonly bool HasBounded(int watched) => (_bounded >> watched & 1) != 0;

    bool Keeps(byte fate, ReadOnlySpan<byte> value)
    {
        if (fate < AttributeRules.Watched)
            return fate != AttributeRules.Dropped;
        var watched = fate - AttributeRules.Watched;
        var isWithin = rules.IsWithin(watched, value);
        if (isWithin)
            _kept |= 1ul << watched;
        else
            _bounded |= 1ul << watched;
        return isWithin;
    }
}
