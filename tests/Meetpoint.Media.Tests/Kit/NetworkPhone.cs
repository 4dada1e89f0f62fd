using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Tests.Kit;

/// <summary>A phone on a network: sends a packet every 20 ms and keeps what it hears.</summary>
sealed class NetworkPhone : TimerNode, IDatagramReceiver
{
    readonly IEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly NetAddress _room;

    public NetworkPhone(INetwork network, IEventLoop loop, NetAddress local, NetAddress room, TestPhone phone)
    {
        _loop = loop;
        _room = room;
        Phone = phone;
        _socket = network.OpenDatagram(local, loop, this);
        loop.Post(() => loop.Timers.Arm(this, loop.NowNs + (20 * MonotonicTime.Millisecond)));
    }

    public TestPhone Phone { get; }

    public NetAddress Local => _socket.Local;

    public bool Sends { get; set; } = true;

    public int Reports { get; private set; }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (RtcpReader.IsRtcp(payload))
            Reports++;
        else
            Phone.Hear(payload);
    }

    protected override void Fire(long nowNs)
    {
        if (Sends)
            _socket.Send(Phone.NextPacket(), _room);
        _loop.Timers.Arm(this, DueNs + (20 * MonotonicTime.Millisecond));
    }
}
