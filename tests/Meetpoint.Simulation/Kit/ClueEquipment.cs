using System.Globalization;
using Meetpoint.Media.DataChannels;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// What a room with three cameras and screens that speaks CLUE has besides its audio. There is none to be had: this one speaks the format that is published, with our own reader and writer. It tells
/// its cameras in no order, and chooses lines for its screens in no order, so that nothing but CLUE says what stands where.
/// </summary>
sealed class ClueEquipment : TimerNode, IPhoneLines, IDatagramReceiver, IDataChannelOutput, IClueEvents
{
    const int ChannelPort = 4040, BasicPort = 4030, CameraPort = 4010, ScreenPort = 4050, Stream = 2;
    const int BasicCamera = 9;

    static readonly string[] _labels = ["cam-x", "cam-y", "cam-z"];
    static readonly string[] _screens = ["left", "centre", "right"];

    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly byte _first;
    readonly PhonePictures _basic;
    readonly PhonePictures[] _lines;
    readonly PhonePictures[] _shown;
    readonly DtlsContext _context;
    readonly ClueSession _session;
    readonly Dictionary<string, string> _captureOf = []; // of the exchange's lines, by label
    readonly List<string> _taken = []; // labels of the exchange's lines, by our port
    DataTransport? _transport;
    DataChannel? _channel;
    NetAddress _remote;

    public ClueEquipment(VirtualHost host, VirtualEventLoop loop, string address, byte first)
    {
        (_loop, _first) = (loop, first);
        _socket = host.OpenDatagram(NetAddress.Parse($"{address}:{ChannelPort}"), loop, this);
        _basic = new PhonePictures(host, loop, NetAddress.Parse($"{address}:{BasicPort}"), (byte)(first + BasicCamera));
        _lines = [.. Enumerable.Range(0, 3).Select(i => new PhonePictures(host, loop, NetAddress.Parse($"{address}:{CameraPort + (2 * i)}"), first))];
        _shown = [.. Enumerable.Range(0, 3).Select(i => new PhonePictures(host, loop, NetAddress.Parse($"{address}:{ScreenPort + (2 * i)}"), first))];
        _context = new DtlsContext(DtlsCertificate.Create(DateTimeOffset.UnixEpoch.AddYears(50), TimeSpan.FromDays(20_000)), new DtlsOptions { CarriesData = true });
        _session = new ClueSession(this, "room");
    }

    /// <summary>Drops all that comes over the channel.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>What the screens show, from left to right, as CLUE has chosen it; - for nothing.</summary>
    public string Screens => string.Join(' ', _screens.Select(Shown));

    /// <summary>What the line shows that CLUE does not control.</summary>
    public string Basic => SimulatedPhone.NameOfShown(_basic);

    /// <inheritdoc/>
    public void Offer(SdpDescription ours) => Describe(ours, null);

    /// <inheritdoc/>
    public void Answer(SdpDescription offer, SdpDescription ours) => Describe(ours, offer);

    void Describe(SdpDescription ours, SdpDescription? offer)
    {
        ours.Media.Add(Picture(_basic));
        var channel = new SdpMedia { Kind = "application", Port = ChannelPort, Protocol = "UDP/DTLS/SCTP", Formats = ["webrtc-datachannel"] };
        foreach (var (name, value) in ((string, string)[])[("mid", "ch"), ("setup", offer is null ? "actpass" : "passive"), ("fingerprint", _context.Fingerprint.ToString()), ("sctp-port", "5000"),
            ("dcmap", $"{Stream} subprotocol=\"CLUE\";ordered=true")])
            channel.Attributes.Add(name, value);
        ours.Media.Add(channel);
        for (var i = 0; i < _labels.Length; i++)
            ours.Media.Add(Picture(_lines[i], SdpDirection.SendOnly, _labels[i], $"v{i}"));
        if (offer is not null)
        {
            foreach (var line in offer.Media.Skip(ours.Media.Count))
            {
                _taken.Add(line.Attributes.First("label")!);
                ours.Media.Add(Picture(_shown[_taken.Count - 1], SdpDirection.RecvOnly, null, line.Mid));
            }
        }

        ours.Attributes.Add("group", string.Join(' ', ["CLUE", .. ours.Media.Select(static line => line.Mid).OfType<string>()]));
    }

    /// <summary>The other side's description is known.</summary>
    public void Start(SdpDescription remote)
    {
        _basic.Start(remote.AddressOf(remote.Media[1])!.Value);
        for (var i = 0; i < 3; i++)
            _lines[i].Aim(remote.AddressOf(remote.Media[3 + i])!.Value);
        if (_transport is not null || remote.AddressOf(remote.Media[2]) is not { } address)
            return;
        _remote = address;
        DtlsFingerprint.TryParse(remote.Media[2].Attributes.First("fingerprint"), out var peer);
        var role = remote.Media[2].Attributes.Setup == "active" ? DtlsRole.Server : DtlsRole.Client;
        _transport = new DataTransport(role, _context, peer!, new SctpOptions(), this, 77);
        _channel = _transport.Settle(Stream, "", "CLUE");
        _transport.Start(_loop.NowNs);
        Arm();
    }

    public void Stop()
    {
        _loop.Timers.Cancel(this);
        _basic.Stop();
        foreach (var line in _lines)
            line.Stop();
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (IsDeaf)
            return;
        _transport?.OnDatagram(payload, nowNs);
        Arm();
    }

    protected override void Fire(long nowNs)
    {
        _transport?.OnTimer(nowNs);
        _session.OnTimer(nowNs);
        Arm();
    }

    void Arm()
    {
        var due = Math.Min(_transport?.NextTimeoutNs ?? long.MaxValue, _session.NextTimeoutNs);
        if (due != long.MaxValue)
            _loop.Timers.Arm(this, Math.Max(due, _loop.NowNs));
    }

    void IDataChannelOutput.SendDatagram(ReadOnlySpan<byte> datagram) => _socket.Send(datagram, _remote);

    void IDataChannelOutput.OnUp(DataTransport transport) => _session.Start(isInitiator: false, _loop.NowNs);

    void IDataChannelOutput.OnOpened(DataTransport transport, DataChannel channel)
    {
    }

    void IDataChannelOutput.OnMessage(DataTransport transport, DataChannel channel, ReadOnlySpan<byte> message, bool isText) => _session.OnMessage(message, _loop.NowNs);

    void IDataChannelOutput.OnDown(DataTransport transport, string reason) => _session.Stop();

    void IClueEvents.Send(byte[] message) => _transport!.TrySend(_channel!, message, isText: true, _loop.NowNs);

    void IClueEvents.OnActive(ClueSession session) => session.TryAdvertise(
        new ClueAdvertisement
        {
            // Camera 1 is the centre, 2 the right, 0 the left one.
            Captures = [Camera(1), Camera(2), Camera(0)],
            EncodingGroups = [new ClueEncodingGroup("g", 6_000_000, _labels)],
            Scenes = [new ClueScene("room", "unknown", [new ClueSceneView("all", ["VC1", "VC2", "VC0"])])],
        },
        _loop.NowNs);

    ClueCode IClueEvents.OnAdvertised(ClueSession session, ClueAdvertisement advertisement)
    {
        string[] wanted = ["right", "left", "centre"];
        _captureOf.Clear();
        for (var i = 0; i < Math.Min(wanted.Length, _taken.Count); i++)
            _captureOf[_taken[i]] = wanted[i];
        session.TryConfigure([.. _captureOf.Select(static (pair, i) => new ClueCaptureEncoding($"ce{i}", pair.Value, pair.Key))], _loop.NowNs);
        return ClueCode.Success;
    }

    void IClueEvents.OnAcknowledged(ClueSession session, ClueCode code)
    {
    }

    ClueCode IClueEvents.OnConfigured(ClueSession session, ClueConfigure configuration)
    {
        foreach (var encoding in configuration.Encodings)
        {
            var line = _lines[Array.IndexOf(_labels, encoding.Encoding)];
            line.Number = (byte)(_first + byte.Parse(encoding.Capture.AsSpan(2), CultureInfo.InvariantCulture));
            line.Begin();
        }

        return ClueCode.Success;
    }

    void IClueEvents.OnConfigureAnswered(ClueSession session, ClueCode code)
    {
    }

    void IClueEvents.OnTerminated(ClueSession session, string reason)
    {
    }

    string Shown(string screen) => _captureOf.FirstOrDefault(pair => pair.Value == screen).Key is { } label ? SimulatedPhone.NameOfShown(_shown[_taken.IndexOf(label)]) : "-";

    static ClueCapture Camera(int place) => new()
    {
        Id = $"VC{place}", MediaType = "video", Scene = "room", EncodingGroup = "g",
        Space = new ClueSpace(new CluePoint(place - 1, 0, 1), null),
    };

    static SdpMedia Picture(PhonePictures picture, SdpDirection? direction = null, string? label = null, string? mid = null)
    {
        var line = picture.Line();
        line.Direction = direction;
        if (label is not null)
            line.Attributes.Add("label", label);
        if (mid is not null)
            line.Attributes.Add("mid", mid);
        return line;
    }
}
