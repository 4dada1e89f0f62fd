using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meetpoint.Net;

/// <summary>
/// An IPv4 or IPv6 address with a port, as a value: no allocation to hold, compare or use as a key.
/// </summary>
/// <remarks>
/// IPv4 is kept in its IPv4-mapped form (::ffff:a.b.c.d), so that one comparison serves both families.
/// The default value is <see cref="None"/>. Thread safe, as it never changes.
/// </remarks>
public readonly partial struct NetAddress : IEquatable<NetAddress>
{
    const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    readonly ulong _high;
    readonly ulong _low;
    readonly ushort _port;
    readonly bool _set;

    NetAddress(ulong high, ulong low, ushort port)
    {
        _high = high;
        _low = low;
        _port = port;
        _set = true;
    }

    /// <summary>No address at all.</summary>
    public static NetAddress None => default;

    /// <summary>Port, 0 to 65535.</summary>
    public int Port => _port;

    /// <summary>True when an address was set.</summary>
    public bool IsSet => _set;

    /// <summary>True for IPv4 (kept mapped).</summary>
    public bool IsIPv4 => _set && _high == 0 && _low >> 32 == MappedPrefix >> 32;

    /// <summary>True for ::1 and 127.0.0.0/8.</summary>
    public bool IsLoopback => IsIPv4 ? (byte)(_low >> 24) == 127 : _set && _high == 0 && _low == 1;

    /// <summary>An IPv4 address from its 32 bits in host order.</summary>
    public static NetAddress FromIPv4(uint hostOrder, int port) => new(0, MappedPrefix | hostOrder, checked((ushort)port));

    /// <summary>An address from its sixteen network-order bytes.</summary>
    public static NetAddress FromIPv6(ReadOnlySpan<byte> sixteen, int port) => new(
        System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(sixteen),
        System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(sixteen[8..]),
        checked((ushort)port));

    /// <summary>From the framework's type.</summary>
    public static NetAddress From(IPEndPoint endPoint) => From(endPoint.Address, endPoint.Port);

    /// <summary>From the framework's type.</summary>
    public static NetAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(bytes, out _);
            return FromIPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), port);
        }

        address.TryWriteBytes(bytes, out _);
        return FromIPv6(bytes, port);
    }

    /// <summary>Reads "192.0.2.1:5060", "[2001:db8::1]:5060", or a bare address with <paramref name="defaultPort"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, int defaultPort, out NetAddress address)
    {
        address = default;
        // The framework reads "[::1]:5060" as an address and drops the port, so brackets are read below.
        if (text is not ['[', ..] && IPAddress.TryParse(text, out var bare))
        {
            address = From(bare, defaultPort);
            return true;
        }

        if (text is ['[', .. var whole, ']'])
        {
            if (!IPAddress.TryParse(whole, out var bracketed))
                return false;
            address = From(bracketed, defaultPort);
            return true;
        }

        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon];
        if (host is ['[', .. var inner, ']'])
            host = inner;
        if (!IPAddress.TryParse(host, out var ip))
            return false;
        address = From(ip, port);
        return true;
    }

    /// <summary>Reads an address that must be valid; for constants and tests.</summary>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static NetAddress Parse(string text) =>
        TryParse(text, 0, out var address) ? address : throw new FormatException($"'{text}' is no address:port");

    /// <summary>The same host with another port.</summary>
    public NetAddress WithPort(int port) => new(_high, _low, checked((ushort)port));

    /// <summary>The 32 bits of an IPv4 address in host order; only where <see cref="IsIPv4"/>.</summary>
    public uint IPv4Bits => (uint)_low;

    /// <summary>The sixteen bytes (IPv4 mapped) in network order.</summary>
    public void WriteBytes(Span<byte> sixteen)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(sixteen, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(sixteen[8..], _low);
    }

    /// <summary>The framework's address; allocates.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteBytes(bytes);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary>The framework's end point; allocates.</summary>
    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), _port);

    /// <summary>True when host, not port, is the same.</summary>
    public bool SameHost(in NetAddress other) => _high == other._high && _low == other._low && _set == other._set;

    /// <inheritdoc/>
    public bool Equals(NetAddress other) => _low == other._low && _high == other._high && _port == other._port && _set == other._set;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NetAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low, _port);

    /// <summary>The address without port, IPv6 in brackets, as a URI or SIP header wants it.</summary>
    public string Host => !_set ? "" : IsIPv4 ? ToIPAddress().ToString() : $"[{ToIPAddress()}]";

    /// <summary>"host:port", IPv6 in brackets; empty when not set.</summary>
    public override string ToString() => _set ? string.Create(CultureInfo.InvariantCulture, $"{Host}:{_port}") : "";

    /// <summary>Equality of host and port.</summary>
    public static bool operator ==(NetAddress left, NetAddress right) => left.Equals(right);

    /// <summary>Inequality of host or port.</summary>
    public static bool operator !=(NetAddress left, NetAddress right) => !left.Equals(right);
}
