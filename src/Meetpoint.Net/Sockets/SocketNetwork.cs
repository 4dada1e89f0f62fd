namespace Meetpoint.Net;

/// <summary>The machine's sockets. Every loop handed in must be a <see cref="ThreadEventLoop"/>.</summary>
/// <remarks>Opening is allowed on any thread; what is opened then belongs to its loop. IPv4 and IPv6, but no link-local scope ids.</remarks>
public sealed class SocketNetwork(SocketOptions? options = null) : INetwork
{
    readonly SocketOptions _options = options ?? new SocketOptions();

    /// <inheritdoc/>
    public IDatagramSocket OpenDatagram(NetAddress local, IEventLoop loop, IDatagramReceiver receiver) =>
        OpenDatagram(local, loop, receiver, _options);

    /// <summary>Opens a datagram socket with options of its own.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public UdpSocket OpenDatagram(NetAddress local, IEventLoop loop, IDatagramReceiver receiver, SocketOptions options) =>
        new(local, ThreadOf(loop), receiver, options);

    /// <inheritdoc/>
    public IStreamListener Listen(NetAddress local, TlsIdentity? tls, IEventLoop loop, Func<IStream, IStreamReceiver> accept) =>
        new SocketListener(local, tls, ThreadOf(loop), accept, _options);

    /// <inheritdoc/>
    public IStream Connect(NetAddress remote, TlsIdentity? tls, string? serverName, IEventLoop loop, IStreamReceiver receiver)
    {
        var stream = new SocketStream(ThreadOf(loop), _options, remote, listener: null);
        stream.Connect(tls, serverName, receiver);
        return stream;
    }

    static ThreadEventLoop ThreadOf(IEventLoop loop) =>
        loop as ThreadEventLoop ?? throw new ArgumentException("real sockets need a ThreadEventLoop", nameof(loop));
}
