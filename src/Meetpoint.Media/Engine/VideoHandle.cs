using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;

namespace Meetpoint.Media.Engine;

/// <summary>
/// A participant's pictures as its owner holds them, over the port of its audio: every method may be called from any thread and takes effect on the room's media loop, in order.
/// </summary>
public sealed class VideoHandle
{
    readonly MediaRoomHandle _room;
    VideoPeer? _peer; // on the loop

    internal VideoHandle(MediaRoomHandle room, MediaLegHandle leg)
    {
        _room = room;
        Leg = leg;
    }

    /// <summary>Whose port carries them.</summary>
    public MediaLegHandle Leg { get; }

    /// <summary>Begins, or changes what was settled after another offer and answer.</summary>
    public void Configure(VideoPeerOptions options) => _room.Loop.Post(() =>
    {
        if (_peer is { } known)
        {
            _room.Video.Reconfigure(known, options, _room.Loop.NowNs);
            return;
        }

        if (Leg.Port is not { } port || _room.Video.AddPeer(options, _room.Loop.NowNs) is not { } peer)
            return;
        _peer = peer;
        peer.Owner = this;
        _room.Attach(this);
        port.Video = this;
        port.ChooseDelivery();
    });

    /// <summary>Sets the keys that were agreed.</summary>
    public void SetProtection(IMediaProtection protection) => OnPeer(peer => peer.Protection = protection);

    /// <summary>Shows a participant in a line whoever speaks; 0 unpins.</summary>
    public void Pin(int outputId, uint participantId) => OnPeer(peer => _room.Video.Pin(peer, outputId, participantId, _room.Loop.NowNs));

    /// <summary>Says how large a line is looked at, in lines of the picture; 0: not at all.</summary>
    public void SetView(int outputId, int maxHeight) => OnPeer(peer => _room.Video.SetView(peer, outputId, maxHeight, _room.Loop.NowNs));

    /// <summary>Ends them; the audio goes on.</summary>
    public void Remove() => _room.Loop.Post(End);

    /// <summary>On the loop.</summary>
    internal VideoPeer? Peer => _peer;

    /// <summary>An RTP packet came at the port that is not audio; on the loop.</summary>
    internal bool OnRtp(Span<byte> packet, long nowNs) => _peer is { } peer && _room.Video.OnRtp(peer, packet, -1, nowNs);

    /// <summary>RTCP came, opened already; on the loop.</summary>
    internal void OnRtcp(ReadOnlySpan<byte> compound, long nowNs)
    {
        if (_peer is { } peer)
            _room.Video.OnRtcp(peer, compound, nowNs);
    }

    /// <summary>On the loop.</summary>
    internal void Send(ReadOnlySpan<byte> packet) => Leg.Port?.Send(packet, control: false);

    /// <summary>On the loop.</summary>
    internal void End()
    {
        if (_peer is not { } peer)
            return;
        _room.Video.RemovePeer(peer, _room.Loop.NowNs);
        _peer = null;
        _room.Detach(this);
        if (Leg.Port is not { } port)
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
