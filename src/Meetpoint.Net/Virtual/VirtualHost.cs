namespace Meetpoint.Net.Virtual;

/// <summary>A machine of the virtual network, as what runs on it sees the network.</summary>
/// <remarks>Any address (0.0.0.0, ::) binds on all of the host's, of both families.</remarks>
public sealed class VirtualHost : INetwork
{
    const int FirstFreePort = 32_768;
    const int LastFreePort = 60_999;

    readonly Dictionary<NetAddress, VirtualDatagramSocket> _datagrams = [];
    readonly Dictionary<NetAddress, VirtualStreamListener> _listeners = [];
    readonly HashSet<VirtualStream> _streams = [];

    internal VirtualHost(VirtualNetwork network, NetAddress[] addresses)
    {
        Network = network;
        Addresses = addresses;
    }

    /// <summary>Its addresses, with port 0.</summary>
    public IReadOnlyList<NetAddress> Addresses { get; }

    internal VirtualNetwork Network { get; }

    /// <inheritdoc/>
    public IDatagramSocket OpenDatagram(NetAddress local, IEventLoop loop, IDatagramReceiver receiver)
    {
        var bound = Bind(local, key => _datagrams.ContainsKey(key));
        var socket = new VirtualDatagramSocket(this, bound, LoopOf(loop), receiver);
        _datagrams.Add(bound, socket);
        return socket;
    }

    /// <inheritdoc/>
    public IStreamListener Listen(NetAddress local, TlsIdentity? tls, IEventLoop loop, Func<IStream, IStreamReceiver> accept)
    {
        var bound = Bind(local, key => _listeners.ContainsKey(key));
        var listener = new VirtualStreamListener(this, bound, tls, LoopOf(loop), accept);
        _listeners.Add(bound, listener);
        return listener;
    }

    /// <inheritdoc/>
    public IStream Connect(NetAddress remote, TlsIdentity? tls, string? serverName, IEventLoop loop, IStreamReceiver receiver)
    {
        var local = SourceFor(remote);
        if (local.IsSet)
            local = local.WithPort(Network.Chance.Next(FirstFreePort, LastFreePort + 1));
        var stream = new VirtualStream(Network, LoopOf(loop), local, remote) { Receiver = receiver };
        VirtualConnect.Begin(stream, tls);
        return stream;
    }

    /// <summary>
    /// The process that runs here is killed: its sockets are gone, and the other ends of its streams are reset. Its loops are the
    /// caller's to stop (<see cref="VirtualEventLoop.Stop"/>). What starts here afterwards finds the host as new.
    /// </summary>
    public void Kill()
    {
        foreach (var socket in _datagrams.Values.ToList())
            socket.Dispose();
        foreach (var listener in _listeners.Values.ToList())
            listener.Dispose();
        foreach (var stream in _streams.ToList())
            stream.Reset();
    }

    internal void Add(VirtualStream stream) => _streams.Add(stream);

    internal void Remove(VirtualStream stream) => _streams.Remove(stream);

    /// <summary>The host's address that reaches the remote one: the same when it has it, else its first of the family.</summary>
    internal NetAddress SourceFor(in NetAddress remote)
    {
        foreach (var address in Addresses)
        {
            if (address.SameHost(remote))
                return address;
        }

        foreach (var address in Addresses)
        {
            if (address.IsIPv4 == remote.IsIPv4)
                return address;
        }

        return NetAddress.None;
    }

    internal VirtualDatagramSocket? FindDatagram(in NetAddress to) =>
        _datagrams.GetValueOrDefault(to) ?? _datagrams.GetValueOrDefault(AnyOf(to)) ?? _datagrams.GetValueOrDefault(AnyIPv6(to.Port));

    internal VirtualStreamListener? FindListener(in NetAddress to) =>
        _listeners.GetValueOrDefault(to) ?? _listeners.GetValueOrDefault(AnyOf(to)) ?? _listeners.GetValueOrDefault(AnyIPv6(to.Port));

    internal void Remove(VirtualDatagramSocket socket) => _datagrams.Remove(socket.Local);

    internal void Remove(VirtualStreamListener listener) => _listeners.Remove(listener.Local);

    internal static bool IsAny(in NetAddress address) => address.WithPort(0) == AnyOf(address).WithPort(0);

    static NetAddress AnyOf(in NetAddress address) => address.IsIPv4 ? NetAddress.FromIPv4(0, address.Port) : AnyIPv6(address.Port);

    static NetAddress AnyIPv6(int port)
    {
        Span<byte> zeros = stackalloc byte[16];
        zeros.Clear();
        return NetAddress.FromIPv6(zeros, port);
    }

    NetAddress Bind(NetAddress local, Func<NetAddress, bool> isTaken)
    {
        if (!IsAny(local) && !Addresses.Contains(local.WithPort(0)))
            throw new IOException($"cannot bind {local}: not an address of this host");
        if (_datagrams.Count + _listeners.Count >= VirtualNetwork.MaxSocketsPerHost)
            throw new IOException($"cannot bind {local}: too many sockets");
        if (local.Port != 0)
            return isTaken(local) ? throw new IOException($"cannot bind {local}: in use") : local;
        while (true)
        {
            var candidate = local.WithPort(Network.Chance.Next(FirstFreePort, LastFreePort + 1));
            if (!isTaken(candidate))
                return candidate;
        }
    }

    VirtualEventLoop LoopOf(IEventLoop loop) =>
        loop is VirtualEventLoop own && own.World == Network.World
            ? own
            : throw new ArgumentException("a virtual network needs a loop of its own world", nameof(loop));
}
