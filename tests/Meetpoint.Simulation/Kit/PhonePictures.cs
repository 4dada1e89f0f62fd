using System.Buffers.Binary;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// The pictures of a simulated room system: VP8 that is VP8 in its headers alone, 15 pictures a second of two packets each, a keyframe when one is asked for; and a screen that knows whose
/// picture it could decode. What a picture is stands in it. RTP and RTCP share the port.
/// </summary>
sealed class PhonePictures : TimerNode, IDatagramReceiver
{
    const int Packets = 2;
    const int Fps = 15;
    const int StampLength = 6;
    const long AskAgainNs = 500 * MonotonicTime.Millisecond;
    const long PatienceNs = 300 * MonotonicTime.Millisecond; // for a packet that is missing

    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly SortedDictionary<long, byte[]> _waiting = [];
    readonly Vp8Stream _stream;
    NetAddress _remote;
    int _picture;
    bool _isKeyframeDue;
    uint _source;
    SequenceExtender _numbers;
    long _played = -1;
    long _gapNs;
    byte _shown;
    int _next;
    int _came;
    long _askedNs;
    double _dueNs;

    /// <param name="host">Where it stands.</param>
    /// <param name="loop">Its loop.</param>
    /// <param name="local">Its port.</param>
    /// <param name="number">Which camera: 1 to 255, other than those of all others.</param>
    public PhonePictures(VirtualHost host, VirtualEventLoop loop, NetAddress local, byte number)
    {
        _loop = loop;
        Number = number;
        _stream = new Vp8Stream(0x0C000000u | number);
        _socket = host.OpenDatagram(local, loop, this);
        host.OpenDatagram(local.WithPort(local.Port + 1), loop, this); // where RTCP comes that does not share the port
        Port = local.Port;
    }

    /// <summary>Where they are sent to.</summary>
    public int Port { get; }

    /// <summary>Whose picture was decoded last; 0 before the first.</summary>
    public int Shows { get; private set; }

    /// <summary>When that was.</summary>
    public long ShownNs { get; private set; }

    /// <summary>Everybody who was ever seen.</summary>
    public HashSet<int> Seen { get; } = [];

    /// <summary>Pictures that were decoded.</summary>
    public int Decoded { get; private set; }

    /// <summary>Times that it was asked to begin anew.</summary>
    public int Asked { get; private set; }

    /// <summary>Height that its keyframes have.</summary>
    public int Height { get; init; } = 720;

    /// <summary>The line of an offer, or of an answer to one.</summary>
    public SdpMedia Line()
    {
        var line = new SdpMedia { Kind = "video", Port = Port, Protocol = "RTP/AVP" };
        line.AddFormat(new SdpRtpMap(Vp8Stream.PayloadType, Vp8Stream.Encoding, 90000));
        line.Attributes.Add("rtcp-fb", $"{Vp8Stream.PayloadType} nack pli");
        line.Attributes.Add("rtcp-mux");
        return line;
    }

    /// <summary>Which camera: other than those of all others.</summary>
    public byte Number { get; set; }

    /// <summary>Begins, or goes on elsewhere.</summary>
    public void Start(NetAddress address)
    {
        Aim(address);
        Begin();
    }

    /// <summary>Knows where to send to, and sends no more than before.</summary>
    public void Aim(NetAddress address) => _remote = address;

    /// <summary>Sends from now on.</summary>
    public void Begin()
    {
        if (IsArmed)
            return;
        _isKeyframeDue = true;
        _dueNs = _loop.NowNs;
        Next();
    }

    public void Stop() => _loop.Timers.Cancel(this);

    /// <summary>Whose picture was decoded a moment ago; 0 for nobody's.</summary>
    public int ShownNow => _loop.NowNs - ShownNs < 200 * MonotonicTime.Millisecond ? Shows : 0;

    /// <summary>It shows somebody's picture, and did so a moment ago.</summary>
    public bool ShowsNow(PhonePictures other) => ShownNow == other.Number;

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (RtcpReader.IsRtcp(payload))
            OnControl(payload);
        else if (RtpPacket.TryParse(payload, out var packet, out _) && packet.PayloadType == Vp8Stream.PayloadType && !packet.Payload.IsEmpty)
            Keep(packet, nowNs);
    }

    /// <summary>Puts packets in their order, as a jitter buffer does.</summary>
    void Keep(in RtpPacket packet, long nowNs)
    {
        if (packet.Ssrc != _source)
        {
            (_source, _numbers, _played, _gapNs) = (packet.Ssrc, default, -1, 0);
            _waiting.Clear();
        }

        var extended = _numbers.Extend(packet.SequenceNumber);
        if (extended > _played)
            _waiting[extended] = packet.Payload.ToArray();
        while (_waiting.Count > 0)
        {
            var (first, payload) = _waiting.First();
            if (_played >= 0 && first != _played + 1)
            {
                if (_gapNs == 0)
                    _gapNs = nowNs;
                if (nowNs - _gapNs < PatienceNs)
                    return;
                _came = 0;
                _next = -1;
            }

            (_played, _gapNs) = (first, 0);
            _waiting.Remove(first);
            OnPicture(payload, nowNs);
        }
    }

    void OnControl(ReadOnlySpan<byte> compound)
    {
        if (!RtcpReader.TryOpen(compound, reducedSize: true, out var reader, out _))
            return;
        while (reader.TryRead(out var packet))
        {
            if (packet.Type != RtcpType.PayloadFeedback || !packet.IsPictureLoss || packet.MediaSource != _stream.Ssrc)
                continue;
            _isKeyframeDue = true;
            Asked++;
        }
    }

    /// <summary>Packets of a picture in their order, after the picture before, or from a keyframe on.</summary>
    void OnPicture(ReadOnlySpan<byte> payload, long nowNs)
    {
        var (isFirst, at) = Vp8Stream.Read(payload);
        var stamp = payload[at..];
        var (number, picture, isKeyframe) = (stamp[0], BinaryPrimitives.ReadInt32BigEndian(stamp[1..]), stamp[5] != 0);
        if (isFirst)
            _came = isKeyframe || (number == _shown && picture == _next) ? 1 : 0;
        else if (_came > 0)
            _came++;
        if (_came == 0)
        {
            Ask(nowNs);
            return;
        }

        if (_came < Packets)
            return;
        (_shown, _next, _came) = (number, picture + 1, 0);
        (Shows, ShownNs) = (number, nowNs);
        Seen.Add(number);
        Decoded++;
    }

    protected override void Fire(long nowNs)
    {
        var isKeyframe = _isKeyframeDue;
        _isKeyframeDue = false;
        for (var i = 0; i < Packets; i++)
            Send(isKeyframe, i);
        _picture++;
        _stream.Advance(90_000 / Fps);
        Next();
    }

    void Next()
    {
        _dueNs += (double)MonotonicTime.Second / Fps;
        _loop.Timers.Arm(this, (long)_dueNs);
    }

    void Send(bool isKeyframe, int index)
    {
        Span<byte> stamp = stackalloc byte[StampLength];
        stamp[0] = Number;
        BinaryPrimitives.WriteInt32BigEndian(stamp[1..], _picture);
        stamp[5] = (byte)(isKeyframe ? 1 : 0);
        _socket.Send(_stream.Next(index == 0, index == Packets - 1, isKeyframe, Height, stamp), _remote);
    }

    /// <summary>Picture loss indication (RFC 4585 section 6.3.1) behind an empty receiver report.</summary>
    void Ask(long nowNs)
    {
        if (_askedNs != 0 && nowNs - _askedNs < AskAgainNs)
            return;
        _askedNs = nowNs;
        Span<byte> compound = stackalloc byte[20];
        (compound[0], compound[1], compound[3]) = (0x80, 201, 1);
        BinaryPrimitives.WriteUInt32BigEndian(compound[4..], _stream.Ssrc);
        (compound[8], compound[9], compound[11]) = (0x81, 206, 2);
        BinaryPrimitives.WriteUInt32BigEndian(compound[12..], _stream.Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(compound[16..], _source);
        _socket.Send(compound, _remote);
    }
}
