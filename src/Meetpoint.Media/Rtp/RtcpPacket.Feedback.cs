using System.Buffers.Binary;
using System.Numerics;

namespace Meetpoint.Media.Rtp;

// What a feedback packet says (RFC 4585 6.1: sender, media source, then what its format has).
public readonly ref partial struct RtcpPacket
{
    const int FeedbackHeaderLength = 8;

    /// <summary>The source that feedback is about; 0 when the format names sources in its items, and when the body is too short.</summary>
    public uint MediaSource => Body.Length >= FeedbackHeaderLength ? BinaryPrimitives.ReadUInt32BigEndian(Body[4..]) : 0;

    /// <summary>True for a picture loss indication of <see cref="MediaSource"/> (RFC 4585 6.3.1).</summary>
    public bool IsPictureLoss => IsFeedback(RtcpType.PayloadFeedback, RtcpFeedbackFormat.PictureLoss);

    /// <summary>True for a generic NACK of <see cref="MediaSource"/> (RFC 4585 6.2.1).</summary>
    public bool IsNack => IsFeedback(RtcpType.TransportFeedback, RtcpFeedbackFormat.Nack);

    /// <summary>One item of a generic NACK: a missing packet, and a bit for each of the sixteen behind it, the next one lowest; false past the last.</summary>
    public bool TryGetNackItem(int index, out ushort packetId, out ushort following)
    {
        (packetId, following) = (0, 0);
        var at = FeedbackHeaderLength + (index * 4);
        if (!IsNack || index < 0 || Body.Length < at + 4)
            return false;
        packetId = BinaryPrimitives.ReadUInt16BigEndian(Body[at..]);
        following = BinaryPrimitives.ReadUInt16BigEndian(Body[(at + 2)..]);
        return true;
    }

    /// <summary>The sequence numbers that a generic NACK asks for, as many as fit; the number of them.</summary>
    public int ReadNack(Span<ushort> missing)
    {
        var count = 0;
        for (var i = 0; TryGetNackItem(i, out var packetId, out var following); i++)
        {
            if (count == missing.Length)
                break;
            missing[count++] = packetId;
            for (uint rest = following; rest != 0 && count < missing.Length; rest &= rest - 1)
                missing[count++] = (ushort)(packetId + 1 + BitOperations.TrailingZeroCount(rest));
        }

        return count;
    }

    /// <summary>One item of a full intra request: the source asked, and the number of the request, which a repetition keeps (RFC 5104 4.3.1); false past the last.</summary>
    public bool TryGetFullIntraRequest(int index, out uint ssrc, out byte number)
    {
        (ssrc, number) = (0, 0);
        var at = FeedbackHeaderLength + (index * 8);
        if (!IsFeedback(RtcpType.PayloadFeedback, RtcpFeedbackFormat.FullIntraRequest) || index < 0 || Body.Length < at + 8)
            return false;
        ssrc = BinaryPrimitives.ReadUInt32BigEndian(Body[at..]);
        number = Body[at + 4];
        return true;
    }

    /// <summary>The most that the receiver believes to take, in bit/s over all sources, clamped to long (draft-alvestrand-rmcat-remb-03 2.2).</summary>
    public bool TryGetMaxBitrate(out long bitsPerSecond)
    {
        bitsPerSecond = 0;
        if (!IsFeedback(RtcpType.PayloadFeedback, RtcpFeedbackFormat.Application) || Body.Length < FeedbackHeaderLength + 8 || !Body[8..12].SequenceEqual("REMB"u8))
            return false;
        var exponent = Body[13] >> 2;
        var mantissa = ((long)(Body[13] & 3) << 16) | BinaryPrimitives.ReadUInt16BigEndian(Body[14..]);
        bitsPerSecond = mantissa == 0 ? 0 : exponent > BitOperations.LeadingZeroCount((ulong)mantissa) - 1 ? long.MaxValue : mantissa << exponent;
        return true;
    }

    /// <summary>Arrival times by transport sequence number; false for another packet and for one that contradicts itself.</summary>
    public bool TryGetTransportFeedback(out TransportFeedback feedback)
    {
        feedback = default;
        return IsFeedback(RtcpType.TransportFeedback, RtcpFeedbackFormat.TransportWide) && TransportFeedback.TryParse(Body[FeedbackHeaderLength..], out feedback);
    }

    bool IsFeedback(RtcpType type, int format) => Type == type && Count == format && Body.Length >= FeedbackHeaderLength;
}
