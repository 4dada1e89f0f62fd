using System.Buffers.Binary;
using System.Globalization;

namespace Meetpoint.Net.Virtual;

/// <summary>A set of addresses by their leading bits, IPv4 or IPv6, such as 10.1.0.0/16.</summary>
public readonly record struct AddressPrefix
{
    readonly UInt128 _bits;
    readonly UInt128 _mask;

    AddressPrefix(UInt128 bits, int mappedLength)
    {
        _mask = mappedLength == 0 ? 0 : UInt128.MaxValue << (128 - mappedLength);
        _bits = bits & _mask;
    }

    /// <summary>Every address of both families.</summary>
    public static AddressPrefix Any => default;

    /// <summary>One host.</summary>
    public static AddressPrefix Of(in NetAddress host) => new(BitsOf(host), 128);

    /// <summary>Reads "10.0.0.0/8", "2001:db8::/32" or a bare address.</summary>
    /// <exception cref="FormatException">It is no prefix.</exception>
    public static AddressPrefix Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = NetAddress.Parse(slash < 0 ? text : text[..slash]);
        if (slash < 0)
            return Of(address);
        var most = address.IsIPv4 ? 32 : 128;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > most)
            throw new FormatException($"'{text}' is no prefix");
        return new AddressPrefix(BitsOf(address), 128 - most + length);
    }

    /// <summary>True when the address, whatever its port, is in it.</summary>
    public bool Contains(in NetAddress address) => (BitsOf(address) & _mask) == _bits;

    static UInt128 BitsOf(in NetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteBytes(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
