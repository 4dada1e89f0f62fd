using System.Buffers.Binary;

namespace Meetpoint.Media.Srtp;

/// <summary>The few header fields that protection needs (RFC 3550 5.1, 5.3.1 and 6.4.1).</summary>
static class SrtpPacket
{
    const int FixedHeaderBytes = 12;
    const int ExtensionHeaderBytes = 4;
    const int Version2 = 2;

    /// <summary>Length of header, contributing sources and extension: what stays readable. False when it is not RTP or is cut short.</summary>
    public static bool TryGetRtpHeaderLength(ReadOnlySpan<byte> packet, out int headerLength)
    {
        headerLength = FixedHeaderBytes;
        if (packet.Length < FixedHeaderBytes || packet[0] >> 6 != Version2)
        {
            return false;
        }
        headerLength += 4 * (packet[0] & 0x0f);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < headerLength + ExtensionHeaderBytes)
            {
                return false;
            }
            headerLength += ExtensionHeaderBytes + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(headerLength + 2)..]);
        }
        return headerLength <= packet.Length;
    }

    public static bool IsRtcp(ReadOnlySpan<byte> packet) => packet.Length >= SrtpTransform.RtcpHeaderBytes && packet[0] >> 6 == Version2;

    public static ushort RtpSequenceNumber(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

    public static uint RtpSsrc(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);

    public static uint RtcpSsrc(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
}
