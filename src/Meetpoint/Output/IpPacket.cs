using System.Buffers.Binary;
using Meetpoint.Net;

namespace Meetpoint.Output;

/// <summary>Address and port of a packet's end.</summary>
/// <param name="Address">The address.</param>
/// <param name="IsIPv4">Its family; both ends have the same.</param>
readonly record struct IpEnd(NetAddress Address, bool IsIPv4)
{
    const int SipPort = 5060;

    /// <summary>This end and the other one of a message's way.</summary>
    public static (IpEnd Local, IpEnd Remote) Of(TracedMessage message)
    {
        var isIPv4 = message.Remote.IsIPv4;
        var (local, remote) = (message.Local, message.Remote);

        // A socket for all addresses of the machine may not be of the packet's family by its own.
        if (!local.IsSet || local.IsIPv4 != isIPv4)
            local = isIPv4 ? NetAddress.FromIPv4(0, local.Port) : NetAddress.FromIPv6(new byte[16], local.Port);
        if (message.Transport == "tls")
            (local, remote) = message.IsOpenedHere ? (local, remote.WithPort(SipPort)) : (local.WithPort(SipPort), remote);
        return (new IpEnd(local, isIPv4), new IpEnd(remote, isIPv4));
    }

    /// <summary>The address alone, 4 or 16 bytes; gives their number.</summary>
    public int Write(Span<byte> to)
    {
        Span<byte> bytes = stackalloc byte[16];
        Address.WriteBytes(bytes);
        var own = IsIPv4 ? bytes[12..] : bytes;
        own.CopyTo(to);
        return own.Length;
    }
}

/// <summary>Puts IP, and UDP or TCP, before a message, checksums included. Not thread safe.</summary>
sealed class IpPacket
{
    /// <summary>Bytes of a message in one TCP segment; an IP packet has 65,535 at the most.</summary>
    public const int MostTcpBytes = 60_000;

    const byte TcpProtocol = 6;
    const byte UdpProtocol = 17;
    const int UdpHeader = 8;
    const int TcpHeader = 20;
    const byte PushAndAcknowledge = 0x18;

    readonly byte[] _bytes = new byte[65_535 + 40];
    int _length;
    ushort _number;

    /// <summary>The packet as far as it is kept.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Bytes that it had on the wire.</summary>
    public int WireLength { get; private set; }

    /// <summary>Makes a datagram.</summary>
    /// <param name="from">Its sender.</param>
    /// <param name="to">Whom it is for.</param>
    /// <param name="payload">What is kept of the message.</param>
    /// <param name="wholeLength">Bytes that the message had.</param>
    public void Udp(in IpEnd from, in IpEnd to, ReadOnlySpan<byte> payload, int wholeLength)
    {
        var header = Ip(from, to, UdpProtocol, UdpHeader, payload, wholeLength);
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)from.Address.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)to.Address.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(UdpHeader + wholeLength));
        var sum = Checksum(from, to, UdpProtocol, header, payload.Length == wholeLength);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], payload.Length == wholeLength && sum == 0 ? ushort.MaxValue : sum);
    }

    /// <summary>Makes a segment.</summary>
    /// <param name="from">Its sender.</param>
    /// <param name="to">Whom it is for.</param>
    /// <param name="sequence">Number of its first byte.</param>
    /// <param name="acknowledged">Number of the next byte of the other way.</param>
    /// <param name="payload">What is kept of it.</param>
    /// <param name="wholeLength">Bytes that it had.</param>
    public void Tcp(in IpEnd from, in IpEnd to, uint sequence, uint acknowledged, ReadOnlySpan<byte> payload, int wholeLength)
    {
        var header = Ip(from, to, TcpProtocol, TcpHeader, payload, wholeLength);
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)from.Address.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)to.Address.Port);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], acknowledged);
        header[12] = TcpHeader / 4 << 4;
        header[13] = PushAndAcknowledge;
        BinaryPrimitives.WriteUInt16BigEndian(header[14..], ushort.MaxValue);
        BinaryPrimitives.WriteUInt16BigEndian(header[16..], Checksum(from, to, TcpProtocol, header, payload.Length == wholeLength));
    }

    /// <summary>Writes the IP header and the payload; gives the transport's header, zeros, with the payload behind it.</summary>
    Span<byte> Ip(in IpEnd from, in IpEnd to, byte protocol, int headerLength, ReadOnlySpan<byte> payload, int wholeLength)
    {
        var ipLength = from.IsIPv4 ? 20 : 40;
        var bytes = _bytes.AsSpan(0, ipLength + headerLength + payload.Length);
        bytes[..(ipLength + headerLength)].Clear();
        _length = bytes.Length;
        WireLength = ipLength + headerLength + wholeLength;
        if (from.IsIPv4)
        {
            bytes[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)WireLength);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], unchecked(_number++));
            bytes[6] = 0x40; // not to be fragmented
            bytes[8] = 64;
            bytes[9] = protocol;
            from.Write(bytes[12..]);
            to.Write(bytes[16..]);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], Fold(Add(0, bytes[..20])));
        }
        else
        {
            bytes[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)(headerLength + wholeLength));
            bytes[6] = protocol;
            bytes[7] = 64;
            from.Write(bytes[8..]);
            to.Write(bytes[24..]);
        }

        payload.CopyTo(bytes[(ipLength + headerLength)..]);
        return bytes[ipLength..];
    }

    // Over the pseudo header of RFC 9293 section 3.1 and RFC 8200 section 8.1. Of a packet that is cut there is none: 0.
    static ushort Checksum(in IpEnd from, in IpEnd to, byte protocol, ReadOnlySpan<byte> segment, bool isWhole)
    {
        if (!isWhole)
            return 0;
        Span<byte> pseudo = stackalloc byte[36];
        var length = from.Write(pseudo);
        length += to.Write(pseudo[length..]);
        BinaryPrimitives.WriteUInt16BigEndian(pseudo[length..], protocol);
        BinaryPrimitives.WriteUInt16BigEndian(pseudo[(length + 2)..], (ushort)segment.Length);
        return Fold(Add(Add(0, pseudo[..(length + 4)]), segment));
    }

    static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i + 1 < bytes.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        return bytes.Length % 2 == 0 ? sum : sum + ((uint)bytes[^1] << 8);
    }

    static ushort Fold(uint sum)
    {
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)(~sum & ushort.MaxValue);
    }
}
