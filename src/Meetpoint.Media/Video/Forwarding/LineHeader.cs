using System.Buffers.Binary;
using System.Text;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// The RTP header of all packets of a line, made once: only what differs is written into a copy. Of header extensions it has m-line and transport
/// sequence number; those that came in are not passed on.
/// </summary>
sealed class LineHeader
{
    /// <summary>Bytes of the longest: one contributing source, and an extension with both elements.</summary>
    public const int MaxLength = RtpPacket.FixedHeaderLength + 4 + RtpHeaderExtensions.HeaderLength + 1 + RtpHeaderExtensions.MaxValueLength + 3;

    readonly byte[] _template;
    readonly bool _namesSource;
    readonly int _transportSequenceAt;

    public LineHeader(VideoPeer peer, VideoOutput line)
    {
        Span<byte> header = stackalloc byte[MaxLength];
        header.Clear();
        _namesSource = line.NamesSource;
        var at = RtpPacket.FixedHeaderLength + (_namesSource ? 4 : 0);
        var extensions = new RtpHeaderExtensions(header[at..]);
        // The number goes first, so that it stands at a place that is known.
        HasTransportSequence = peer.HasTransportSequence && extensions.TryAddTransportSequence(peer.Options.TransportSequenceExtensionId, 0);
        _transportSequenceAt = at + RtpHeaderExtensions.HeaderLength + 1;
        if (line.Mid is { } mid)
            extensions.TryAdd(peer.Options.MidExtensionId, Encoding.UTF8.GetBytes(mid));
        var length = extensions.Finish();
        header[0] = (byte)(0x80 | (length > 0 ? 0x10 : 0) | (_namesSource ? 1 : 0));
        _template = header[..(at + length)].ToArray();
    }

    /// <summary>Bytes of every header of the line.</summary>
    public int Length => _template.Length;

    /// <summary>Each packet has a transport sequence number.</summary>
    public bool HasTransportSequence { get; }

    /// <summary>Writes a header; returns its length.</summary>
    public int Write(Span<byte> packet, in RtpHeader fields, uint participant, ushort transportSequence)
    {
        _template.CopyTo(packet);
        packet[1] = (byte)((fields.Marker ? 0x80 : 0) | fields.PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], fields.SequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], fields.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], fields.Ssrc);
        if (_namesSource)
            BinaryPrimitives.WriteUInt32BigEndian(packet[RtpPacket.FixedHeaderLength..], participant);
        if (HasTransportSequence)
            BinaryPrimitives.WriteUInt16BigEndian(packet[_transportSequenceAt..], transportSequence);
        return _template.Length;
    }
}
