namespace Meetpoint.Radius.Packets;

/// <summary>One attribute as it stands in a packet: a view that lives as long as the bytes below it.</summary>
/// <param name="bytes">Type, length and value: 2 to 255 octets.</param>
/// <param name="offset">Where the type stands, from the start of the packet.</param>
public readonly ref struct RadiusAttribute(ReadOnlySpan<byte> bytes, int offset)
{
    /// <summary>The most octets that the value has.</summary>
    public const int MaxValueLength = 253;

    /// <summary>Its number.</summary>
    public AttributeType Type => (AttributeType)Bytes[0];

    /// <summary>Type, length and value.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>What follows type and length: 0 to 253 octets.</summary>
    public ReadOnlySpan<byte> Value => Bytes[2..];

    /// <summary>Where it begins, from the start of the packet; its value is 2 further.</summary>
    public int Offset { get; } = offset;
}
