using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>Walks a compound RTCP packet (RFC 3550 6.1, A.2). Reduced-size packets (RFC 5506) are accepted when asked.</summary>
public ref struct RtcpReader
{
    ReadOnlySpan<byte> _rest;

    RtcpReader(ReadOnlySpan<byte> compound) => _rest = compound;

    /// <summary>True when the datagram is RTCP rather than RTP on a shared port: types 192 to 223 (RFC 5761 4).</summary>
    public static bool IsRtcp(ReadOnlySpan<byte> datagram) => datagram.Length >= 2 && datagram[1] is >= 192 and <= 223;

    /// <summary>Checks the whole compound, then reads it. Never throws.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> datagram, bool reducedSize, out RtcpReader reader, out RtpError error)
    {
        reader = new RtcpReader(datagram);
        error = Check(datagram, reducedSize);
        return error == RtpError.None;
    }

    /// <summary>The next packet; false at the end.</summary>
    public bool TryRead(out RtcpPacket packet)
    {
        if (_rest.IsEmpty)
        {
            packet = default;
            return false;
        }

        var length = PacketLength(_rest);
        var end = length;
        if ((_rest[0] & 0x20) != 0)
            end -= Math.Min((int)_rest[length - 1], length - 4);
        packet = new RtcpPacket((RtcpType)_rest[1], _rest[0] & 0x1F, _rest[4..end]);
        _rest = _rest[length..];
        return true;
    }

    static RtpError Check(ReadOnlySpan<byte> rest, bool reducedSize)
    {
        if (rest.Length < 4)
            return RtpError.Truncated;
        if (!reducedSize && (RtcpType)rest[1] is not (RtcpType.SenderReport or RtcpType.ReceiverReport))
            return RtpError.Compound;
        while (!rest.IsEmpty)
        {
            if (rest.Length < 4)
                return RtpError.Truncated;
            if (rest[0] >> 6 != 2)
                return RtpError.Version;
            var length = PacketLength(rest);
            if (length > rest.Length)
                return RtpError.Compound;
            if ((rest[0] & 0x20) != 0)
            {
                // Only the last packet of a compound may be padded, and by whole words. COMPAT: browsers pad each transport feedback to a word with one to three
                // octets and say so by this bit, wherever it stands (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1 has zeros there).
                var isFeedback = (RtcpType)rest[1] == RtcpType.TransportFeedback;
                if (length != rest.Length && !isFeedback)
                    return RtpError.Padding;
                var padding = rest[length - 1];
                if (padding == 0 || padding > length - 4 || (padding % 4 != 0 && !isFeedback))
                    return RtpError.Padding;
            }

            rest = rest[length..];
        }

        return RtpError.None;
    }

    /// <summary>Bytes of the first packet of a compound that was checked.</summary>
    internal static int PacketLength(ReadOnlySpan<byte> packet) => (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) + 1) * 4;
}
