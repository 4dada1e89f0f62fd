using Meetpoint.Media.Rtp;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Net;

namespace Meetpoint.Media.Tests.Recording;

/// <summary>A camera on a network: thirty pictures a second, and a keyframe when it is asked for one.</summary>
sealed class NetworkCamera : TimerNode, IDatagramReceiver
{
    const long PictureNs = MonotonicTime.Second / 30;

    readonly IEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly NetAddress _room;
    readonly TestCamera _camera;
    bool _isKeyframeDue;
    bool _isOver;

    public NetworkCamera(INetwork network, IEventLoop loop, NetAddress local, NetAddress room, TestCamera camera)
    {
        (_loop, _room, _camera) = (loop, room, camera);
        _socket = network.OpenDatagram(local, loop, this);
        loop.Post(() => loop.Timers.Arm(this, loop.NowNs + PictureNs));
    }

    /// <summary>Somebody has asked for a keyframe.</summary>
    public bool Asked { get; private set; }

    public void Stop() => _isOver = true;

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!RtcpReader.TryOpen(payload, reducedSize: true, out var reader, out _))
            return;
        while (reader.TryRead(out var packet))
        {
            _isKeyframeDue |= packet.IsPictureLoss;
            Asked |= packet.IsPictureLoss;
        }
    }

    protected override void Fire(long nowNs)
    {
        if (_isOver)
            return;
        foreach (var packet in _camera.Next(_isKeyframeDue))
            _socket.Send(packet, _room);
        _isKeyframeDue = false;
        _loop.Timers.Arm(this, DueNs + PictureNs);
    }
}
