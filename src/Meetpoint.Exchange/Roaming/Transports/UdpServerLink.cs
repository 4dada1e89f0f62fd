using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>A server over UDP, from as many source ports as it takes. On the hub's loop.</summary>
sealed class UdpServerLink(INetwork network, IEventLoop loop, IServerLinkUser user, NetAddress address, PacketSecurity security) : IServerLink, IDatagramReceiver
{
    static readonly NetAddress _anyIPv6 = NetAddress.FromIPv6(new byte[16], 0);

    readonly List<IDatagramSocket> _sockets = [];
    readonly Dictionary<IDatagramSocket, int> _ports = [];

    /// <inheritdoc/>
    public PacketSecurity? Security => security;

    /// <inheritdoc/>
    public bool IsOpening => false;

    /// <inheritdoc/>
    public bool IsStream => false;

    /// <inheritdoc/>
    public void Send(int port, ReadOnlySpan<byte> packet)
    {
        while (port >= _sockets.Count)
        {
            var socket = network.OpenDatagram(address.IsIPv4 ? NetAddress.FromIPv4(0, 0) : _anyIPv6, loop, this);
            _ports[socket] = _sockets.Count;
            _sockets.Add(socket);
        }

        _sockets[port].Send(packet, address);
    }

    /// <inheritdoc/>
    public IStream? StreamOf(int port) => null;

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        // From anywhere else it is no answer of this server, whatever it says.
        if (from == address && _ports.TryGetValue(socket, out var port))
            user.OnPacket(port, payload, nowNs);
    }

    /// <inheritdoc/>
    public void Advance(long nowNs)
    {
        // Datagrams need no care.
    }

    /// <inheritdoc/>
    public void Reset(long nowNs)
    {
        // There is nothing to begin anew.
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }
}
