using System.Buffers.Binary;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Attributes;

/// <summary>
/// An attribute of the extended space (RFC 6929): 241 to 244 with one octet of a further type, 245 and 246 with flags besides, by which a value goes over
/// several attributes. Type 26 within is a vendor's (EVS): four octets of vendor, one of type.
/// </summary>
/// <param name="type">241 to 246.</param>
/// <param name="extendedType">1 to 255; 26 is Extended-Vendor-Specific.</param>
/// <param name="value">What follows; for EVS what follows vendor and type.</param>
public readonly ref struct ExtendedAttribute(AttributeType type, byte extendedType, ReadOnlySpan<byte> value)
{
    /// <summary>The extended type of a vendor's (section 2.4).</summary>
    public const byte VendorSpecific = 26;

    const byte More = 0x80;
    const int ShortHeader = 1;
    const int LongHeader = 2;
    const int VendorHeader = 5;

    /// <summary>241 to 246.</summary>
    public AttributeType Type { get; } = type;

    /// <summary>The further type.</summary>
    public byte ExtendedType { get; } = extendedType;

    /// <summary>All of the value; with a vendor, after vendor and type.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>The vendor; 0 without one.</summary>
    public uint Vendor { get; init; }

    /// <summary>The vendor's number of it; 0 without one.</summary>
    public byte VendorType { get; init; }

    /// <summary>True for 241 to 246.</summary>
    public static bool IsExtended(AttributeType type) => type is >= AttributeType.Extended1 and <= AttributeType.LongExtended2;

    /// <summary>True for 245 and 246.</summary>
    public static bool IsLong(AttributeType type) => type is AttributeType.LongExtended1 or AttributeType.LongExtended2;

    /// <summary>
    /// Reads the one that an enumerator stands on, and those it goes on in, which the enumerator is then past. False for one that is malformed
    /// (section 2.8: to be passed over, the packet stays good), or is longer than the room.
    /// </summary>
    /// <param name="attributes">Stands on an attribute of 241 to 246; afterwards on the last that belongs to it.</param>
    /// <param name="room">What a value of several attributes is put together in; a packet's length is always enough.</param>
    /// <param name="extended">A view over the packet, or over the room.</param>
    public static bool TryRead(ref AttributeEnumerator attributes, Span<byte> room, out ExtendedAttribute extended)
    {
        extended = default;
        var first = attributes.Current;
        if (!IsLong(first.Type))
            return first.Value.Length > ShortHeader && TryOpen(first.Type, first.Value[0], first.Value[ShortHeader..], out extended);
        if (first.Value.Length <= LongHeader)
            return false;
        var value = first.Value[LongHeader..];
        if ((first.Value[1] & More) == 0)
            return TryOpen(first.Type, first.Value[0], value, out extended);

        // Section 2.2: fragments stand one behind the other and have one type; the last has no More.
        var (length, more, ok) = (0, true, true);
        Append(value, room, ref length, ref ok);
        while (more)
        {
            var ahead = attributes;
            if (!ahead.MoveNext() || ahead.Current is var next && (next.Type != first.Type || next.Value.Length < LongHeader || next.Value[0] != first.Value[0]))
                return false;
            attributes = ahead;
            more = (next.Value[1] & More) != 0;
            Append(next.Value[LongHeader..], room, ref length, ref ok);
        }

        return ok && TryOpen(first.Type, first.Value[0], room[..length], out extended);
    }

    /// <summary>Writes one, over several attributes where it is long; false when it does not fit, or only 245 and 246 could have it.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="type">241 to 246.</param>
    /// <param name="extendedType">1 to 255; for EVS 26, and the value begins with vendor and type.</param>
    /// <param name="value">At least one octet (section 2.1).</param>
    public static bool TryWrite(ref PacketWriter writer, AttributeType type, byte extendedType, scoped ReadOnlySpan<byte> value)
    {
        if (!IsLong(type))
        {
            if (!writer.TryReserve(type, ShortHeader + value.Length, out var place))
                return false;
            place[0] = extendedType;
            value.CopyTo(place[ShortHeader..]);
            return true;
        }

        const int Most = RadiusAttribute.MaxValueLength - LongHeader;
        do
        {
            var length = Math.Min(Most, value.Length);
            if (!writer.TryReserve(type, LongHeader + length, out var place))
                return false;
            place[0] = extendedType;
            place[1] = value.Length > Most ? More : (byte)0;
            value[..length].CopyTo(place[LongHeader..]);
            value = value[length..];
        }
        while (!value.IsEmpty);
        return true;
    }

    static bool TryOpen(AttributeType type, byte extendedType, ReadOnlySpan<byte> value, out ExtendedAttribute extended)
    {
        extended = new ExtendedAttribute(type, extendedType, value);
        if (extendedType != VendorSpecific)
            return true;
        if (value.Length <= VendorHeader)
            return false;
        extended = new ExtendedAttribute(type, extendedType, value[VendorHeader..]) { Vendor = BinaryPrimitives.ReadUInt32BigEndian(value), VendorType = value[4] };
        return true;
    }

    static void Append(ReadOnlySpan<byte> part, Span<byte> room, ref int length, ref bool ok)
    {
        ok = ok && part.TryCopyTo(room[length..]);
        length += ok ? part.Length : 0;
    }
}
