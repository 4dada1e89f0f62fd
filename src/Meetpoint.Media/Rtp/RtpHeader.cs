using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>What goes before the payload of an outgoing packet.</summary>
public readonly record struct RtpHeader(byte PayloadType, bool Marker, ushort SequenceNumber, uint Timestamp, uint Ssrc)
{
    /// <summary>The most contributing sources that a packet can name (four bits, RFC 3550 5.1).</summary>
    public const int MaxCsrcs = 15;

    /// <summary>The longest header that <see cref="Write"/> makes.</summary>
    public const int MaxLength = RtpPacket.FixedHeaderLength + (4 * MaxCsrcs) + 4 + 16;

    /// <summary>
    /// Writes the header, with the sources that contributed and, when <paramref name="levelsExtensionId"/> is 1 to 14,
    /// their levels in the same order as a one-byte extension (RFC 6465).
    /// </summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="csrcs">At most <see cref="MaxCsrcs"/>.</param>
    /// <param name="levels">One a source: 0 (loudest) to 127, -dBov.</param>
    /// <param name="levelsExtensionId">0 writes no extension.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<uint> csrcs = default, ReadOnlySpan<byte> levels = default, int levelsExtensionId = 0)
    {
        var hasLevels = levelsExtensionId is > 0 and < 15 && !levels.IsEmpty;
        destination[0] = (byte)(0x80 | (hasLevels ? 0x10 : 0) | csrcs.Length);
        destination[1] = (byte)((Marker ? 0x80 : 0) | PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], SequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Ssrc);
        var at = RtpPacket.FixedHeaderLength;
        foreach (var csrc in csrcs)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], csrc);
            at += 4;
        }

        if (!hasLevels)
            return at;
        var words = (1 + levels.Length + 3) / 4;
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], RtpPacket.OneByteProfile);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 2)..], (ushort)words);
        var body = destination.Slice(at + 4, words * 4);
        body.Clear();
        body[0] = (byte)((levelsExtensionId << 4) | (levels.Length - 1));
        levels.CopyTo(body[1..]);
        return at + 4 + body.Length;
    }
}
