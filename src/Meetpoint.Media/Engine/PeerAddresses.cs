using System.Diagnostics.CodeAnalysis;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Where a peer's media and its control are, each as SDP told it until its own packets show it (<see cref="AddressLatch"/>). On the media loop only.</summary>
struct PeerAddresses
{
    AddressLatch _media;
    AddressLatch _control;
    bool _isMuxed;

    /// <summary>Takes them from signalling.</summary>
    /// <param name="media">Where RTP goes; not set while nothing is known.</param>
    /// <param name="control">Where RTCP goes; not set for one port above (RFC 3550 section 11).</param>
    /// <param name="isMuxed">RTCP goes by the port of media (RFC 5761).</param>
    public void Signal(in NetAddress media, in NetAddress control, bool isMuxed)
    {
        _media.Signal(media);
        _control.Signal(control.IsSet || !media.IsSet ? control : media.WithPort(Math.Min(media.Port + 1, ushort.MaxValue)));
        _isMuxed = isMuxed;
    }

    /// <summary>Of those who send to one of our two ports.</summary>
    [UnscopedRef]
    public ref AddressLatch On(bool controlPort) => ref controlPort ? ref _control : ref _media;

    /// <summary>Where a packet goes, and from which of our ports.</summary>
    public readonly NetAddress TargetOf(bool control, out bool fromControlPort)
    {
        fromControlPort = control && !_isMuxed;
        return fromControlPort ? _control.Target : _media.Target;
    }

    /// <summary>The source of a packet of at least eight octets: it stands behind the timestamp of RTP, and behind the first word of RTCP; 0 of one that is too short.</summary>
    public static uint SourceOf(ReadOnlySpan<byte> packet, bool isControl) =>
        isControl ? SrtpPacket.RtcpSsrc(packet) : packet.Length >= RtpPacket.FixedHeaderLength ? SrtpPacket.RtpSsrc(packet) : 0;
}
