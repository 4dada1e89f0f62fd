using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>A TCP connection of a <see cref="ThreadEventLoop"/>, with or without TLS. All of it, TLS too, runs on the loop.</summary>
/// <remarks>
/// It is read once a turn, so a sender that floods is slowed by its own TCP window and never fills memory here. What is sent in a turn
/// goes out together at its end.
/// </remarks>
sealed unsafe class SocketStream : PollSource, IStream, ITurnEnd
{
    internal const string ClosedByPeer = "closed by the other end";

    /// <summary>Between two tries to get the same bytes across: TCP's own goes up to two minutes (RFC 6298 section 5), and a meeting is to be whole five seconds after a link is.</summary>
    const int MaxRetransmitMs = 1_000;

    readonly ThreadEventLoop _loop;
    readonly SocketOptions _options;
    readonly SocketListener? _listener;
    readonly StreamDeadline _deadline;
    StreamSendBuffer _out;
    StreamSendBuffer _plain; // what TLS has not sealed yet: all of a turn goes into as few records as it takes
    TlsChannel? _tls;
    IStreamReceiver? _receiver;
    State _state = State.Connecting;
    string _deadlineReason = "";
    uint _interest;
    Action<NetAddress, string>? _handshakeFailed;
    bool _flushAnnounced;
    bool _finished;
    bool _isUpgraded;
    bool _isPaused;

    internal SocketStream(ThreadEventLoop loop, SocketOptions options, NetAddress remote, SocketListener? listener)
    {
        _loop = loop;
        _options = options;
        _listener = listener;
        _deadline = new StreamDeadline(this);
        Remote = remote;
    }

    enum State
    {
        Connecting,
        Handshaking,
        Open,
        Closing,
        Closed,
    }

    public NetAddress Local { get; private set; }

    public NetAddress Remote { get; }

    public X509Certificate2? PeerCertificate { get; private set; }

    public string? ApplicationProtocol { get; private set; }

    public bool IsTls13 { get; private set; }

    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            // While connecting, writable is what is waited for.
            if (_state is State.Handshaking or State.Open or State.Closing)
                SetInterest((_interest & Libc.EpollOut) | ReadInterest);
        }
    }

    internal ThreadEventLoop Loop => _loop;

    uint ReadInterest => _isPaused ? 0 : Libc.EpollIn;

    public bool Send(ReadOnlySpan<byte> bytes)
    {
        if (_state != State.Open || _out.Count + _plain.Count + bytes.Length > _options.MaxStreamQueueBytes)
            return false;
        if (_tls is null)
        {
            QueueRaw(bytes);
            return true;
        }

        _plain.Append(bytes);
        AnnounceFlush();
        return true;
    }

    public void Close()
    {
        if (_state is State.Connecting or State.Handshaking)
        {
            // Not within the caller's call: it may not expect to hear of it yet.
            _loop.Post(() => End("closed here"));
        }
        else if (_state == State.Open)
        {
            Seal();
            if (_state != State.Open)
                return;
            _state = State.Closing;
            _tls?.QueueShutdown();
            SetDeadline(_options.CloseTimeoutMs, "closed here");
            AnnounceFlush();
        }
    }

    public void StartTls(TlsIdentity identity, string? serverName, bool asServer)
    {
        if (_tls is not null)
            throw new InvalidOperationException("the stream has TLS already");
        if (_state != State.Open)
            return;
        if (_listener?.TryBeginHandshake() == false)
        {
            _loop.Post(() => End("too many handshakes"));
            return;
        }

        _isUpgraded = true;
        _handshakeFailed = identity.HandshakeFailed;
        _tls = asServer ? TlsChannel.ForServer(this, identity) : TlsChannel.ForClient(this, identity, serverName);
        Handshake(_tls);
    }

    public void OnTurnEnd(long nowNs)
    {
        Seal(); // while the flush is still announced: it is this one
        _flushAnnounced = false;
        if (_state is State.Handshaking or State.Open or State.Closing)
            Flush();
    }

    /// <summary>Begins to connect. What fails at once is told in a later turn.</summary>
    internal void Connect(TlsIdentity? tls, string? serverName, IStreamReceiver receiver)
    {
        _receiver = receiver;
        var family = NativeSocket.FamilyOf(Remote);
        try
        {
            Descriptor = NativeSocket.Open(family, Libc.SockStream);
        }
        catch (IOException exception)
        {
            _loop.Post(() => End(exception.Message));
            return;
        }

        if (tls is not null)
        {
            _tls = TlsChannel.ForClient(this, tls, serverName);
            _handshakeFailed = tls.HandshakeFailed;
        }

        var name = stackalloc byte[SocketAddressCodec.MaxBytes];
        var length = SocketAddressCodec.Write(name, Remote, family);
        if (Libc.Connect(Descriptor, name, length) != 0 && Libc.LastError != Libc.EInProgress)
        {
            var reason = Libc.Describe(Libc.LastError);
            _loop.Post(() => End(reason));
            return;
        }

        _loop.RunOnLoop(() =>
        {
            if (_state != State.Connecting)
                return;
            SetDeadline(_options.ConnectTimeoutMs, "connecting took too long");
            SetInterest(Libc.EpollOut);
        });
    }

    /// <summary>Takes over a descriptor that was accepted.</summary>
    internal void Accepted(int fd, TlsIdentity? tls)
    {
        Descriptor = fd;
        Connected(tls is null ? null : TlsChannel.ForServer(this, tls));
    }

    internal void SetReceiver(IStreamReceiver receiver) => _receiver = receiver;

    /// <summary>Queues bytes as they go on the wire.</summary>
    internal void QueueRaw(ReadOnlySpan<byte> bytes)
    {
        if (_state == State.Closed)
            return;
        _out.Append(bytes);
        AnnounceFlush();
    }

    /// <summary>The TLS handshake is done.</summary>
    internal void OnSecured(X509Certificate2? peer, string? applicationProtocol, bool isTls13)
    {
        (PeerCertificate, ApplicationProtocol, IsTls13) = (peer, applicationProtocol, isTls13);
        if (_state == State.Handshaking)
            BecomeOpen();
    }

    /// <summary>Hands bytes to the receiver; one that throws loses its stream.</summary>
    internal void Deliver(ReadOnlySpan<byte> bytes)
    {
        if (_state != State.Open)
            return;
        try
        {
            _receiver!.OnBytes(this, bytes, _loop.NowNs);
        }
        catch (Exception exception)
        {
            _loop.Report(exception);
            End("its receiver failed");
        }
    }

    /// <summary>Closes the descriptor and says so, once.</summary>
    internal void End(string reason)
    {
        if (_state == State.Closed)
            return;
        var wasHandshaking = _state == State.Handshaking;
        if (_state == State.Closing)
            reason = "closed here";
        _state = State.Closed;
        _loop.Timers.Cancel(_deadline);
        CloseDescriptor();
        _tls?.Cancel();
        _listener?.OnStreamEnded(this, wasHandshaking, reason);
        if (wasHandshaking)
            _handshakeFailed?.Invoke(Remote, reason);
        try
        {
            _receiver?.OnClosed(this, reason);
        }
        catch (Exception exception)
        {
            _loop.Report(exception);
        }
    }

    /// <summary>Ends it, but tries once to send what is queued: a last answer, or the TLS alert that says why.</summary>
    internal void EndAfterFlush(string reason)
    {
        Seal();
        if (_out.Count > 0 && _state is (State.Handshaking or State.Open))
            Flush();
        End(reason);
    }

    internal void OnDeadline() => End(_deadlineReason);

    protected internal override void OnReady(uint ready, long nowNs)
    {
        if (_state == State.Connecting)
        {
            var error = NativeSocket.TakeError(Descriptor);
            if (error != 0)
                End(Libc.Describe(error));
            else
                Connected(_tls);
            return;
        }

        if ((ready & Libc.EpollOut) != 0)
            Flush();
        if ((ready & ~Libc.EpollOut) == 0 || _state == State.Closed)
            return;
        if (_tls is not null && _state != State.Closing)
            _tls.OnReadable();
        else
            ReadPlain();
    }

    protected internal override void OnLoopStopped()
    {
        _state = State.Closed;
        _out.Release();
        _plain.Release();
        _ = Libc.Close(Descriptor);
    }

    /// <summary>Reads once. Gives 0 at the end of the stream, -1 when nothing is there, and an error's text when it failed.</summary>
    internal int ReadRaw(Span<byte> destination, out string? failure)
    {
        failure = null;
        fixed (byte* pointer = destination)
        {
            var count = Libc.Receive(Descriptor, pointer, destination.Length, Libc.MsgDontWait);
            if (count >= 0)
                return (int)count;
        }

        var error = Libc.LastError;
        if (error is not (Libc.EAgain or Libc.EIntr))
            failure = Libc.Describe(error);
        return -1;
    }

    void Connected(TlsChannel? tls)
    {
        NativeSocket.Set(Descriptor, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        // A peer that is gone without a word is found by keep-alives when idle, and by unacknowledged bytes when not.
        NativeSocket.Set(Descriptor, Libc.SolSocket, Libc.SoKeepAlive, 1);
        NativeSocket.Set(Descriptor, Libc.IpProtoTcp, Libc.TcpKeepIdle, Math.Max(1, _options.PeerTimeoutMs / 2000));
        NativeSocket.Set(Descriptor, Libc.IpProtoTcp, Libc.TcpKeepInterval, Math.Max(1, _options.PeerTimeoutMs / 6000));
        NativeSocket.Set(Descriptor, Libc.IpProtoTcp, Libc.TcpKeepCount, 3);
        NativeSocket.Set(Descriptor, Libc.IpProtoTcp, Libc.TcpUserTimeout, _options.PeerTimeoutMs);
        // What is unacknowledged is sent again this often at least, so that what waited is there soon after a way that was cut is. A kernel that knows no such bound waits longer each time.
        NativeSocket.Set(Descriptor, Libc.IpProtoTcp, Libc.TcpMaxRetransmitMs, MaxRetransmitMs);
        Local = NativeSocket.LocalOf(Descriptor);
        SetInterest(ReadInterest);
        _tls = tls;
        if (tls is null)
        {
            BecomeOpen();
            return;
        }

        Handshake(tls);
    }

    void Handshake(TlsChannel tls)
    {
        _state = State.Handshaking;
        SetDeadline(_options.HandshakeTimeoutMs, "handshake took too long");
        tls.Start();
    }

    void BecomeOpen()
    {
        var wasHandshaking = _state == State.Handshaking;
        _state = State.Open;
        _loop.Timers.Cancel(_deadline);
        try
        {
            if (_listener is not null && !_isUpgraded)
            {
                _listener.OnStreamOpen(this, wasHandshaking);
            }
            else
            {
                _listener?.OnStreamUpgraded();
                _receiver!.OnOpened(this);
            }
        }
        catch (Exception exception)
        {
            _loop.Report(exception);
            End("its receiver failed");
        }
    }

    void ReadPlain()
    {
        var slab = _loop.ReceiveSlab;
        slab.Lend();
        try
        {
            var bytes = slab.StreamBytes;
            var count = ReadRaw(bytes, out var failure);
            if (failure is not null)
                End(failure);
            else if (count == 0)
                EndAfterFlush(ClosedByPeer);
            else if (count > 0)
                Deliver(bytes[..count]);
        }
        finally
        {
            slab.Return();
        }
    }

    void Flush()
    {
        while (_out.Count > 0)
        {
            nint sent;
            fixed (byte* pointer = _out.Waiting)
                sent = Libc.Send(Descriptor, pointer, _out.Count, Libc.MsgDontWait | Libc.MsgNoSignal);
            if (sent >= 0)
            {
                _out.Consume((int)sent);
                continue;
            }

            var error = Libc.LastError;
            if (error == Libc.EIntr)
                continue;
            if (error == Libc.EAgain)
                SetInterest(ReadInterest | Libc.EpollOut);
            else
                End(Libc.Describe(error));
            return;
        }

        SetInterest(ReadInterest);
        if (_state != State.Closing || _finished)
            return;
        // Now the other end hears the end after all bytes; closing at once could reset the connection and lose them.
        _finished = true;
        _ = Libc.Shutdown(Descriptor, Libc.ShutWrite);
    }

    /// <summary>Hands to TLS what is to be sent. A TLS that cannot seal any more is over.</summary>
    void Seal()
    {
        if (_plain.Count == 0 || _state != State.Open)
            return;
        var isSealed = _tls!.TryWrite(_plain.Waiting);
        _plain.Consume(_plain.Count);
        if (!isSealed)
            End("its TLS sends no more");
    }

    void AnnounceFlush()
    {
        if (_flushAnnounced)
            return;
        _flushAnnounced = true;
        _loop.AtTurnEnd(this);
    }

    void SetInterest(uint interest)
    {
        if (_interest == interest)
            return;
        _interest = interest;
        _loop.Watch(this, interest);
    }

    void SetDeadline(int timeoutMs, string reason)
    {
        _deadlineReason = reason;
        _loop.Timers.Arm(_deadline, _loop.NowNs + (timeoutMs * MonotonicTime.Millisecond));
    }

    void CloseDescriptor()
    {
        _out.Release();
        _plain.Release();
        if (Descriptor < 0)
            return;
        _loop.Unwatch(this);
        _ = Libc.Close(Descriptor);
        Descriptor = -1;
    }

    sealed class StreamDeadline(SocketStream stream) : TimerNode
    {
        protected internal override void Fire(long nowNs) => stream.OnDeadline();
    }
}
