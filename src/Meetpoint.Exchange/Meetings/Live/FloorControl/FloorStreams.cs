using Meetpoint.Net;
using Meetpoint.Sip.Bfcp;

namespace Meetpoint.Exchange.Meetings.Live.FloorControl;

/// <summary>
/// Floor control over TCP, connected from either end, in the clear (TCP/BFCP) or under TLS (TCP/TLS/BFCP). Whoever connects to the port is the participant once it has named the conference, whose number SDP alone told; a later
/// connection that does so takes the place of the one before. On the signalling loop only.
/// </summary>
sealed class FloorStreams : IFloorTransport
{
    readonly LiveContext _context;
    readonly uint _conference;
    readonly BfcpFloorServer _server;
    readonly IStreamListener _listener;
    readonly List<Connection> _connections = [];
    readonly bool _isSecure;
    FloorSecurity? _security;
    Connection? _current;
    NetAddress _connectedTo;

    /// <exception cref="IOException">The port is another program's.</exception>
    public FloorStreams(LiveContext context, int port, uint conference, BfcpFloorServer server, string protocol)
    {
        (_context, _conference, _server, Port, Protocol, _isSecure) = (context, conference, server, port, protocol, BfcpLine.IsSecureProtocol(protocol));
        _listener = context.Network.Listen(context.Media.Options.BindAddress.WithPort(port), null, context.Loop, Accept);
    }

    public int Port { get; }

    public string Protocol { get; }

    public bool IsHeard { get; private set; }

    /// <summary>A connection stands by which the participant speaks.</summary>
    public bool IsConnected => _current is not null;

    public void SetRemote(NetAddress remote, bool connects, FloorSecurity? security)
    {
        if (security is not null && security != _security)
        {
            _security = security;
            foreach (var waiting in _connections.ToList())
                waiting.Secure();
        }

        if (!connects || remote == _connectedTo)
            return;
        _connectedTo = remote;
        var connection = new Connection(this);
        _connections.Add(connection);
        connection.Begin(_context.Network.Connect(remote, null, null, _context.Loop, connection), isOpen: false);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _current = null; // its end is not to be told to anybody
        foreach (var connection in _connections.ToList())
            connection.Close();
        _context.Media.ReturnPort(Port);
    }

    Connection Accept(IStream stream)
    {
        var connection = new Connection(this);
        if (_connections.Count >= FloorLimits.Connections)
        {
            stream.Close();
            return connection;
        }

        _connections.Add(connection);
        connection.Begin(stream, isOpen: true);
        return connection;
    }

    /// <summary>Either end shows a certificate that only the other's SDP vouches for.</summary>
    TlsIdentity Identity(FloorSecurity security) => new()
    {
        Certificate = () => _context.Browsers.ForStreams,
        Refuse = (shown, _) => shown is null ? "no certificate" : security.Peer.Matches(shown.RawDataMemory.Span) ? null : "another certificate than its SDP told",
    };

    /// <summary>It has named the conference.</summary>
    void Take(Connection connection)
    {
        IsHeard = true;
        if (_current == connection)
            return;
        var before = _current;
        _current = connection;
        _server.Attach(connection.Association);
        before?.Close();
    }

    void Remove(Connection connection)
    {
        if (_connections.Remove(connection) && _current == connection)
        {
            _current = null;
            _server.Detach();
        }
    }

    sealed class Connection : IStreamReceiver, IBfcpOutput, IBfcpListener
    {
        readonly FloorStreams _owner;
        readonly LoopTimer _proof;
        IStream? _stream;
        bool _isOpen; // as TCP
        bool _isSecured; // TLS was begun
        FloorRate _rate;

        public Connection(FloorStreams owner)
        {
            _owner = owner;
            _proof = new LoopTimer(owner._context.Loop, _ => Close());
            Association = new BfcpAssociation(isReliable: true, this, this);
        }

        public BfcpAssociation Association { get; }

        public void Begin(IStream stream, bool isOpen)
        {
            (_stream, _isOpen) = (stream, isOpen);
            _proof.Arm(FloorLimits.ProofNs);
            if (!_owner._isSecure)
                return;
            stream.IsPaused = isOpen;
            _owner._context.Loop.Post(Secure);
        }

        /// <summary>Begins TLS once both the connection stands and the other end's certificate is known, which may come in either order where we have offered.</summary>
        public void Secure()
        {
            if (!_owner._isSecure || _isSecured || !_isOpen || _stream is not { } stream || _owner._security is not { } security)
                return;
            _isSecured = true;
            stream.IsPaused = false;
            stream.StartTls(_owner.Identity(security), null, asServer: !security.IsClient);
        }

        public void Close()
        {
            _proof.Disarm();
            _stream?.Close();
            _owner.Remove(this);
        }

        public void OnOpened(IStream stream)
        {
            _isOpen = true;
            Secure();
        }

        public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
        {
            // In the clear nothing is heard of who is to speak TLS.
            if (_owner._connections.Contains(this) && _rate.MayTake(nowNs) && _isSecured == _owner._isSecure)
                Association.OnBytes(bytes, nowNs);
            else
                Close();
            if (Association.IsBroken)
                Close();
        }

        public void OnClosed(IStream stream, string reason)
        {
            _proof.Disarm();
            _owner.Remove(this);
        }

        public void OnMessage(BfcpMessage message, long nowNs)
        {
            if (message.Conference == _owner._conference)
            {
                _proof.Disarm();
                _owner.Take(this);
            }

            if (_owner._current == this)
                ((IBfcpListener)_owner._server).OnMessage(message, nowNs);
            else
                Association.Refuse(message, BfcpErrorCode.NoSuchConference, nowNs);
        }

        public void OnAnswer(BfcpMessage asked, BfcpMessage answer, long nowNs)
        {
        }

        public void OnLost(long nowNs)
        {
        }

        // What does not fit in its bounded queue is of an end that does not read.
        void IBfcpOutput.Send(ReadOnlySpan<byte> bytes)
        {
            if (_stream?.Send(bytes) is false)
                _owner._context.Loop.Post(Close);
        }
    }
}
