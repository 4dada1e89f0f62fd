using System.Globalization;
using Meetpoint.Media.DataChannels;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>
/// What a room with three cameras and screens that speaks CLUE has besides its audio, with a computer to be presented and a screen for what is. There is none to be had: this one speaks the format
/// that is published, with our own reader and writer. It tells its cameras in no order, and chooses lines for its screens in no order, so that nothing but CLUE says what stands where.
/// </summary>
sealed class ClueEquipment : TimerNode, IPhoneLines, IDatagramReceiver, IDataChannelOutput, IClueEvents
{
    const int ChannelPort = 4040, BasicPort = 4030, CameraPort = 4010, ScreenPort = 4050, Stream = 2;
    const int BasicCamera = 9, Slides = 8, Lines = 4;
    const string Presented = "slides";

    static readonly string[] _labels = ["cam-x", "cam-y", "cam-z", "cam-s"];
    static readonly string[] _screens = ["left", "centre", "right"];

    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly byte _first;
    readonly PhonePictures _basic;
    readonly PhonePictures[] _lines;
    readonly PhonePictures[] _shown;
    readonly DtlsContext _context;
    readonly ClueSession _session;
    readonly List<Slot> _slots = []; // of the lines behind that of audio
    readonly Dictionary<string, string> _captureOf = []; // of the exchange's lines, by label
    readonly Dictionary<string, string> _screenOf = []; // labels of the exchange's lines, by what of ours shows them
    readonly List<string> _taken = []; // labels of the exchange's lines, by our port
    DataTransport? _transport;
    DataChannel? _channel;
    NetAddress _remote;
    bool _isClient;

    /// <summary>A line of the description: what of ours is in it, with its identification where CLUE controls it.</summary>
    sealed record Slot(PhonePictures? Picture = null, SdpDirection? Direction = null, string? Label = null, string? Mid = null, bool IsChannel = false, SdpMedia? Refused = null);

    public ClueEquipment(VirtualHost host, VirtualEventLoop loop, string address, byte first)
    {
        (_loop, _first) = (loop, first);
        _socket = host.OpenDatagram(NetAddress.Parse($"{address}:{ChannelPort}"), loop, this);
        _basic = new PhonePictures(host, loop, NetAddress.Parse($"{address}:{BasicPort}"), (byte)(first + BasicCamera));
        _lines = [.. Enumerable.Range(0, Lines).Select(i => new PhonePictures(host, loop, NetAddress.Parse($"{address}:{CameraPort + (2 * i)}"), first))];
        _shown = [.. Enumerable.Range(0, Lines).Select(i => new PhonePictures(host, loop, NetAddress.Parse($"{address}:{ScreenPort + (2 * i)}"), first))];
        _context = new DtlsContext(DtlsCertificate.Create(DateTimeOffset.UnixEpoch.AddYears(50), TimeSpan.FromDays(20_000)), new DtlsOptions { CarriesData = true });
        _session = new ClueSession(this, "room");
    }

    /// <summary>Drops all that comes over the channel.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Has lines for the exchange's in its first offer already (RFC 8848 section 4.5.1).</summary>
    public bool HasLinesFirst { get; init; }

    /// <summary>The session stands.</summary>
    public bool IsActive => _session.State == ClueState.Active;

    /// <summary>Lines of the exchange that it has taken.</summary>
    public int Taken => _taken.Count;

    /// <summary>What the screens show, from left to right, as CLUE has chosen it; - for nothing.</summary>
    public string Screens => string.Join(' ', _screens.Select(Shown));

    /// <summary>What is shown as presented.</summary>
    public string SeesContent => Shown(Presented);

    /// <summary>What the line shows that CLUE does not control.</summary>
    public string Basic => SimulatedPhone.NameOfShown(_basic);

    /// <summary>Sends what its computer shows, in the line that the exchange has chosen for it.</summary>
    public void Present() => _loop.Post(() => _lines.First(line => line.Number == _first + Slides).Begin());

    /// <summary>Sends it no more.</summary>
    public void Cease() => _loop.Post(() => _lines.First(line => line.Number == _first + Slides).Stop());

    /// <inheritdoc/>
    public void Offer(SdpDescription ours)
    {
        if (_slots.Count == 0)
            _slots.AddRange([new Slot(_basic), new Slot(IsChannel: true, Mid: "ch")]);
        if (!_slots.Exists(static slot => slot.Label is not null))
            _slots.AddRange(_labels.Select((label, i) => new Slot(_lines[i], SdpDirection.SendOnly, label, $"v{i}")));
        if (HasLinesFirst && _slots.Count == Lines + 2)
            _slots.AddRange(_shown.Select(static (line, i) => new Slot(line, SdpDirection.RecvOnly, null, $"w{i}")));
        Describe(ours, isOffer: true);
    }

    /// <inheritdoc/>
    public void Answer(SdpDescription offer, SdpDescription ours)
    {
        var group = offer.Attributes.All("group").FirstOrDefault(static value => value.StartsWith("CLUE ", StringComparison.Ordinal))?.Split(' ') ?? [];
        foreach (var line in offer.Media.Skip(_slots.Count + 1))
        {
            var isControlled = line.Mid is { } mid && group.Contains(mid);
            if (line.Formats.Contains("webrtc-datachannel") && isControlled)
                _slots.Add(new Slot(IsChannel: true, Mid: line.Mid));
            else if (line.Kind == "video" && isControlled)
                _slots.Add(Take(line.Attributes.First("label")!, line.Mid!));
            else
                _slots.Add(line.Kind == "video" && !_slots.Exists(slot => slot.Picture == _basic) ? new Slot(_basic) : new Slot(Refused: line.Refuse()));
        }

        if (_transport is null)
            _isClient = true;
        Describe(ours, isOffer: false);
    }

    Slot Take(string label, string mid)
    {
        _taken.Add(label);
        return new Slot(_shown[_taken.Count - 1], SdpDirection.RecvOnly, null, mid);
    }

    void Describe(SdpDescription ours, bool isOffer)
    {
        foreach (var slot in _slots)
        {
            if (slot.Picture is { } picture)
                ours.Media.Add(Picture(picture, slot.Direction, slot.Label, slot.Mid));
            else
                ours.Media.Add(slot.Refused ?? Channel(slot.Mid!, isOffer ? "actpass" : _isClient ? "active" : "passive"));
        }

        ours.Attributes.Add("group", string.Join(' ', ["CLUE", .. _slots.Select(static slot => slot.Mid).OfType<string>()]));
    }

    SdpMedia Channel(string mid, string setup)
    {
        var channel = new SdpMedia { Kind = "application", Port = ChannelPort, Protocol = "UDP/DTLS/SCTP", Formats = ["webrtc-datachannel"] };
        foreach (var (name, value) in ((string, string)[])[("mid", mid), ("setup", setup), ("fingerprint", _context.Fingerprint.ToString()), ("sctp-port", " 5000"),
            ("dcmap", $"{Stream} subprotocol=\"CLUE\";ordered=true")])
            channel.Attributes.Add(name, value);
        return channel;
    }

    /// <summary>The other side's description is known.</summary>
    public void Start(SdpDescription remote)
    {
        for (var i = 0; i < Math.Min(_slots.Count, remote.Media.Count - 1); i++)
        {
            var line = remote.Media[i + 1];
            if (line.IsRefused || remote.AddressOf(line) is not { } address)
                continue;
            if (_slots[i] is { IsChannel: true })
                Open(line, address);
            else if (_slots[i].Picture == _basic)
                _basic.Start(address);
            else
                _slots[i].Picture?.Aim(address);
            if (_slots[i].Direction == SdpDirection.RecvOnly && line.Attributes.First("label") is { } label && !_taken.Contains(label))
                _taken.Add(label); // of lines that we had first
        }
    }

    void Open(SdpMedia line, NetAddress address)
    {
        if (_transport is not null)
            return;
        _remote = address;
        DtlsFingerprint.TryParse(line.Attributes.First("fingerprint"), out var peer);
        if (line.Attributes.Setup is "active" or "passive")
            _isClient = line.Attributes.Setup == "passive";
        else
            _isClient = true; // we answer
        _transport = new DataTransport(_isClient ? DtlsRole.Client : DtlsRole.Server, _context, peer!, new SctpOptions(), this, 77);
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

    void IDataChannelOutput.OnUp(DataTransport transport) => _session.Start(_isClient, _loop.NowNs);

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
            Captures = [Camera(1), Camera(2), Camera(0), new ClueCapture { Id = $"VC{Slides}", MediaType = "video", Scene = "table", EncodingGroup = "h", Presentation = "slides" }],
            EncodingGroups = [new ClueEncodingGroup("g", 6_000_000, _labels[..3]), new ClueEncodingGroup("h", 2_000_000, [_labels[3]])],
            Scenes = [new ClueScene("room", "unknown", [new ClueSceneView("all", ["VC1", "VC2", "VC0"])]), new ClueScene("table", "noscale", [new ClueSceneView("pc", [$"VC{Slides}"])])],
        },
        _loop.NowNs);

    ClueCode IClueEvents.OnAdvertised(ClueSession session, ClueAdvertisement advertisement)
    {
        string[] wanted = ["right", "left", "centre"];
        _captureOf.Clear();
        _screenOf.Clear();
        var content = advertisement.Content();
        var lines = advertisement.EncodingGroups.Where(group => group.Id != content?.EncodingGroup).SelectMany(static group => group.Encodings).ToList();
        for (var i = 0; i < Math.Min(wanted.Length, lines.Count); i++)
            (_captureOf[lines[i]], _screenOf[wanted[i]]) = (wanted[i], lines[i]);
        if (content is not null && advertisement.EncodingGroups.First(group => group.Id == content.EncodingGroup).Encodings is [var line, ..])
            (_captureOf[line], _screenOf[Presented]) = (content.Id, line);
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
            if (line.Number != _first + Slides)
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

    string Shown(string screen) => _screenOf.GetValueOrDefault(screen) is { } label && _taken.IndexOf(label) is >= 0 and var line ? SimulatedPhone.NameOfShown(_shown[line]) : "-";

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
