using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Bfcp;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// The pictures of a simulated room system: a camera, and a line of content where it has one, in VP8 whose pictures are all keyframes of one packet and carry what they show as one octet.
/// </summary>
sealed class RoomScreens : TimerNode, IDatagramReceiver, IPhoneLines
{
    const int CameraPort = 4100;
    const int ContentPort = 4200;
    const int Height = 720;
    const long PictureNs = 100 * MonotonicTime.Millisecond;
    const long SeenNs = 500 * MonotonicTime.Millisecond;

    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _camera;
    readonly IDatagramSocket _content;
    readonly Vp8Stream[] _streams;
    readonly string? _floorProtocol;
    (char What, long AtNs)[] _seen = new (char, long)[2];
    NetAddress[] _remote = new NetAddress[2];

    /// <summary>A room with a camera.</summary>
    /// <param name="host">Its machine.</param>
    /// <param name="loop">Its thread.</param>
    /// <param name="address">Its address.</param>
    /// <param name="camera">What its camera shows.</param>
    /// <param name="slides">What it presents; null for a room that has no line of content.</param>
    /// <param name="floorProtocol">UDP/BFCP, TCP/BFCP, or one of the two under TLS; null for a room without floor control.</param>
    public RoomScreens(VirtualHost host, VirtualEventLoop loop, string address, char camera, char? slides, string? floorProtocol)
    {
        (_loop, Camera, Slides, _floorProtocol) = (loop, camera, slides, floorProtocol);
        _streams = [new Vp8Stream(camera), new Vp8Stream((uint)camera + (1 << 16))];
        _camera = host.OpenDatagram(NetAddress.Parse($"{address}:{CameraPort}"), loop, this);
        _content = host.OpenDatagram(NetAddress.Parse($"{address}:{ContentPort}"), loop, this);
        if (floorProtocol is not null)
            Floor = new RoomFloor(host, loop, address, floorProtocol);
    }

    public char Camera { get; }

    public char? Slides { get; }

    /// <summary>Floor control; null without.</summary>
    public RoomFloor? Floor { get; }

    /// <summary>It sends its slides.</summary>
    public bool SendsSlides { get; set; }

    /// <summary>What its line of cameras shows now; '-' for nothing.</summary>
    public char SeesCamera => Seen(0);

    /// <summary>What its line of content shows now; '-' for nothing.</summary>
    public char SeesContent => Seen(1);

    /// <summary>Adds its lines to an offer of its own.</summary>
    public void Offer(SdpDescription sdp)
    {
        sdp.Media.Add(Video(CameraPort, isContent: false));
        if (Slides is null)
            return;
        sdp.Media.Add(Video(ContentPort, isContent: true));
        if (Floor is not null)
            sdp.Media.Add(Floor.Line(_floorProtocol!, isOffer: true));
    }

    /// <summary>Adds its answers to the lines of an offer after that of audio.</summary>
    public void Answer(SdpDescription offer, SdpDescription sdp)
    {
        foreach (var line in offer.Media.Skip(1))
        {
            var isContent = line.Attributes.First("content") == "slides";
            sdp.Media.Add(
                line.Kind == "video" && !line.IsRefused && (!isContent || Slides is not null) ? Video(isContent ? ContentPort : CameraPort, isContent: false) // an answer need not repeat it
                : Floor is not null && BfcpLine.Read(line)?.Protocol == _floorProtocol ? Floor.Line(_floorProtocol!, isOffer: false)
                : line.Refuse());
        }
    }

    /// <summary>Begins, by what the other side says.</summary>
    public void Start(SdpDescription theirs)
    {
        foreach (var line in theirs.Media.Where(line => line is { Kind: "video", IsRefused: false }))
            _remote[line.Attributes.First("content") == "slides" ? 1 : 0] = theirs.AddressOf(line) ?? default;
        if (theirs.Media.Find(BfcpLine.Is) is { IsRefused: false } floor && theirs.AddressOf(floor) is { } remote)
            Floor?.Start(BfcpLine.Read(floor)!, remote, floor.Attributes.First("fingerprint"));
        if (!IsArmed)
            _loop.Timers.Arm(this, _loop.NowNs + PictureNs);
    }

    public void Stop()
    {
        _loop.Timers.Cancel(this);
        (_remote, _seen) = (new NetAddress[2], new (char, long)[2]);
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!RtcpReader.IsRtcp(payload) && RtpPacket.TryParse(payload, out var packet, out _) && packet.PayloadType == Vp8Stream.PayloadType)
            _seen[socket == _content ? 1 : 0] = ((char)packet.Payload[Vp8Stream.Read(packet.Payload).At], nowNs);
    }

    protected override void Fire(long nowNs)
    {
        Send(0, _camera, Camera);
        if (SendsSlides && Slides is { } slides)
            Send(1, _content, slides);
        foreach (var stream in _streams)
            stream.Advance(9_000);
        _loop.Timers.Arm(this, nowNs + PictureNs);
    }

    char Seen(int line) => _seen[line].What != 0 && _loop.NowNs - _seen[line].AtNs < SeenNs ? _seen[line].What : '-';

    void Send(int line, IDatagramSocket socket, char what)
    {
        if (_remote[line].IsSet)
            socket.Send(_streams[line].Next(isFirst: true, isLast: true, isKeyframe: true, Height, [(byte)what]), _remote[line]);
    }

    static SdpMedia Video(int port, bool isContent)
    {
        var line = new SdpMedia { Kind = "video", Port = port, Protocol = "RTP/AVP" };
        line.AddFormat(new SdpRtpMap(Vp8Stream.PayloadType, Vp8Stream.Encoding, 90_000));
        if (!isContent)
            return line;
        line.Attributes.Add("content", "slides");
        line.Attributes.Add("label", "11");
        return line;
    }
}
