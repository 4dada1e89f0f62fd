using System.Buffers.Binary;
using System.Net;
using System.Text.Unicode;

namespace Meetpoint.Radius.Attributes;

/// <summary>Values by the data types of RFC 8044. A value of another length than its type has is none: false, and the attribute is as if it were opaque (section 2.1).</summary>
public static class AttributeValue
{
    const int Ipv4Length = 4;
    const int Ipv6Length = 16;
    const int MaxIpv4Prefix = 32;
    const int MaxIpv6Prefix = 128;

    /// <summary>integer, enum, and time in seconds since 1970 (sections 3.1 to 3.3): four octets.</summary>
    public static bool TryReadInteger(ReadOnlySpan<byte> value, out uint number) => BinaryPrimitives.TryReadUInt32BigEndian(value, out number) && value.Length == sizeof(uint);

    /// <summary>integer64 (section 3.13), and ifid (section 3.7): eight octets.</summary>
    public static bool TryReadInteger64(ReadOnlySpan<byte> value, out ulong number) => BinaryPrimitives.TryReadUInt64BigEndian(value, out number) && value.Length == sizeof(ulong);

    /// <summary>text (section 3.4): valid UTF-8, at least one octet.</summary>
    public static bool IsText(ReadOnlySpan<byte> value) => value.Length > 0 && Utf8.IsValid(value);

    /// <summary>ipv4addr (section 3.8) and ipv6addr (section 3.9): four or sixteen octets.</summary>
    public static bool TryReadAddress(ReadOnlySpan<byte> value, out IPAddress address)
    {
        var isAddress = value.Length is Ipv4Length or Ipv6Length;
        address = isAddress ? new IPAddress(value) : IPAddress.None;
        return isAddress;
    }

    /// <summary>ipv6prefix (section 3.10; RFC 3162 section 2.3): zero, prefix length 0 to 128, and only so many octets as it needs, or more.</summary>
    public static bool TryReadIpv6Prefix(ReadOnlySpan<byte> value, out IPAddress address, out int length)
    {
        (address, length) = (IPAddress.IPv6None, 0);
        return value.Length is >= 2 and <= 2 + Ipv6Length && TryReadPrefix(value, value[1], MaxIpv6Prefix, Ipv6Length, out address, out length);
    }

    /// <summary>ipv4prefix (section 3.11): zero, prefix length 0 to 32 in six bits, four octets.</summary>
    public static bool TryReadIpv4Prefix(ReadOnlySpan<byte> value, out IPAddress address, out int length)
    {
        (address, length) = (IPAddress.None, 0);
        return value.Length == 2 + Ipv4Length && TryReadPrefix(value, value[1] & 0x3f, MaxIpv4Prefix, Ipv4Length, out address, out length);
    }

    /// <summary>Writes either prefix; octets written: 6, or 2 to 18.</summary>
    /// <param name="address">Of the family that the attribute has.</param>
    /// <param name="length">In bits; bits of the address beyond it are written as zeros.</param>
    /// <param name="value">Room for 18 octets.</param>
    public static int WritePrefix(IPAddress address, int length, Span<byte> value)
    {
        Span<byte> bytes = stackalloc byte[Ipv6Length];
        address.TryWriteBytes(bytes, out var size);
        Mask(bytes[..size], length);
        var needed = size == Ipv4Length ? size : (length + 7) / 8;
        value[0] = 0;
        value[1] = (byte)length;
        bytes[..needed].CopyTo(value[2..]);
        return 2 + needed;
    }

    /// <summary>Splits a value from its tag (RFC 2868 section 3): a first octet of 1 to 31. 0 means that there is none and all of it is the value.</summary>
    /// <param name="value">Of an attribute that may have a tag.</param>
    /// <param name="isInteger">The first of four octets is always the tag, and the number has the other three.</param>
    /// <param name="tag">0 to 31.</param>
    public static ReadOnlySpan<byte> WithoutTag(ReadOnlySpan<byte> value, bool isInteger, out byte tag)
    {
        tag = value.Length > 0 && value[0] <= 0x1f ? value[0] : (byte)0;
        return value.Length > 0 && (isInteger || value[0] <= 0x1f) ? value[1..] : value;
    }

    /// <summary>A prefix's address may have bits beyond its length; they count as zeros.</summary>
    static bool TryReadPrefix(ReadOnlySpan<byte> value, int bits, int maxBits, int size, out IPAddress address, out int length)
    {
        Span<byte> bytes = stackalloc byte[size];
        bytes.Clear();
        value[2..].CopyTo(bytes);
        length = bits;
        var isPrefix = bits <= maxBits && value.Length - 2 >= (bits + 7) / 8;
        Mask(bytes, Math.Min(bits, maxBits));
        address = new IPAddress(bytes);
        return isPrefix;
    }

    static void Mask(Span<byte> bytes, int length)
    {
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xff << Math.Clamp(8 - (length - (8 * i)), 0, 8));
    }
}
