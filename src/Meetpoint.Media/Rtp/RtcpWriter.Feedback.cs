using System.Buffers.Binary;
using System.Numerics;

namespace Meetpoint.Media.Rtp;

// Feedback: sender, media source, then what the format has (RFC 4585 6.1).
public ref partial struct RtcpWriter
{
    /// <summary>The most transport sequence numbers that one feedback packet of ours tells of.</summary>
    public const int MaxTransportStatuses = 512;

    /// <summary>The longest transport feedback that <see cref="TransportFeedback"/> writes: every chunk has two-bit symbols and every delta is large.</summary>
    public const int MaxTransportFeedback = 12 + Rtp.TransportFeedback.HeaderLength + ((MaxTransportStatuses + 6) / 7 * 2) + (MaxTransportStatuses * 2) + 3;

    /// <summary>Bytes of a picture loss indication.</summary>
    public const int PictureLossLength = 12;

    /// <summary>Bytes of a full intra request of one source.</summary>
    public const int FullIntraRequestLength = 20;

    const int MantissaBits = 18;

    /// <summary>Asks the media source for a whole picture (RFC 4585 6.3.1).</summary>
    public void PictureLoss(uint sender, uint media) => BeginFeedback(RtcpType.PayloadFeedback, RtcpFeedbackFormat.PictureLoss, sender, media, 0);

    /// <summary>Asks one source for a whole picture (RFC 5104 4.3.1).</summary>
    /// <param name="sender">Who asks.</param>
    /// <param name="target">The source asked.</param>
    /// <param name="number">Counts the requests of this sender to this source; a repetition keeps it.</param>
    public void FullIntraRequest(uint sender, uint target, byte number)
    {
        // The media source of the header is 0: the items name theirs (4.3.1.2).
        var item = BeginFeedback(RtcpType.PayloadFeedback, RtcpFeedbackFormat.FullIntraRequest, sender, 0, 8);
        BinaryPrimitives.WriteUInt32BigEndian(item, target);
        item[4] = number;
    }

    /// <summary>Bytes that a generic NACK of so many packets has at most.</summary>
    public static int MaxNackLength(int missing) => 12 + (missing * 4);

    /// <summary>Asks for packets of the media source again (RFC 4585 6.2.1).</summary>
    /// <param name="sender">Who asks.</param>
    /// <param name="media">The source asked.</param>
    /// <param name="missing">Sequence numbers, older ones first; at least one.</param>
    public void Nack(uint sender, uint media, scoped ReadOnlySpan<ushort> missing)
    {
        var items = 0;
        for (var at = 0; at < missing.Length; at += NackItem(missing[at..], out _))
            items++;
        var body = BeginFeedback(RtcpType.TransportFeedback, RtcpFeedbackFormat.Nack, sender, media, items * 4);
        for (var at = 0; at < missing.Length; body = body[4..])
        {
            BinaryPrimitives.WriteUInt16BigEndian(body, missing[at]);
            at += NackItem(missing[at..], out var following);
            BinaryPrimitives.WriteUInt16BigEndian(body[2..], following);
        }
    }

    /// <summary>Tells the most that this receiver takes (draft-alvestrand-rmcat-remb-03 2.2), rounded down to 18 bits.</summary>
    /// <param name="sender">Who tells.</param>
    /// <param name="bitsPerSecond">Over all sources, not negative.</param>
    /// <param name="sources">Whom it concerns, at most 255.</param>
    public void MaxBitrate(uint sender, long bitsPerSecond, scoped ReadOnlySpan<uint> sources)
    {
        var body = BeginFeedback(RtcpType.PayloadFeedback, RtcpFeedbackFormat.Application, sender, 0, 8 + (sources.Length * 4));
        "REMB"u8.CopyTo(body);
        var exponent = Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)bitsPerSecond) - MantissaBits);
        var mantissa = (uint)(bitsPerSecond >> exponent);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], ((uint)sources.Length << 24) | ((uint)exponent << MantissaBits) | mantissa);
        for (var i = 0; i < sources.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(body[(8 + (i * 4))..], sources[i]);
    }

    /// <summary>Tells when packets arrived, by transport sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1).</summary>
    /// <param name="sender">Who tells.</param>
    /// <param name="media">Any one source of the peer.</param>
    /// <param name="baseSequence">Number of the first.</param>
    /// <param name="number">Counts the feedback packets to this peer.</param>
    /// <param name="arrivals">Of each number from the first on: its tick of 250 us on a clock of our own, or -1 when it has not arrived. At least one has.</param>
    /// <returns>Of how many numbers it tells: less when there are more than <see cref="MaxTransportStatuses"/>, or when two are too far apart in time for one packet.</returns>
    public int TransportFeedback(uint sender, uint media, ushort baseSequence, byte number, scoped ReadOnlySpan<long> arrivals)
    {
        Span<byte> symbols = stackalloc byte[MaxTransportStatuses];
        var encoding = new TransportFeedbackEncoding(arrivals, symbols);
        Span<byte> body = BeginFeedback(
            RtcpType.TransportFeedback, RtcpFeedbackFormat.TransportWide, sender, media, (Rtp.TransportFeedback.HeaderLength + encoding.Length + 3) / 4 * 4);
        BinaryPrimitives.WriteUInt16BigEndian(body, baseSequence);
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], (ushort)encoding.Count);
        BinaryPrimitives.WriteInt32BigEndian(body[4..], (int)(encoding.ReferenceTime << 8));
        body[7] = number;
        encoding.Write(body[Rtp.TransportFeedback.HeaderLength..]);
        return encoding.Count;
    }

    // How many of the numbers stand in the item that begins with the first: those within sixteen behind it.
    static int NackItem(scoped ReadOnlySpan<ushort> missing, out ushort following)
    {
        following = 0;
        for (var i = 1; i < missing.Length; i++)
        {
            var step = (ushort)(missing[i] - missing[0]);
            if (step is 0 or > 16)
                return i;
            following |= (ushort)(1 << (step - 1));
        }

        return missing.Length;
    }

    Span<byte> BeginFeedback(RtcpType type, int format, uint sender, uint media, int length)
    {
        var body = Begin(type, format, 8 + length);
        BinaryPrimitives.WriteUInt32BigEndian(body, sender);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], media);
        return body[8..];
    }
}
