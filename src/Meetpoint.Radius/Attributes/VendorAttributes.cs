using System.Buffers.Binary;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Attributes;

/// <summary>The attributes within one Vendor-Specific (RFC 2865 section 5.26): one or several. Ends before the first that is malformed.</summary>
/// <param name="bytes">What stands behind the vendor's number.</param>
/// <param name="format">Of the vendor.</param>
public ref struct VendorAttributes(ReadOnlySpan<byte> bytes, VendorFormat format)
{
    /// <summary>Octets of a vendor's number.</summary>
    public const int VendorLength = 4;

    ReadOnlySpan<byte> _left = bytes;

    /// <summary>The number that the vendor gave it.</summary>
    public uint Type { get; private set; }

    /// <summary>Its value: 0 to 248 octets.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>What could not be read at the end; empty when all is well.</summary>
    public readonly ReadOnlySpan<byte> Rest => _left;

    /// <summary>The vendor of a Vendor-Specific; false when the value is too short for one.</summary>
    public static bool TryReadVendor(ReadOnlySpan<byte> value, out uint vendor) => BinaryPrimitives.TryReadUInt32BigEndian(value, out vendor);

    /// <summary>Goes to the next; false after the last.</summary>
    public bool MoveNext()
    {
        if (_left.Length < format.HeaderLength || _left.IsEmpty || format.ReadLength(_left) is var length && (length < format.HeaderLength || length > _left.Length))
            return false;
        Type = format.ReadType(_left);
        Value = _left[format.HeaderLength..length];
        _left = _left[length..];
        return true;
    }

    /// <summary>The first attribute of a vendor with a type, in a packet; false when there is none.</summary>
    public static bool TryFind(in RadiusPacket packet, uint vendor, VendorFormat format, uint type, out ReadOnlySpan<byte> value)
    {
        foreach (var attribute in packet.Attributes)
        {
            if (attribute.Type != AttributeType.VendorSpecific || !TryReadVendor(attribute.Value, out var found) || found != vendor)
                continue;
            var inner = new VendorAttributes(attribute.Value[VendorLength..], format);
            while (inner.MoveNext())
            {
                if (inner.Type != type)
                    continue;
                value = inner.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Adds a Vendor-Specific with one attribute; false when it does not fit the packet, or the vendor's format.</summary>
    public static bool TryWrite(ref PacketWriter writer, uint vendor, VendorFormat format, uint type, scoped ReadOnlySpan<byte> value)
    {
        var length = VendorLength + format.HeaderLength + value.Length;
        if (!writer.TryReserve(AttributeType.VendorSpecific, length, out var place))
            return false;
        BinaryPrimitives.WriteUInt32BigEndian(place, vendor);
        if (!format.TryWriteHeader(place[VendorLength..], type, value.Length))
            return writer.Overflow();
        value.CopyTo(place[(length - value.Length)..]);
        return true;
    }
}
