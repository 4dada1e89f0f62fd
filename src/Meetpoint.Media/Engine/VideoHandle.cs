using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>
/// A participant's pictures as its owner holds them, over the port of its audio or with ports of their own: every method may be called from any thread and takes effect on the room's media
/// loop, in order.
/// </summary>
public sealed class VideoHandle
{
    readonly MediaRoomHandle _room;
    readonly Dictionary<int, VideoPort> _ports = []; // on the loop
    VideoPeer? _peer; // on the loop
    readonly Lock _lock = new();
    VideoStatistics? _published;
    bool _isOver;

    internal VideoHandle(MediaRoomHandle room, MediaLegHandle leg)
    {
        _room = room;
        Leg = leg;
    }

    /// <summary>Whose pictures they are, and whose port carries those that have none of their own.</summary>
    public MediaLegHandle Leg { get; }

    /// <summary>Counts as of at most a tenth of a second ago; null before the pictures began.</summary>
    public VideoStatistics? Statistics
    {
        get
        {
            lock (_lock)
                return _published;
        }
    }

    /// <summary>Takes a port for a line at once, so that SDP can tell it; null when none is free. RTCP is one above unless multiplexed.</summary>
    public NetAddress? OpenLine(int lineId) => _room.OpenLine(this, lineId);

    /// <summary>Tells where the peer is by SDP, of a line with a port of its own.</summary>
    public void SetRemote(int lineId, NetAddress media, NetAddress control, bool controlMuxed, IMediaProtection? protection) => _room.Loop.Post(() =>
    {
        if (!_ports.TryGetValue(lineId, out var port))
            return;
        port.Protection = protection;
        port.SetRemote(media, control, controlMuxed);
    });

    /// <summary>Begins, or changes what was settled after another offer and answer.</summary>
    public void Configure(VideoPeerOptions options) => _room.Loop.Post(() =>
    {
        if (_peer is { } known)
        {
            _room.Video.Reconfigure(known, options, _room.Loop.NowNs);
            return;
        }

        if (_isOver || Leg.Port is not { } port || _room.Video.AddPeer(options, _room.Loop.NowNs, this) is not { } peer)
            return;
        _peer = peer;
        _room.Attach(this);
        if (options.HasSeparateLines)
            return;
        port.Video = this;
        port.ChooseDelivery();
    });

    /// <summary>Sets the keys that were agreed.</summary>
    public void SetProtection(IMediaProtection protection) => OnPeer(peer => peer.Protection = protection);

    /// <summary>Shows a participant in a line whoever speaks; 0 unpins.</summary>
    public void Pin(int outputId, uint participantId) => OnPeer(peer => _room.Video.Pin(peer, outputId, participantId, _room.Loop.NowNs));

    /// <summary>Says how large a line is looked at, in lines of the picture; 0: not at all.</summary>
    public void SetView(int outputId, int maxHeight) => OnPeer(peer => _room.Video.SetView(peer, outputId, maxHeight, _room.Loop.NowNs));

    /// <summary>Shows it nobody, as while it waits at the door, or those again whom the room shows it; its lines and their counters stand.</summary>
    public void SetAway(bool isAway) => OnPeer(peer => _room.Video.SetAway(peer, isAway, _room.Loop.NowNs));

    /// <summary>Takes what those behind a cascade look at.</summary>
    public void SetDemand(VideoDemand demand) => OnPeer(peer => _room.Video.SetDemand(peer, demand, _room.Loop.NowNs));

    /// <summary>The peer wants a picture anew, and says so by signalling (RFC 5168).</summary>
    public void RequestKeyframe(int outputId) => OnPeer(peer => _room.Video.RequestKeyframe(peer, outputId, _room.Loop.NowNs));

    /// <summary>Ends them; the audio goes on.</summary>
    public void Remove() => _room.Loop.Post(End);

    /// <summary>On the loop.</summary>
    internal VideoPeer? Peer => _peer;

    /// <summary>On the loop.</summary>
    internal void Publish()
    {
        if (_peer is not { } peer)
            return;
        var statistics = peer.Statistics;
        lock (_lock)
            _published = statistics;
    }

    /// <summary>An RTP packet came that is not audio; on the loop. The input is -1 where its port does not tell it.</summary>
    internal bool OnRtp(Span<byte> packet, int inputId, long nowNs) => _peer is { } peer && _room.Video.OnRtp(peer, packet, inputId, nowNs);

    /// <summary>RTCP came, opened already; on the loop.</summary>
    internal void OnRtcp(ReadOnlySpan<byte> compound, long nowNs)
    {
        if (_peer is { } peer)
            _room.Video.OnRtcp(peer, compound, nowNs);
    }

    /// <summary>On the loop.</summary>
    internal void Send(int lineId, ReadOnlySpan<byte> packet, bool rtcp)
    {
        if (_ports.TryGetValue(lineId, out var port))
            port.Send(packet, rtcp);
        else
            Leg.Port?.Send(packet, control: false);
    }

    /// <summary>On the loop.</summary>
    internal void Attach(int lineId, PortPair pair)
    {
        if (_isOver)
            _room.ClosePort(pair);
        else
            _ports[lineId] = new VideoPort(this, lineId, pair);
    }

    /// <summary>Ends here, and gives the ports of its lines to another room. On the loop.</summary>
    internal List<(int LineId, PortPair Pair)> Surrender()
    {
        var lines = _ports.Select(static line => (line.Key, line.Value.Pair)).ToList();
        _ports.Clear();
        End();
        return lines;
    }

    /// <summary>On the loop.</summary>
    internal void End()
    {
        _isOver = true;
        if (_peer is { } peer)
        {
            _room.Video.RemovePeer(peer, _room.Loop.NowNs);
            _peer = null;
            _room.Detach(this);
        }

        foreach (var own in _ports.Values)
            _room.ClosePort(own.Pair);
        _ports.Clear();
        if (Leg.Port is not { } port || port.Video != this)
            return;
        port.Video = null;
        port.ChooseDelivery();
    }

    void OnPeer(Action<VideoPeer> act) => _room.Loop.Post(() =>
    {
        if (_peer is { } peer)
            act(peer);
    });
}
