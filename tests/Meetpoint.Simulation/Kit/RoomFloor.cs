using System.Security.Cryptography.X509Certificates;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Bfcp;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>The floor control of a simulated room system: a client (RFC 8855) over datagrams, or over a stream that it connects; in the clear, or under DTLS and TLS with a certificate that its SDP tells.</summary>
sealed class RoomFloor : TimerNode, IDatagramReceiver, IStreamReceiver, IBfcpOutput, IBfcpListener, IDtlsOutput
{
    const int Port = 4300;

    readonly VirtualHost _host;
    readonly VirtualEventLoop _loop;
    readonly bool _isStream;
    readonly bool _isSecure;
    readonly DtlsCertificate _certificate = DtlsCertificate.Create(DateTimeOffset.UnixEpoch.AddYears(50), TimeSpan.FromDays(20_000));
    readonly IDatagramSocket? _socket;
    DtlsEndpoint? _dtls;
    DtlsFingerprint? _peer;
    bool _hasOffered;
    BfcpAssociation _association;
    IStream? _stream;
    NetAddress _remote;
    ushort _request;

    public RoomFloor(VirtualHost host, VirtualEventLoop loop, string address, string protocol)
    {
        (_host, _loop, _isStream, _isSecure) = (host, loop, BfcpLine.IsStreamProtocol(protocol), BfcpLine.IsSecureProtocol(protocol));
        _association = new BfcpAssociation(_isStream, this, this);
        if (!_isStream)
            _socket = host.OpenDatagram(NetAddress.Parse($"{address}:{Port}"), loop, this);
    }

    /// <summary>What it was told in SDP; null before.</summary>
    public BfcpLine? Told { get; private set; }

    /// <summary>Where the server is.</summary>
    public NetAddress Remote => _remote;

    /// <summary>What became of its requests, in order.</summary>
    public List<BfcpRequestStatus> Statuses { get; } = [];

    /// <summary>Who has the floor, as it was told: names, "" for nobody.</summary>
    public List<string> Holders { get; } = [];

    /// <summary>Errors that it was answered.</summary>
    public List<BfcpErrorCode> Errors { get; } = [];

    /// <summary>Its connection is open.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>How often the other side gave nothing back.</summary>
    public int Lost { get; private set; }

    /// <summary>What its SDP says of its certificate; another than it shows where somebody is to be taken in.</summary>
    public string? Fingerprint { get; set; }

    public SdpMedia Line(string protocol, bool isOffer)
    {
        _hasOffered |= isOffer;
        return new BfcpLine
        {
            Protocol = protocol, Roles = isOffer ? BfcpRoles.Client | BfcpRoles.Server : BfcpRoles.Client,
            Setup = _isStream ? "active" : !_isSecure ? null : isOffer ? "actpass" : "active", Fingerprint = _isSecure ? Fingerprint ?? _certificate.Fingerprint.ToString() : null,
            TlsId = _isSecure ? "abc3de65cddef001be82" : null,
        }.ToMedia(_isStream ? 9 : Port);
    }

    public void Start(BfcpLine line, NetAddress remote, string? fingerprint)
    {
        (Told, _remote) = (line, remote);
        DtlsFingerprint.TryParse(fingerprint, out _peer);
        if (_isStream && _stream is null)
            Connect();
        if (_isStream || !_isSecure || _dtls is not null)
            return;
        _dtls = new DtlsEndpoint(line.Setup == "active" ? DtlsRole.Server : DtlsRole.Client, new DtlsContext(_certificate, new DtlsOptions { CarriesData = true }), _peer!, this);
        _dtls.Start(_loop.NowNs);
        Arm();
    }

    /// <summary>Connects, in place of the connection that it had.</summary>
    public void Connect()
    {
        _association = new BfcpAssociation(_isStream, this, this);
        _stream = _host.Connect(_remote, null, null, _loop, this);
    }

    public void Disconnect() => _loop.Post(() => _stream?.Close());

    public void Hello() => Ask(BfcpPrimitive.Hello);

    public void Watch() => Ask(BfcpPrimitive.FloorQuery, BfcpAttribute.OfId(BfcpAttributeType.FloorId, BfcpFloorServer.Floor));

    public void Request() => Ask(BfcpPrimitive.FloorRequest, BfcpAttribute.OfId(BfcpAttributeType.FloorId, BfcpFloorServer.Floor));

    public void Release() => Ask(BfcpPrimitive.FloorRelease, BfcpAttribute.OfId(BfcpAttributeType.FloorRequestId, _request));

    public void Ask(BfcpPrimitive primitive, params IReadOnlyList<BfcpAttribute> attributes) => _loop.Post(() =>
    {
        _association.Ask(new BfcpMessage { Primitive = primitive, Conference = Told!.Conference!.Value, User = Told.User!.Value, Attributes = attributes }, _loop.NowNs);
        Arm();
    });

    public void OnMessage(BfcpMessage message, long nowNs)
    {
        Note(message);
        if (!_isStream)
            _association.Answer(message, message.Primitive == BfcpPrimitive.FloorStatus ? BfcpPrimitive.FloorStatusAck : BfcpPrimitive.FloorRequestStatusAck, [], nowNs);
    }

    public void OnAnswer(BfcpMessage asked, BfcpMessage answer, long nowNs) => Note(answer);

    public void OnLost(long nowNs) => Lost++;

    void IBfcpOutput.Send(ReadOnlySpan<byte> bytes)
    {
        if (_isStream)
            _stream!.Send(bytes);
        else if (_isSecure)
            _dtls!.TrySend(bytes);
        else
            _socket!.Send(bytes, _remote);
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (_isSecure)
            _dtls?.OnDatagram(payload, nowNs);
        else
            _association.OnBytes(payload, nowNs);
        Arm();
    }

    void IDtlsOutput.SendDatagram(ReadOnlySpan<byte> datagram) => _socket!.Send(datagram, _remote);

    void IDtlsOutput.OnData(ReadOnlySpan<byte> data) => _association.OnBytes(data, _loop.NowNs);

    /// <summary>The connection stands, and under TLS that too: who has answered is its server (RFC 8856 section 8).</summary>
    public void OnOpened(IStream stream)
    {
        if (_isSecure && stream.PeerCertificate is null)
            stream.StartTls(Identity(), null, asServer: !_hasOffered);
        else
            IsConnected = true;
    }

    TlsIdentity Identity() => new()
    {
        Certificate = () => X509CertificateLoader.LoadCertificate(_certificate.CertificateDer.Span),
        Refuse = (shown, _) => shown is not null && _peer!.Matches(shown.RawDataMemory.Span) ? null : "another certificate",
    };

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs) => _association.OnBytes(bytes, nowNs);

    public void OnClosed(IStream stream, string reason) => IsConnected &= stream != _stream;

    protected override void Fire(long nowNs)
    {
        _dtls?.OnTimer(nowNs);
        _association.OnTime(nowNs);
        Arm();
    }

    void Note(BfcpMessage message)
    {
        if (message.Primitive == BfcpPrimitive.FloorRequestStatus && message.RequestStatus is var (request, status))
        {
            _request = request;
            Statuses.Add(status);
        }
        else if (message.Primitive == BfcpPrimitive.FloorStatus)
        {
            var holder = message.Find(BfcpAttributeType.FloorRequestInformation) is { } information ? BfcpAttribute.Find(information.Children, BfcpAttributeType.BeneficiaryInformation) : null;
            Holders.Add(holder is null ? "" : BfcpAttribute.Find(holder.Children, BfcpAttributeType.UserDisplayName)?.Text ?? "?");
        }
        else if (message.Find(BfcpAttributeType.ErrorCode) is { } error)
        {
            Errors.Add(error.Error);
        }
    }

    void Arm()
    {
        var due = Math.Min(_association.DueNs, _dtls?.NextTimeoutNs ?? long.MaxValue);
        if (due == long.MaxValue)
            _loop.Timers.Cancel(this);
        else
            _loop.Timers.Arm(this, due);
    }
}
