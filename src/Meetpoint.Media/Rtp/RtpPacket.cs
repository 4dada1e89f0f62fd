using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>An RTP packet read in place (RFC 3550 5.1): a view over the datagram, nothing is copied.</summary>
public readonly ref struct RtpPacket
{
    /// <summary>Bytes of the header without CSRC list and extension.</summary>
    public const int FixedHeaderLength = 12;

    /// <summary>The header extension profile of one-byte elements (RFC 8285 4.2).</summary>
    public const ushort OneByteProfile = 0xBEDE;

    /// <summary>The header extension profile of two-byte elements, without its four application bits (RFC 8285 4.3).</summary>
    public const ushort TwoByteProfile = 0x1000;

    readonly ReadOnlySpan<byte> _csrcs;

    RtpPacket(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> csrcs, ushort profile, ReadOnlySpan<byte> extension, ReadOnlySpan<byte> payload)
    {
        _csrcs = csrcs;
        ExtensionProfile = profile;
        Extension = extension;
        Payload = payload;
        Marker = (datagram[1] & 0x80) != 0;
        PayloadType = (byte)(datagram[1] & 0x7F);
        SequenceNumber = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        Timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        Ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]);
    }

    /// <summary>The marker bit; in audio the begin of a talkspurt.</summary>
    public bool Marker { get; }

    /// <summary>Payload type, 0 to 127.</summary>
    public byte PayloadType { get; }

    /// <summary>Sequence number.</summary>
    public ushort SequenceNumber { get; }

    /// <summary>Timestamp in units of the payload's RTP clock.</summary>
    public uint Timestamp { get; }

    /// <summary>Synchronisation source.</summary>
    public uint Ssrc { get; }

    /// <summary>Number of contributing sources, 0 to 15.</summary>
    public int CsrcCount => _csrcs.Length / 4;

    /// <summary>Profile of the header extension; 0 with an empty <see cref="Extension"/> when there is none.</summary>
    public ushort ExtensionProfile { get; }

    /// <summary>Body of the header extension.</summary>
    public ReadOnlySpan<byte> Extension { get; }

    /// <summary>The payload without padding.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>A contributing source by index below <see cref="CsrcCount"/>.</summary>
    public uint GetCsrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(_csrcs[(index * 4)..]);

    /// <summary>Reads a packet; false with the reason when the datagram is none. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtpPacket packet, out RtpError error)
    {
        packet = default;
        if (datagram.Length < FixedHeaderLength)
            return Fail(RtpError.Truncated, out error);
        if (datagram[0] >> 6 != 2)
            return Fail(RtpError.Version, out error);

        var at = FixedHeaderLength;
        var csrcLength = (datagram[0] & 0x0F) * 4;
        if (datagram.Length < at + csrcLength)
            return Fail(RtpError.Truncated, out error);
        var csrcs = datagram.Slice(at, csrcLength);
        at += csrcLength;

        ushort profile = 0;
        var extension = ReadOnlySpan<byte>.Empty;
        if ((datagram[0] & 0x10) != 0)
        {
            if (datagram.Length < at + 4)
                return Fail(RtpError.Truncated, out error);
            profile = BinaryPrimitives.ReadUInt16BigEndian(datagram[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]) * 4;
            at += 4;
            if (datagram.Length < at + length)
                return Fail(RtpError.Truncated, out error);
            extension = datagram.Slice(at, length);
            at += length;
        }

        var end = datagram.Length;
        if ((datagram[0] & 0x20) != 0)
        {
            if (end == at)
                return Fail(RtpError.Padding, out error);
            var padding = datagram[end - 1];
            if (padding == 0 || padding > end - at)
                return Fail(RtpError.Padding, out error);
            end -= padding;
        }

        packet = new RtpPacket(datagram, csrcs, profile, extension, datagram[at..end]);
        error = RtpError.None;
        return true;
    }

    /// <summary>Finds an extension element by its negotiated id, 1 to 14 or, in the two-byte form, 1 to 255 (RFC 8285).</summary>
    public bool TryGetExtension(int id, out ReadOnlySpan<byte> value)
    {
        var rest = Extension;
        var oneByte = ExtensionProfile == OneByteProfile;
        if (!oneByte && (ExtensionProfile & 0xFFF0) != TwoByteProfile)
            rest = default;
        while (!rest.IsEmpty)
        {
            if (rest[0] == 0)
            {
                rest = rest[1..]; // padding between elements
                continue;
            }

            int elementId, length, header;
            if (oneByte)
            {
                (elementId, length, header) = (rest[0] >> 4, (rest[0] & 0x0F) + 1, 1);
                if (elementId == 15)
                    break; // reserved: stop reading, 4.2
            }
            else
            {
                if (rest.Length < 2)
                    break;
                (elementId, length, header) = (rest[0], rest[1], 2);
            }

            if (rest.Length < header + length)
                break;
            if (elementId == id)
            {
                value = rest.Slice(header, length);
                return true;
            }

            rest = rest[(header + length)..];
        }

        value = default;
        return false;
    }

    static bool Fail(RtpError reason, out RtpError error)
    {
        error = reason;
        return false;
    }
}
