using Meetpoint.Net;
using Meetpoint.Net.Stun;

namespace Meetpoint.Sip;

/// <summary>
/// UDP sockets, listeners and connections of one loop: receives, parses, asks the gate, and finds the flow to a target.
/// </summary>
/// <remarks>On the loop only.</remarks>
public sealed class SipTransports : IDatagramReceiver, IDisposable
{
    readonly INetwork _network;
    readonly List<SipListener> _listeners = [];
    readonly Dictionary<(IDatagramSocket Socket, NetAddress Remote), SipFlow> _datagramFlows = [];
    readonly HashSet<SipConnection> _connections = [];
    readonly Dictionary<(SipTransport Transport, NetAddress Remote, string? ServerName), SipConnection> _opened = [];
    readonly SipMessage _scratch = new();
    readonly NewCallQueue _newCalls = new();
    readonly OverloadAnswer _overloadAnswer = new();
    readonly NewCallTurn _newCallTurn;
    bool _isDisposed;

    /// <summary>Transports on a network; nothing is open yet.</summary>
    public SipTransports(INetwork network, IEventLoop loop, SipTransportOptions? options = null)
    {
        _network = network;
        Loop = loop;
        Options = options ?? new SipTransportOptions();
        _newCallTurn = new NewCallTurn(this);
    }

    /// <summary>The border; null admits everyone.</summary>
    public ISipGate? Gate { get; set; }

    /// <summary>Told of every message; null for nobody.</summary>
    public ISipTap? Tap { get; set; }

    /// <summary>The loop that everything happens on.</summary>
    public IEventLoop Loop { get; }

    /// <summary>Limits and times.</summary>
    public SipTransportOptions Options { get; }

    /// <summary>Connections that are open or being opened.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>"host:port" of each listener, as Via and Contact tell it.</summary>
    public IEnumerable<string> SentBys => _listeners.Select(static listener => listener.SentBy!);

    /// <summary>How long datagrams wait for their turn, and what is turned away because of it.</summary>
    public SipOverload Overload { get; } = new();

    /// <summary>New calls wait as long as this says so, though nothing else is to be done: what they need beyond the loop does not keep up. Null for never.</summary>
    public Func<bool>? HoldsNewCalls { get; set; }

    /// <summary>Name of each listener, and what it tells.</summary>
    public IEnumerable<(string Name, SipTransport Transport, string SentBy)> Listeners =>
        _listeners.Select(static listener => (listener.Name, listener.Transport, listener.SentBy!));

    /// <summary>Messages that the gate dropped.</summary>
    public long DroppedCount { get; private set; }

    internal ISipTransportUser? User { get; set; }

    /// <summary>Opens a socket or listener and gives the address with its true port.</summary>
    /// <param name="name">By which the application knows the listener.</param>
    /// <param name="transport">What it carries.</param>
    /// <param name="local">Where; port 0 takes a free one.</param>
    /// <param name="tls">For TLS: whom we are and whom we believe.</param>
    /// <param name="advertised">"host" or "host:port" for Via and Contact; null takes the local address.</param>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public NetAddress Listen(string name, SipTransport transport, NetAddress local, TlsIdentity? tls = null, string? advertised = null)
    {
        var listener = new SipListener { Transports = this, Name = name, Transport = transport };
        if (transport == SipTransport.Udp)
        {
            listener.Socket = _network.OpenDatagram(local, Loop, this);
            listener.Socket.StampArrivals();
            listener.Local = listener.Socket.Local;
        }
        else
        {
            listener.StreamListener = _network.Listen(local, transport == SipTransport.Tls ? tls : null, Loop, stream => Accept(listener, stream));
            listener.Local = listener.StreamListener.Local;
        }

        listener.SentBy = advertised is null ? listener.Local.ToString()
            : advertised.Contains(':', StringComparison.Ordinal) ? advertised : $"{advertised}:{listener.Local.Port}";
        _listeners.Add(listener);
        return listener.Local;
    }

    /// <summary>
    /// The flow to a target: for UDP a socket of its family; for streams the connection that is open to that identity, or one that is opened now.
    /// Null when none can be had: no listener fits, no TLS identity, or too many connections.
    /// </summary>
    public SipFlow? Reach(SipTarget target)
    {
        var listener = ListenerFor(target);
        if (target.Transport == SipTransport.Udp)
            return listener?.Socket is { } socket ? DatagramFlow(listener, socket, target.Address) : null;
        if (target.ServerName is not null)
        {
            // RFC 5923: an authenticated connection serves both ways.
            foreach (var connection in _connections)
            {
                if (connection.Flow.Transport == target.Transport && connection.Flow.IsOpen
                    && connection.Flow.StandsFor(target.ServerName))
                    return connection.Flow;
            }
        }

        var key = (target.Transport, target.Address, target.ServerName);
        if (_opened.TryGetValue(key, out var existing))
            return existing.Flow;
        if (_connections.Count >= Options.MaxConnections || (target.Transport == SipTransport.Tls && (Options.ClientTls is null || target.ServerName is null)))
            return null;
        var tls = target.Transport == SipTransport.Tls ? Options.ClientTls!(target.ServerName!) : null;
        var opened = new SipConnection(this, listener ?? new SipListener { Transports = this, Name = "outbound", Transport = target.Transport }, target.Transport, isOurs: true)
        {
            ClosedUnheard = tls?.HandshakeFailed,
        };
        opened.Flow.Remote = target.Address;
        opened.Flow.IsOpen = true;
        if (target.Transport == SipTransport.Tls)
            opened.Flow.Identity = target.ServerName;
        _connections.Add(opened);
        _opened[key] = opened;
        var stream = _network.Connect(target.Address, tls, target.ServerName, Loop, opened);
        opened.Attach(stream, isOpen: false);
        return opened.Flow;
    }

    /// <summary>Sends a message as it stands. False when the connection is closed or its queue is full.</summary>
    public bool Send(SipFlow flow, ReadOnlySpan<byte> bytes) => flow.Send(bytes);

    /// <summary>Sends a response where its request came from (RFC 3261 section 18.2.2, RFC 3581).</summary>
    public bool SendResponse(SipFlow flow, SipMessage request, ReadOnlySpan<byte> bytes)
    {
        // A Via that cannot be read says nothing of where to; its sender still stands where it sent from.
        if (!request.TryTopVia(out var via))
            return flow.IsOpen && flow.Send(bytes);
        var port = via.Port != 0 ? via.Port : flow.Transport.DefaultPort();
        if (flow.Transport == SipTransport.Udp)
            return flow.Send(bytes, via.HasRport ? flow.Remote : flow.Remote.WithPort(port));
        if (flow.IsOpen)
            return flow.Send(bytes);

        // The connection is gone: one to where the request came from, at the port that its sender listens on. Never for TLS, where only
        // the one who was authenticated may have it.
        return flow.Transport == SipTransport.Tcp && Reach(new SipTarget(SipTransport.Tcp, flow.Remote.WithPort(port))) is { } again && again.Send(bytes);
    }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        foreach (var listener in _listeners)
        {
            if (!ReferenceEquals(listener.Socket, socket) || _isDisposed)
                continue;
            Overload.Waited(Loop.NowNs - nowNs, Loop.NowNs);
            var flow = DatagramFlow(listener, socket, from);
            if (StunMessage.IsStun(payload))
                KeepAlive(socket, flow, payload);
            else
                Arrived(flow, payload);
            return;
        }
    }

    /// <summary>Closes all.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var listener in _listeners)
        {
            listener.Socket?.Dispose();
            listener.StreamListener?.Dispose();
        }

        foreach (var connection in _connections.ToArray())
            connection.Close();
    }

    /// <summary>A whole message: taken at once, but for new calls while there is more to do than time.</summary>
    internal void Arrived(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if ((Overload.IsLate || _newCalls.Count > 0 || Overload.Loss > 0) && StandsBehind(flow, message))
            return;
        Receive(flow, message, SipParseError.None);
    }

    /// <summary>
    /// New calls are told by a glance, and those that find no room are answered before they are read. Whom the gate never let in is left to it: a stranger
    /// gets no answer, in overload least of all.
    /// </summary>
    bool StandsBehind(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (_overloadAnswer.IsAckOfOne(message))
            return true;
        if ((!Overload.IsLate && _newCalls.Count == 0) || !flow.IsLetIn || !NewInvite.TryUri(message, out var uri) || User?.IsPriority(uri, flow) == true)
            return false;
        if (_newCalls.TryAdd(flow, message, Overload.Room))
        {
            _newCallTurn.Come();
            return true;
        }

        Span<byte> answer = stackalloc byte[OverloadAnswer.MaxBytes];
        var length = _overloadAnswer.Write(message, flow, Overload.Feedback, answer);
        if (length > 0)
            flow.SendUntold(answer[..length]);
        else if (flow.IsReliable)
            return false; // it does not come again
        Overload.Shed();
        flow.ShedCount++;
        return true; // what is not plain comes again, and may find room then
    }

    /// <summary>Tells how many new calls of each way were turned away since this was asked last.</summary>
    public void TakeShed(Action<SipFlow, int> told)
    {
        foreach (var flow in _datagramFlows.Values)
            Take(flow);
        foreach (var connection in _connections)
            Take(connection.Flow);

        void Take(SipFlow flow)
        {
            if (flow.ShedCount == 0)
                return;
            told(flow, flow.ShedCount);
            flow.ShedCount = 0;
        }
    }

    /// <summary>Serves new calls that wait; false when the rest has to wait on.</summary>
    internal bool ServeNewCalls(int atMost)
    {
        for (var served = 0; served < atMost && !_isDisposed; served++)
        {
            if (_newCalls.Count > 0 && HoldsNewCalls?.Invoke() == true)
                return false;
            if (!_newCalls.TryTake(out var flow, out var message))
            {
                Overload.RanDry();
                return true;
            }

            Overload.Served();
            if (flow.IsOpen)
                Receive(flow, message, SipParseError.None);
        }

        return _newCalls.Count == 0;
    }

    internal void Receive(SipFlow flow, ReadOnlySpan<byte> bytes, SipParseError framing)
    {
        var isValid = _scratch.TryParse(bytes, out var error);
        if (error == SipParseError.KeepAlive)
            return;
        _scratch.Source = flow.Remote;
        if (framing != SipParseError.None)
        {
            isValid = false;
            _scratch.Fail(framing);
        }

        // After the gate, which finds out whose flow it is.
        var isDropped = Gate?.OnMessage(flow, _scratch) == SipGateVerdict.Drop;
        Tell(flow, isDropped ? SipTapEvent.Dropped : isValid ? SipTapEvent.Received : SipTapEvent.Invalid, flow.Remote, bytes, _scratch.Error);
        if (isDropped)
        {
            DroppedCount++;
            flow.Connection?.Close();
            return;
        }

        flow.IsLetIn = true;

        if (isValid)
            User?.OnMessage(flow, _scratch);
        else
            User?.OnInvalid(flow, _scratch);
    }

    internal void Tell(SipFlow flow, SipTapEvent what, in NetAddress remote, ReadOnlySpan<byte> bytes, SipParseError error = SipParseError.None) =>
        Tap?.OnMessage(flow, what, remote, bytes, error, Loop.NowNs);

    void KeepAlive(IDatagramSocket socket, SipFlow flow, ReadOnlySpan<byte> request)
    {
        Span<byte> answer = stackalloc byte[StunBinding.MaxAnswerBytes];
        if (Gate?.AnswersKeepAlive(flow) != false && StunBinding.Answer(request, flow.Remote, answer) is > 0 and var length)
            socket.Send(answer[..length], flow.Remote); // no message, and no tap hears of it
    }

    internal void Slow(SipConnection connection, string reason)
    {
        User?.OnSlow(connection.Flow, reason);
        connection.Close();
    }

    internal void Truncated(SipConnection connection)
    {
        if (!_isDisposed)
            User?.OnSlow(connection.Flow, "the connection ended within a message");
    }

    internal void Closed(SipConnection connection, string reason)
    {
        _connections.Remove(connection);
        foreach (var (key, value) in _opened)
        {
            if (ReferenceEquals(value, connection))
            {
                _opened.Remove(key);
                break;
            }
        }

        if (!_isDisposed)
            User?.OnFlowClosed(connection.Flow, reason);
    }

    SipConnection Accept(SipListener listener, IStream stream)
    {
        var connection = new SipConnection(this, listener, listener.Transport, isOurs: false);
        if (_isDisposed || _connections.Count >= Options.MaxConnections)
        {
            connection.Attach(stream, isOpen: true);
            stream.Close();
            return connection;
        }

        _connections.Add(connection);
        connection.Attach(stream, isOpen: true);
        return connection;
    }

    /// <summary>The one of that name; else the first that fits.</summary>
    SipListener? ListenerFor(SipTarget target)
    {
        SipListener? first = null;
        foreach (var listener in _listeners)
        {
            if (!Fits(listener, target))
                continue;
            if (target.ListenerName is null || listener.Name == target.ListenerName)
                return listener;
            first ??= listener;
        }

        return first;
    }

    static bool Fits(SipListener listener, SipTarget target) =>
        listener.Transport == target.Transport && (target.Transport != SipTransport.Udp || listener.Local.IsIPv4 == target.Address.IsIPv4);

    SipFlow DatagramFlow(SipListener listener, IDatagramSocket socket, in NetAddress remote)
    {
        if (_datagramFlows.TryGetValue((socket, remote), out var flow))
            return flow;
        if (_datagramFlows.Count >= Options.MaxDatagramFlows)
            _datagramFlows.Clear();
        return _datagramFlows[(socket, remote)] = new SipFlow(listener, socket, remote);
    }
}
