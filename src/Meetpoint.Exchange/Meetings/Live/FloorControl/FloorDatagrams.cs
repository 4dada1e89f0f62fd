using Meetpoint.Net;
using Meetpoint.Sip.Bfcp;

namespace Meetpoint.Exchange.Meetings.Live.FloorControl;

/// <summary>
/// Floor control over a port of its own (UDP/BFCP). It goes to where SDP says until a message with the conference's number, which SDP alone told, comes from elsewhere, as through a NAT. On the
/// signalling loop only.
/// </summary>
sealed class FloorDatagrams : IFloorTransport, IDatagramReceiver, IBfcpOutput
{
    readonly LiveContext _context;
    readonly uint _conference;
    readonly BfcpAssociation _association;
    readonly LoopTimer _due;
    readonly IDatagramSocket _socket;
    NetAddress _signalled;
    NetAddress _seen;
    FloorRate _rate;

    /// <exception cref="IOException">The port is another program's.</exception>
    public FloorDatagrams(LiveContext context, int port, uint conference, BfcpFloorServer server)
    {
        (_context, _conference, Port) = (context, conference, port);
        _due = new LoopTimer(context.Loop, OnDue);
        _association = new BfcpAssociation(isReliable: false, this, server);
        _socket = context.Network.OpenDatagram(context.Media.Options.BindAddress.WithPort(port), context.Loop, this);
        server.Attach(_association);
    }

    public int Port { get; }

    public bool IsHeard { get; private set; }

    /// <summary>Puts on the timer what is to be sent again; after whatever may have sent something.</summary>
    public void Arm()
    {
        if (_association.DueNs == long.MaxValue)
            _due.Disarm();
        else
            _due.Arm(Math.Max(0, _association.DueNs - _context.Loop.NowNs));
    }

    public void SetRemote(NetAddress remote, bool connects)
    {
        if (remote == _signalled)
            return;
        (_signalled, _seen) = (remote, default);
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!_rate.MayTake(nowNs) || !BfcpHeader.TryRead(payload, out var header))
            return;
        if (header.Conference == _conference)
            (_seen, IsHeard) = (from, true);
        else if (from != _signalled && from != _seen)
            return;
        _association.OnBytes(payload, nowNs);
        Arm();
    }

    void IBfcpOutput.Send(ReadOnlySpan<byte> bytes)
    {
        var to = _seen.IsSet ? _seen : _signalled;
        if (to is { IsSet: true, Port: not 0 })
            _socket.Send(bytes, to);
    }

    public void Dispose()
    {
        _due.Disarm();
        _socket.Dispose();
        _context.Media.ReturnPort(Port);
    }

    void OnDue(long nowNs)
    {
        _association.OnTime(nowNs);
        Arm();
    }
}
