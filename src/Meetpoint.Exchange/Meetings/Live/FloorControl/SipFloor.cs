using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;
using Meetpoint.Sip.Bfcp;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.FloorControl;

/// <summary>
/// Floor control with a participant by SIP (RFC 8855, RFC 8856): its equipment asks for the floor of content and is told of it; who gets it is <see cref="MeetingFloor"/>'s to say. We are the
/// server; where the other end would be that alone, the line is declined, and content takes the floor by coming. In the clear or under TLS and DTLS, by the fingerprints of both ends. There are no
/// chairs: who asks last presents. On the signalling loop only.
/// </summary>
sealed class SipFloor : IBfcpFloorPolicy
{
    /// <summary>The equipment's own number. The conference's is its alone, so that any will do.</summary>
    const ushort User = 1;

    const string ContentLabel = "content";

    readonly LiveContext _context;
    readonly BfcpFloorServer _server;
    readonly uint _conference;
    readonly LoopTimer _decision;
    SipParticipant? _participant;
    IFloorTransport? _transport;
    SdpMedia? _line;
    FloorSecurity? _security;
    string _tlsId = "";

    public SipFloor(LiveContext context, SipCaller caller)
    {
        _context = context;
        _conference = (uint)context.Randomness.Between(1, uint.MaxValue);
        _server = new BfcpFloorServer(_conference, new BfcpFloorHolder(User, caller.Name ?? caller.Address, "sip:" + caller.Address), this);
        _decision = new LoopTimer(context.Loop, OnUndecided);
    }

    /// <summary>Its equipment speaks floor control: content alone does not take the floor.</summary>
    public bool IsSpoken => _transport is { IsHeard: true };

    /// <summary>Adds a line to an offer that has a line of content.</summary>
    public void Offer(SdpDescription offer, ContentMode mode)
    {
        if (ProtocolOf(mode) is not { } protocol || offer.Media.Find(static line => IsContent(line)) is not { } content)
            return;
        if (Open(protocol))
            offer.Media.Add(_line = Ours(protocol, content, protocol == BfcpLine.Udp ? null : "actpass", _transport!.Port, hasTlsId: true));
    }

    /// <summary>Takes the first line that can be taken of an offer whose line of content was taken, in our answer, which has them refused.</summary>
    public void Answer(SdpDescription offer, SdpDescription answer)
    {
        var content = answer.Media.Find(static line => IsContent(line));
        for (var i = 0; content is not null && i < offer.Media.Count; i++)
        {
            var offered = offer.Media[i];
            if (offered.IsRefused || BfcpLine.Read(offered) is not { HasVersion: true } line || !line.Roles.HasFlag(BfcpRoles.Client) || line.Setup == "holdconn"
                || offer.AddressOf(offered) is not { } remote)
                continue;
            // Where it is left to us the other end begins: it may be behind a NAT, and we are not.
            var isActive = line.Setup == "passive" || (line is { Setup: "actpass", IsStream: false } && _security is { IsClient: true }); // a role that stands stays
            if (!TrySecure(offer, line, isClient: isActive && !line.IsStream, out var security) || !Open(line.Protocol))
                continue;
            var connects = line.IsStream && isActive;
            var setup = line.Protocol == BfcpLine.Udp ? null : isActive ? "active" : "passive";
            answer.Media[i] = Ours(line.Protocol, content, setup, connects ? 9 : _transport!.Port, line.TlsId is not null, line.SpokenVersion);
            if (offered.Attributes.First("connection") == "existing" && _transport is FloorStreams { IsConnected: true })
                answer.Media[i].Attributes.Set("connection", "existing");
            _transport!.SetRemote(remote, connects, security);
            return;
        }
    }

    /// <summary>Our offer was answered.</summary>
    public void Settle(SdpDescription ours, SdpDescription theirs)
    {
        var index = _line is null ? -1 : ours.Media.IndexOf(_line);
        if (index < 0 || index >= theirs.Media.Count)
            return;
        var answered = theirs.Media[index];
        if (answered.IsRefused || BfcpLine.Read(answered) is not { HasVersion: true } line || !line.Roles.HasFlag(BfcpRoles.Client) || theirs.AddressOf(answered) is not { } remote
            || !TrySecure(theirs, line, isClient: line.IsStream || line.Setup == "passive", out var security))
            Close();
        else
            _transport?.SetRemote(remote, connects: line is { IsStream: true, Setup: "passive" }, security);
    }

    /// <summary>The participant is in: it may ask, and hears who has the floor.</summary>
    public void Begin(SipParticipant participant)
    {
        _participant = participant;
        OnHolder();
    }

    /// <summary>The floor has changed hands.</summary>
    public void OnHolder()
    {
        if (_transport is null || _participant is not { } participant)
            return;
        var holder = participant.In.Floor.Holder;
        _server.SetHolder(holder == 0 ? null : holder == participant.Id ? new BfcpFloorHolder(User, "", "") : HolderOf(participant.In, holder), _context.Loop.NowNs);
        if (!_server.IsPending)
            _decision.Disarm();
        Arm();
    }

    /// <summary>The call ends.</summary>
    public void End()
    {
        _participant = null;
        _decision.Disarm();
        Close();
    }

    bool IBfcpFloorPolicy.Request()
    {
        if (_participant is not { State: ParticipantState.In } participant)
            return false;
        _decision.Arm(FloorLimits.DecisionNs);
        participant.In.Floor.Ask(participant.Id, wants: true);
        return true;
    }

    void IBfcpFloorPolicy.Release()
    {
        _decision.Disarm();
        if (_participant is { } participant)
            participant.In.Floor.Ask(participant.Id, wants: false);
    }

    /// <summary>Nobody said who gets it: it does not, and when the word comes after all it gives the floor back.</summary>
    void OnUndecided(long nowNs)
    {
        if (!_server.IsPending)
            return;
        _server.Deny(nowNs);
        ((IBfcpFloorPolicy)this).Release();
        Arm();
    }

    /// <summary>By name: others' addresses are in the roster for whom it is meant for.</summary>
    static BfcpFloorHolder HolderOf(LiveMeeting meeting, uint participant)
    {
        var entry = meeting.Roster.All.FirstOrDefault(entry => entry.Id == participant);
        var user = unchecked((ushort)participant);
        return new BfcpFloorHolder(user is User or 0 ? (ushort)(user | 0x8000) : user, entry?.Name ?? entry?.Address ?? "", "");
    }

    bool Open(string protocol)
    {
        if (_transport is not null)
            return _transport.Protocol == protocol;
        for (var tries = 0; tries < FloorLimits.PortTries && _context.Media.TakePort() is { } port; tries++)
        {
            try
            {
                _transport = BfcpLine.IsStreamProtocol(protocol)
                    ? new FloorStreams(_context, port, _conference, _server, protocol) : new FloorDatagrams(_context, port, _conference, _server, protocol);
                return true;
            }
            catch (IOException)
            {
                _context.Media.ReturnPort(port); // to the end of the queue: perhaps it is free later
            }
        }

        return false;
    }

    static string? ProtocolOf(ContentMode mode) => mode switch
    {
        ContentMode.BfcpUdp => BfcpLine.Udp,
        ContentMode.BfcpTcp => BfcpLine.Tcp,
        ContentMode.BfcpDtls => BfcpLine.UdpTls,
        ContentMode.BfcpTls => BfcpLine.TcpTls,
        _ => null,
    };

    /// <summary>How a line under TLS or DTLS is known; false for one that does not say by which certificate.</summary>
    bool TrySecure(SdpDescription theirs, BfcpLine line, bool isClient, out FloorSecurity? security)
    {
        security = null;
        if (!line.IsSecure)
            return true;
        if (!DtlsFingerprint.TryParse(line.Fingerprint ?? theirs.Attributes.First("fingerprint"), out var peer))
            return false;
        security = new FloorSecurity(peer!, isClient, line.TlsId);
        if (_security is not null && security != _security)
            _tlsId = "";
        _security = security;
        return true;
    }

    /// <summary>Of our side of the association, another with each (RFC 8842 section 4).</summary>
    string TlsId()
    {
        if (_tlsId.Length == 0)
            _tlsId = Convert.ToHexStringLower(_context.Randomness.Bytes(16));
        return _tlsId;
    }

    string? FingerprintOf(string protocol) => !BfcpLine.IsSecureProtocol(protocol) ? null
        : (BfcpLine.IsStreamProtocol(protocol) ? DtlsFingerprint.OfCertificate(_context.Browsers.ForStreams.RawDataMemory.Span) : _context.Browsers.ForData.Fingerprint).ToString();

    BfcpLine Line(string protocol, string label, string? setup) => new()
    {
        Protocol = protocol, Roles = BfcpRoles.Server, Conference = _conference, User = User, Floor = (BfcpFloorServer.Floor, label), Setup = setup,
        Fingerprint = FingerprintOf(protocol),
    };

    SdpMedia Ours(string protocol, SdpMedia content, string? setup, int port, bool hasTlsId, BfcpVersions? versions = null)
    {
        if (content.Attributes.First("label") is not { } label)
            content.Attributes.Add("label", label = ContentLabel);
        return (Line(protocol, label, setup) with { Versions = versions, TlsId = hasTlsId && BfcpLine.IsSecureProtocol(protocol) ? TlsId() : null }).ToMedia(port);
    }

    void Arm() => (_transport as FloorDatagrams)?.Arm();

    void Close()
    {
        _transport?.Dispose();
        _transport = null;
        _line = null;
    }

    static bool IsContent(SdpMedia line) => line is { Kind: "video", IsRefused: false } && SipPictures.KindOf(line) == Media.Video.VideoKind.Content;
}
