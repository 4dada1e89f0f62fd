using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Simulation.Kit;

/// <summary>One camera of a simulated room system and the screen of the same line: ten keyframes of VP8 a second, each in one packet that says whose it is.</summary>
sealed class PhonePicture : TimerNode, IDatagramReceiver
{
    const long PictureNs = 100 * MonotonicTime.Millisecond;
    const int StampAt = 11;

    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _socket;
    // VP8 (RFC 7741 4.2, RFC 6386 9.1): a picture begins, a keyframe, its start code, 320 to 180.
    readonly byte[] _payload = [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00, 0, 0];
    readonly byte[] _packet = new byte[100];
    NetAddress _remote;
    byte _type;
    ushort _sequence;
    uint _timestamp;
    string _seen = "-";
    long _seenNs;

    public PhonePicture(VirtualHost host, VirtualEventLoop loop, NetAddress local, byte room, byte camera)
    {
        _loop = loop;
        (_payload[StampAt], _payload[StampAt + 1]) = (room, camera);
        _socket = host.OpenDatagram(local, loop, this);
    }

    /// <summary>Which camera its pictures are of.</summary>
    public byte Camera
    {
        set => _payload[StampAt + 1] = value;
    }

    /// <summary>Whose camera the screen shows, as "room.camera"; - when nothing came for a second.</summary>
    public string Seen(long nowNs) => nowNs - _seenNs < MonotonicTime.Second ? _seen : "-";

    public void Start(NetAddress remote, byte type)
    {
        Aim(remote, type);
        Begin();
    }

    /// <summary>Knows where to send to, and sends nothing yet.</summary>
    public void Aim(NetAddress remote, byte type) => (_remote, _type) = (remote, type);

    /// <summary>Sends from now on.</summary>
    public void Begin()
    {
        if (!IsArmed)
            Fire(_loop.NowNs);
    }

    public void Stop() => _loop.Timers.Cancel(this);

    protected override void Fire(long nowNs)
    {
        var length = new RtpHeader(_type, true, _sequence++, _timestamp, 77).Write(_packet);
        _payload.CopyTo(_packet, length);
        _socket.Send(_packet.AsSpan(0, length + _payload.Length), _remote);
        _timestamp += 9_000;
        _loop.Timers.Arm(this, nowNs + PictureNs);
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (RtcpReader.IsRtcp(payload) || !RtpPacket.TryParse(payload, out var packet, out _) || packet.Payload.Length < 2)
            return;
        // The descriptor may be another by now; what the picture says of itself stands last.
        _seen = $"{packet.Payload[^2]}.{packet.Payload[^1]}";
        _seenNs = nowNs;
    }
}
