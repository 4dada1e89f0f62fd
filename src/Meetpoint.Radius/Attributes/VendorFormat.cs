using System.Buffers.Binary;

namespace Meetpoint.Radius.Attributes;

/// <summary>How a vendor writes its attributes within Vendor-Specific (RFC 2865 section 5.26 recommends one octet each).</summary>
/// <param name="TypeLength">Octets of the type: 1, 2 or 4.</param>
/// <param name="LengthLength">Octets of the length, which counts all of it: 0, 1 or 2. With 0 one attribute has all that is left.</param>
public readonly record struct VendorFormat(byte TypeLength, byte LengthLength)
{
    /// <summary>One octet each.</summary>
    public static VendorFormat Usual { get; } = new(1, 1);

    /// <summary>Octets before a value.</summary>
    public int HeaderLength => TypeLength + LengthLength;

    /// <summary>True for the formats that are known to be.</summary>
    public bool IsValid => TypeLength is 1 or 2 or 4 && LengthLength is 0 or 1 or 2;

    internal uint ReadType(ReadOnlySpan<byte> bytes) => TypeLength switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
    };

    internal int ReadLength(ReadOnlySpan<byte> bytes) => LengthLength switch
    {
        0 => bytes.Length,
        1 => bytes[TypeLength],
        _ => BinaryPrimitives.ReadUInt16BigEndian(bytes[TypeLength..]),
    };

    internal bool TryWriteHeader(Span<byte> place, uint type, int valueLength)
    {
        var length = HeaderLength + valueLength;
        if (place.Length < length || (TypeLength < 4 && type >> (8 * TypeLength) != 0) || (LengthLength == 1 && length > byte.MaxValue))
            return false;
        for (var i = 0; i < TypeLength; i++)
            place[i] = (byte)(type >> (8 * (TypeLength - 1 - i)));
        if (LengthLength == 1)
            place[TypeLength] = (byte)length;
        else if (LengthLength == 2)
            BinaryPrimitives.WriteUInt16BigEndian(place[TypeLength..], (ushort)length);
        return true;
    }
}
