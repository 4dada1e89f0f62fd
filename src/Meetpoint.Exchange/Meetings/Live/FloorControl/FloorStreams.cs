using Meetpoint.Net;
using Meetpoint.Sip.Bfcp;

namespace Meetpoint.Exchange.Meetings.Live.FloorControl;

/// <summary>
/// Floor control over TCP (TCP/BFCP), connected from either end. Whoever connects to the port is the participant once it has named the conference, whose number SDP alone told; a later
/// connection that does so takes the place of the one before. On the signalling loop only.
/// </summary>
sealed class FloorStreams : IFloorTransport
{
    readonly LiveContext _context;
    readonly uint _conference;
    readonly BfcpFloorServer _server;
    readonly IStreamListener _listener;
    readonly List<Connection> _connections = [];
    Connection? _current;
    NetAddress _connectedTo;

    /// <exception cref="IOException">The port is another program's.</exception>
    public FloorStreams(LiveContext context, int port, uint conference, BfcpFloorServer server)
    {
        (_context, _conference, _server, Port) = (context, conference, server, port);
        _listener = context.Network.Listen(context.Media.Options.BindAddress.WithPort(port), null, context.Loop, Accept);
    }

    public int Port { get; }

    public bool IsHeard { get; private set; }

    /// <summary>A connection stands by which the participant speaks.</summary>
    public bool IsConnected => _current is not null;

    public void SetRemote(NetAddress remote, bool connects)
    {
        if (!connects || remote == _connectedTo)
            return;
        _connectedTo = remote;
        var connection = new Connection(this);
        _connections.Add(connection);
        connection.Begin(_context.Network.Connect(remote, null, null, _context.Loop, connection));
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
        connection.Begin(stream);
        return connection;
    }

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
        FloorRate _rate;

        public Connection(FloorStreams owner)
        {
            _owner = owner;
            _proof = new LoopTimer(owner._context.Loop, _ => Close());
            Association = new BfcpAssociation(isReliable: true, this, this);
        }

        public BfcpAssociation Association { get; }

        public void Begin(IStream stream)
        {
            _stream = stream;
            _proof.Arm(FloorLimits.ProofNs);
        }

        public void Close()
        {
            _proof.Disarm();
            _stream?.Close();
            _owner.Remove(this);
        }

        public void OnOpened(IStream stream)
        {
        }

        public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
        {
            if (_owner._connections.Contains(this) && _rate.MayTake(nowNs))
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
