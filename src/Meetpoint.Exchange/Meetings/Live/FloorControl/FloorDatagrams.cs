using Meetpoint.Media.Dtls;
using Meetpoint.Net;
using Meetpoint.Sip.Bfcp;

namespace Meetpoint.Exchange.Meetings.Live.FloorControl;

/// <summary>
/// Floor control over a port of its own, in the clear (UDP/BFCP) or under DTLS (UDP/TLS/BFCP). It goes to where SDP says until a message with the conference's number, which SDP alone told, comes from
/// elsewhere, as through a NAT. On the signalling loop only.
/// </summary>
sealed class FloorDatagrams : IFloorTransport, IDatagramReceiver, IBfcpOutput, IDtlsOutput
{
    readonly LiveContext _context;
    readonly uint _conference;
    readonly BfcpAssociation _association;
    readonly LoopTimer _due;
    readonly IDatagramSocket _socket;
    readonly bool _isSecure;
    FloorSecurity? _security;
    DtlsEndpoint? _dtls;
    NetAddress _signalled;
    NetAddress _seen;
    NetAddress _from; // of the datagram that is being taken
    FloorRate _rate;

    /// <exception cref="IOException">The port is another program's.</exception>
    public FloorDatagrams(LiveContext context, int port, uint conference, BfcpFloorServer server, string protocol)
    {
        (_context, _conference, Port, Protocol, _isSecure) = (context, conference, port, protocol, BfcpLine.IsSecureProtocol(protocol));
        _due = new LoopTimer(context.Loop, OnDue);
        _association = new BfcpAssociation(isReliable: false, this, server);
        _socket = context.Network.OpenDatagram(context.Media.Options.BindAddress.WithPort(port), context.Loop, this);
        server.Attach(_association);
    }

    public int Port { get; }

    public string Protocol { get; }

    public bool IsHeard { get; private set; }

    /// <summary>Puts on the timer what is to be sent again; after whatever may have sent something.</summary>
    public void Arm()
    {
        var due = Math.Min(_association.DueNs, _dtls?.NextTimeoutNs ?? long.MaxValue);
        if (due == long.MaxValue)
            _due.Disarm();
        else
            _due.Arm(Math.Max(0, due - _context.Loop.NowNs));
    }

    public void SetRemote(NetAddress remote, bool connects, FloorSecurity? security)
    {
        if (remote != _signalled)
            (_signalled, _seen) = (remote, default);
        if (security is null || security == _security)
            return;
        _security = security;
        _dtls?.Dispose();
        _dtls = new DtlsEndpoint(security.IsClient ? DtlsRole.Client : DtlsRole.Server, _context.Browsers.ForData, security.Peer, this);
        _dtls.Start(_context.Loop.NowNs);
        Arm();
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!_rate.MayTake(nowNs))
            return;
        _from = from;
        if (!_isSecure)
        {
            Take(payload, nowNs);
        }
        else if (_dtls is { } dtls && !payload.IsEmpty)
        {
            // The handshake is answered where it comes from; afterwards only what the keys have proved says where the other end is.
            if (dtls.State == DtlsState.Handshaking)
                _seen = from;
            dtls.OnDatagram(payload, nowNs);
        }

        Arm();
    }

    void IDtlsOutput.SendDatagram(ReadOnlySpan<byte> datagram) => SendTo(datagram);

    void IDtlsOutput.OnData(ReadOnlySpan<byte> data) => Take(data, _context.Loop.NowNs);

    void IBfcpOutput.Send(ReadOnlySpan<byte> bytes)
    {
        // What finds no association yet is sent again by its own timer.
        if (_isSecure)
            _dtls?.TrySend(bytes);
        else
            SendTo(bytes);
    }

    public void Dispose()
    {
        _due.Disarm();
        _dtls?.Close();
        _dtls?.Dispose();
        _dtls = null;
        _socket.Dispose();
        _context.Media.ReturnPort(Port);
    }

    void Take(ReadOnlySpan<byte> message, long nowNs)
    {
        if (!BfcpHeader.TryRead(message, out var header))
            return;
        if (header.Conference == _conference)
            (_seen, IsHeard) = (_from, true);
        else if (_from != _signalled && _from != _seen)
            return;
        _association.OnBytes(message, nowNs);
    }

    void SendTo(ReadOnlySpan<byte> datagram)
    {
        var to = _seen.IsSet ? _seen : _signalled;
        if (to is { IsSet: true, Port: not 0 })
            _socket.Send(datagram, to);
    }

    void OnDue(long nowNs)
    {
        _dtls?.OnTimer(nowNs);
        _association.OnTime(nowNs);
        Arm();
    }
}
