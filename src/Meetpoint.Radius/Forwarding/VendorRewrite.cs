using System.Buffers.Binary;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>A Vendor-Specific attribute that is taken apart (RFC 2865 section 5.26): what is hidden in it is hidden anew, what the filter leaves out is not there any more, the others stay.</summary>
static class VendorRewrite
{
    const int VendorLength = 4;

    /// <summary>True when one of its attributes is hidden.</summary>
    internal static bool IsNeeded(ReadOnlySpan<byte> value, HiddenAttributes hidden)
    {
        if (value.Length < VendorLength)
            return false;
        var vendor = BinaryPrimitives.ReadUInt32BigEndian(value);
        foreach (var inner in new AttributeEnumerator(value, VendorLength))
        {
            if (hidden.Of(vendor, (byte)inner.Type) != HidingMethod.None)
                return true;
        }

        return false;
    }

    internal static bool TryWrite<TFilter>(ReadOnlySpan<byte> value, in HopSide from, in HopSide to, HiddenAttributes hidden, ref PacketWriter writer, ref TFilter filter)
        where TFilter : struct, IAttributeFilter, allows ref struct
    {
        if (!writer.TryBegin(AttributeType.VendorSpecific, out var place) || place.Length < VendorLength)
            return writer.Overflow();
        var vendor = BinaryPrimitives.ReadUInt32BigEndian(value);
        value[..VendorLength].CopyTo(place);
        var (at, read) = (VendorLength, VendorLength);
        foreach (var inner in new AttributeEnumerator(value, VendorLength))
        {
            var method = hidden.Of(vendor, (byte)inner.Type);
            read = inner.Offset + inner.Bytes.Length;
            if (!filter.KeepsWithin(vendor, (byte)inner.Type, inner.Value))
                continue;
            if (place.Length - at < 2)
                return writer.Overflow();
            int length;
            if (method == HidingMethod.None)
                length = inner.Value.TryCopyTo(place[(at + 2)..]) ? inner.Value.Length : -1;
            else
                length = HiddenValue.Rehide(inner.Value, method, from, to, writer.Length + at, place[(at + 2)..]);
            if (length < 0)
                return writer.Overflow();
            place[at] = (byte)inner.Type;
            place[at + 1] = (byte)(2 + length);
            at += 2 + length;
        }

        // What follows the last attribute that can be read is the vendor's own affair.
        var rest = value[read..];
        if (!rest.IsEmpty && !filter.KeepsWithin(vendor, 0, rest))
            rest = default;
        if (!rest.TryCopyTo(place[at..]))
            return writer.Overflow();
        if (at + rest.Length > VendorLength || value.Length == VendorLength)
            writer.End(at + rest.Length);
        return true;
    }
}
