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
    /// <summary>Bytes of the longest: two contributing sources, and an extension with both elements.</summary>
    public const int MaxLength = RtpPacket.FixedHeaderLength + (2 * SourceLength) + RtpHeaderExtensions.HeaderLength + 1 + RtpHeaderExtensions.MaxValueLength + 3;

    const int SourceLength = 4;

    readonly byte[] _template;
    readonly byte[] _placed; // the same with room for the place of one camera of several
    readonly bool _namesSource;
    readonly int _transportSequenceAt; // behind the contributing sources

    public LineHeader(VideoPeer peer, VideoOutput line)
    {
        Span<byte> extension = stackalloc byte[MaxLength];
        var extensions = new RtpHeaderExtensions(extension);
        // The number goes first, so that it stands at a place that is known.
        HasTransportSequence = peer.HasTransportSequence && extensions.TryAddTransportSequence(peer.Options.TransportSequenceExtensionId, 0);
        _transportSequenceAt = RtpPacket.FixedHeaderLength + RtpHeaderExtensions.HeaderLength + 1;
        if (line.Mid is { } mid)
            extensions.TryAdd(peer.Options.MidExtensionId, Encoding.UTF8.GetBytes(mid));
        var length = extensions.Finish();
        _namesSource = line.NamesSource;
        _template = Template(extension[..length], _namesSource ? 1 : 0);
        _placed = _namesSource ? Template(extension[..length], 2) : _template;
    }

    /// <summary>Each packet has a transport sequence number.</summary>
    public bool HasTransportSequence { get; }

    /// <summary>Writes a header; returns its length.</summary>
    public int Write(Span<byte> packet, in RtpHeader fields, VideoCapture capture, ushort transportSequence)
    {
        var template = capture.Place.IsOneOfSeveral ? _placed : _template;
        template.CopyTo(packet);
        packet[1] = (byte)((fields.Marker ? 0x80 : 0) | fields.PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], fields.SequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], fields.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], fields.Ssrc);
        var sources = packet[0] & 0x0F;
        if (_namesSource)
            BinaryPrimitives.WriteUInt32BigEndian(packet[RtpPacket.FixedHeaderLength..], capture.Participant);
        if (sources == 2)
            BinaryPrimitives.WriteUInt32BigEndian(packet[(RtpPacket.FixedHeaderLength + SourceLength)..], capture.Place.ToSource());
        if (HasTransportSequence)
            BinaryPrimitives.WriteUInt16BigEndian(packet[(_transportSequenceAt + (sources * SourceLength))..], transportSequence);
        return template.Length;
    }

    static byte[] Template(ReadOnlySpan<byte> extension, int sources)
    {
        var at = RtpPacket.FixedHeaderLength + (sources * SourceLength);
        var template = new byte[at + extension.Length];
        template[0] = (byte)(0x80 | (extension.IsEmpty ? 0 : 0x10) | sources);
        extension.CopyTo(template.AsSpan(at));
        return template;
    }
}
