using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>RTCP packet types (RFC 3550 12.1, RFC 4585).</summary>
public enum RtcpType : byte
{
    /// <summary>Sender report.</summary>
    SenderReport = 200,

    /// <summary>Receiver report.</summary>
    ReceiverReport = 201,

    /// <summary>Source description.</summary>
    SourceDescription = 202,

    /// <summary>Goodbye.</summary>
    Bye = 203,

    /// <summary>Application defined.</summary>
    App = 204,

    /// <summary>Transport layer feedback.</summary>
    TransportFeedback = 205,

    /// <summary>Payload specific feedback.</summary>
    PayloadFeedback = 206,

    /// <summary>Extended report (RFC 3611).</summary>
    ExtendedReport = 207,
}

/// <summary>One report block (RFC 3550 6.4.1).</summary>
/// <param name="Ssrc">Source that it is about.</param>
/// <param name="FractionLost">Share lost since the last report, in 1/256.</param>
/// <param name="CumulativeLost">Packets lost since the begin, 24 bits signed.</param>
/// <param name="ExtendedHighest">Extended highest sequence number.</param>
/// <param name="Jitter">Interarrival jitter in units of the RTP clock.</param>
/// <param name="LastSenderReport">Middle 32 bits of the NTP time of the last sender report; 0 for none.</param>
/// <param name="DelaySinceLastSenderReport">Time since then in 1/65536 s.</param>
public readonly record struct ReportBlock(
    uint Ssrc, byte FractionLost, int CumulativeLost, uint ExtendedHighest, uint Jitter, uint LastSenderReport, uint DelaySinceLastSenderReport)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 24;

    /// <summary>Reads a block from at least <see cref="Length"/> bytes.</summary>
    public static ReportBlock Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32BigEndian(bytes),
        bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) << 8 >> 8,
        BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

    /// <summary>Writes the block.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Ssrc);
        var lost = Math.Clamp(CumulativeLost, -0x80_0000, 0x7F_FFFF) & 0xFF_FFFF;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], ((uint)FractionLost << 24) | (uint)lost);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], ExtendedHighest);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], DelaySinceLastSenderReport);
    }
}

/// <summary>One packet of a compound RTCP packet, read in place.</summary>
public readonly ref partial struct RtcpPacket
{
    internal RtcpPacket(RtcpType type, int count, ReadOnlySpan<byte> body)
    {
        Type = type;
        Count = count;
        Body = body;
    }

    /// <summary>Packet type.</summary>
    public RtcpType Type { get; }

    /// <summary>The five bits of the header: number of blocks, sources or chunks, or the feedback format.</summary>
    public int Count { get; }

    /// <summary>All after the first four bytes, padding taken off.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The sender of a report or feedback; 0 when the body is too short.</summary>
    public uint Ssrc => Body.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(Body) : 0;

    /// <summary>The NTP time of a sender report.</summary>
    public bool TryGetNtpTime(out ulong ntp)
    {
        ntp = 0;
        if (Type != RtcpType.SenderReport || Body.Length < 24)
            return false;
        ntp = BinaryPrimitives.ReadUInt64BigEndian(Body[4..]);
        return true;
    }

    /// <summary>The NTP time of a sender report, and the RTP timestamp of that time.</summary>
    public bool TryGetNtpTime(out ulong ntp, out uint rtpTimestamp)
    {
        rtpTimestamp = TryGetNtpTime(out ntp) ? BinaryPrimitives.ReadUInt32BigEndian(Body[12..]) : 0;
        return Type == RtcpType.SenderReport && Body.Length >= 24;
    }

    /// <summary>A report block of a sender or receiver report; false past the last.</summary>
    public bool TryGetReportBlock(int index, out ReportBlock block)
    {
        block = default;
        if (Type is not (RtcpType.SenderReport or RtcpType.ReceiverReport) || index >= Count)
            return false;
        var at = (Type == RtcpType.SenderReport ? 24 : 4) + (index * ReportBlock.Length);
        if (Body.Length < at + ReportBlock.Length)
            return false;
        block = ReportBlock.Read(Body[at..]);
        return true;
    }

    /// <summary>A leaving source of a BYE; false past the last.</summary>
    public bool TryGetByeSource(int index, out uint ssrc)
    {
        ssrc = 0;
        if (Type != RtcpType.Bye || index >= Count || Body.Length < (index + 1) * 4)
            return false;
        ssrc = BinaryPrimitives.ReadUInt32BigEndian(Body[(index * 4)..]);
        return true;
    }

    /// <summary>The canonical name (item 1) of the first chunk of a source description.</summary>
    public bool TryGetCanonicalName(out uint ssrc, out ReadOnlySpan<byte> utf8)
    {
        ssrc = Ssrc;
        utf8 = default;
        if (Type != RtcpType.SourceDescription || Count == 0 || Body.Length < 4)
            return false;
        var rest = Body[4..];
        while (rest.Length >= 2 && rest[0] != 0 && rest.Length >= 2 + rest[1])
        {
            if (rest[0] == 1)
            {
                utf8 = rest.Slice(2, rest[1]);
                return true;
            }

            rest = rest[(2 + rest[1])..];
        }

        return false;
    }
}
