using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>A listening TCP socket. What it accepts belongs to the same loop.</summary>
public sealed unsafe class SocketListener : PollSource, IStreamListener
{
    const int Backlog = 1024;
    const int AcceptsPerTurn = 64;

    /// <summary>How long to wait for a descriptor when the process has none left, in milliseconds.</summary>
    const int NoDescriptorPauseMs = 100;

    readonly ThreadEventLoop _loop;
    readonly SocketOptions _options;
    readonly TlsIdentity? _tls;
    readonly Func<IStream, IStreamReceiver> _accept;
    readonly Pause _pause;
    int _open;
    int _handshakes;
    long _refused;
    volatile bool _closed;

    internal SocketListener(
        NetAddress local, TlsIdentity? tls, ThreadEventLoop loop, Func<IStream, IStreamReceiver> accept, SocketOptions options)
    {
        _loop = loop;
        _options = options;
        _tls = tls;
        _accept = accept;
        _pause = new Pause(this);
        var family = NativeSocket.FamilyOf(local);
        var fd = NativeSocket.Open(family, Libc.SockStream);
        NativeSocket.Set(fd, Libc.SolSocket, Libc.SoReuseAddr, 1);
        if (options.ReusePort)
            NativeSocket.Set(fd, Libc.SolSocket, Libc.SoReusePort, 1);
        if (family == Libc.AfInet6)
            NativeSocket.Set(fd, Libc.IpProtoIPv6, Libc.IPv6Only, options.DualStack ? 0 : 1);
        NativeSocket.Bind(fd, local, family);
        if (Libc.Listen(fd, Backlog) != 0)
        {
            var error = Libc.LastError;
            _ = Libc.Close(fd);
            throw new IOException($"cannot listen on {local}: {Libc.Describe(error)}");
        }

        Descriptor = fd;
        Local = NativeSocket.LocalOf(fd);
        loop.RunOnLoop(StartWatching);
    }

    /// <inheritdoc/>
    public NetAddress Local { get; }

    /// <summary>Connections closed as they came, as a limit of <see cref="SocketOptions"/> was reached.</summary>
    public long Refused => _refused;

    /// <summary>Listens no more. What was accepted stays. From any thread; off the loop it happens soon.</summary>
    public void Dispose() => _loop.RunOnLoop(() =>
    {
        if (_closed)
            return;
        _closed = true;
        _loop.Timers.Cancel(_pause);
        _loop.Unwatch(this);
        _ = Libc.Close(Descriptor);
    });

    /// <inheritdoc/>
    protected internal override void OnReady(uint ready, long nowNs)
    {
        var name = stackalloc byte[SocketAddressCodec.MaxBytes];
        for (var i = 0; i < AcceptsPerTurn && !_closed; i++)
        {
            uint length = SocketAddressCodec.MaxBytes;
            var fd = Libc.Accept4(Descriptor, name, &length, Libc.SockNonBlocking | Libc.SockCloseOnExec);
            if (fd >= 0)
            {
                Take(fd, SocketAddressCodec.Read(name));
                continue;
            }

            switch (Libc.LastError)
            {
                case Libc.EAgain:
                    return;
                case Libc.EMfile or Libc.ENfile or Libc.ENoBufs:
                    // The connection stays in the backlog and would wake us for ever.
                    _loop.Unwatch(this);
                    _loop.Timers.Arm(_pause, nowNs + (NoDescriptorPauseMs * MonotonicTime.Millisecond));
                    return;
            }
        }
    }

    /// <inheritdoc/>
    protected internal override void OnLoopStopped()
    {
        _closed = true;
        _ = Libc.Close(Descriptor);
    }

    internal void OnStreamOpen(SocketStream stream, bool wasHandshaking)
    {
        if (wasHandshaking)
            _handshakes--;
        stream.SetReceiver(_accept(stream));
    }

    /// <summary>A stream that is open begins its handshake. False when too many are under way.</summary>
    internal bool TryBeginHandshake()
    {
        if (_handshakes >= _options.MaxConcurrentHandshakes)
        {
            _refused++;
            return false;
        }

        _handshakes++;
        return true;
    }

    /// <summary>A stream that was open before has TLS now.</summary>
    internal void OnStreamUpgraded() => _handshakes--;

    internal void OnStreamEnded(SocketStream stream, bool wasHandshaking, string reason)
    {
        _open--;
        if (!wasHandshaking)
            return;
        _handshakes--;
        _tls?.HandshakeFailed?.Invoke(stream.Remote, reason);
    }

    void Take(int fd, NetAddress remote)
    {
        if (_open >= _options.MaxAcceptedStreams || (_tls is not null && _handshakes >= _options.MaxConcurrentHandshakes))
        {
            _refused++;
            _ = Libc.Close(fd);
            return;
        }

        _open++;
        if (_tls is not null)
            _handshakes++;
        new SocketStream(_loop, _options, remote, this).Accepted(fd, _tls);
    }

    void StartWatching()
    {
        if (!_closed)
            _loop.Watch(this, Libc.EpollIn);
    }

    sealed class Pause(SocketListener listener) : TimerNode
    {
        protected internal override void Fire(long nowNs) => listener.StartWatching();
    }
}
