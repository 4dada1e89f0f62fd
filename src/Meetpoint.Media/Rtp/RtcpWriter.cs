using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>Writes a compound RTCP packet into a span: reports first, then SDES, then BYE (RFC 3550 6.1), then feedback (RFC 4585 3.1).</summary>
public ref partial struct RtcpWriter(Span<byte> destination)
{
    /// <summary>The longest canonical name, 255 bytes by its length octet.</summary>
    public const int MaxCanonicalName = 255;

    readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>A sender report with the given blocks, at most 31.</summary>
    public void SenderReport(uint ssrc, ulong ntp, uint rtpTimestamp, uint packets, uint octets, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        var body = Begin(RtcpType.SenderReport, blocks.Length, 24 + (blocks.Length * ReportBlock.Length));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], ntp);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], rtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], packets);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], octets);
        WriteBlocks(body[24..], blocks);
    }

    /// <summary>A receiver report with the given blocks, at most 31.</summary>
    public void ReceiverReport(uint ssrc, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        var body = Begin(RtcpType.ReceiverReport, blocks.Length, 4 + (blocks.Length * ReportBlock.Length));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        WriteBlocks(body[4..], blocks);
    }

    /// <summary>A source description with the canonical name alone.</summary>
    public void SourceDescription(uint ssrc, scoped ReadOnlySpan<byte> canonicalName)
    {
        // Items end with a zero octet, and the chunk is padded with zeros to 32 bits (6.5).
        var items = (2 + canonicalName.Length + 1 + 3) / 4 * 4;
        var body = Begin(RtcpType.SourceDescription, 1, 4 + items);
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = 1;
        body[5] = (byte)canonicalName.Length;
        canonicalName.CopyTo(body[6..]);
    }

    /// <summary>A goodbye of one source.</summary>
    public void Bye(uint ssrc) => BinaryPrimitives.WriteUInt32BigEndian(Begin(RtcpType.Bye, 1, 4), ssrc);

    static void WriteBlocks(Span<byte> body, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        for (var i = 0; i < blocks.Length; i++)
            blocks[i].Write(body[(i * ReportBlock.Length)..]);
    }

    Span<byte> Begin(RtcpType type, int count, int bodyLength)
    {
        var packet = _destination.Slice(Length, 4 + bodyLength);
        packet.Clear();
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        Length += packet.Length;
        return packet[4..];
    }
}
