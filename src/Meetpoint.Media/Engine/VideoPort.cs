using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>A line of pictures with a pair of ports of its own, as room systems have them: to whom it talks, and whom it hears. On the media loop only.</summary>
sealed class VideoPort : IPortUser
{
    readonly VideoHandle _video;
    readonly int _lineId;
    PeerAddresses _peer;

    /// <summary>Begins to hear the pair.</summary>
    public VideoPort(VideoHandle video, int lineId, PortPair pair)
    {
        (_video, _lineId, Pair) = (video, lineId, pair);
        pair.User = this;
        pair.DeliversAtOnce = true;
    }

    /// <summary>The sockets.</summary>
    public PortPair Pair { get; }

    /// <summary>Of this line; null for plain RTP.</summary>
    public IMediaProtection? Protection { get; set; }

    public void SetRemote(in NetAddress media, in NetAddress control, bool muxed) => _peer.Signal(media, control, muxed);

    /// <inheritdoc/>
    public void OnDatagram(bool onControlPort, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (payload.Length < 8 || payload[0] is < 128 or > 191)
            return;
        var isControl = onControlPort || RtcpReader.IsRtcp(payload);
        ref var latch = ref _peer.On(onControlPort);
        var ssrc = PeerAddresses.SourceOf(payload, isControl);
        if (Protection is null && !latch.MayAccept(from, ssrc, nowNs))
            return;
        if (!isControl)
        {
            if (_video.OnRtp(payload, _lineId, nowNs))
                latch.Accepted(from, ssrc, nowNs);
            return;
        }

        if (Protection is { } protection)
        {
            if (!protection.TryUnprotect(payload, rtcp: true, out var length))
                return;
            payload = payload[..length];
        }

        latch.Accepted(from, ssrc, nowNs);
        _video.OnRtcp(payload, nowNs);
    }

    public void Send(ReadOnlySpan<byte> packet, bool control)
    {
        var target = _peer.TargetOf(control, out var fromControlPort);
        Pair.Send(fromControlPort, packet, target);
    }
}
