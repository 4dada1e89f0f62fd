using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Net;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Streams;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>Takes one packet of a connection, and says why it was none of its neighbour's.</summary>
delegate PacketError StreamPacketHandler(ClientConnection connection, ReadOnlySpan<byte> packet, long nowNs);

/// <summary>Where RADIUS over TLS comes in (RFC 6614): a connection is of the neighbour whose certificate it has shown, for as long as the world knows that. On the hub's loop.</summary>
sealed class RadiusStreams(RoamingContext context, RadiusClients clients, IHomeServerUser user, StreamPacketHandler onPacket, Random random) : IDisposable
{
    /// <summary>Connections of one neighbour.</summary>
    const int MaxOfNeighbour = 1_000;

    readonly List<IStreamListener> _listeners = [];
    readonly HashSet<ClientConnection> _connections = [];

    /// <summary>The way back to a neighbour over a connection that it has open; null when it has none.</summary>
    public HomeServer? Reverse(NeighbourEntry entry)
    {
        if (_connections.FirstOrDefault(each => each.Client.Entry.Neighbour.Id == entry.Neighbour.Id) is not { } connection)
            return null;
        if (connection.Reverse is { } known)
            return known;
        var reverse = new HomeServer(user, entry, connection.Stream.Remote.ToString(), random, probes: false);
        reverse.Connect(new ReverseLink(connection.Stream, connection.Security));
        reverse.OnUp(context.Loop.NowNs);
        return connection.Reverse = reverse;
    }

    /// <summary>Time has passed.</summary>
    public void Advance(long nowNs)
    {
        foreach (var connection in _connections)
            connection.Reverse?.Advance(nowNs);
    }

    /// <summary>Listens; gives the address with its true port.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public NetAddress Listen(RadiusTlsListen listen)
    {
        var tls = context.Tls ?? throw new InvalidOperationException("the hub has no TLS");
        if (listen.Certificate is not null)
            tls.OwnCertificate ??= listen.Certificate;
        var listener = context.Network.Listen(listen.Local, tls.ForListener(listen.Certificate), context.Loop, Accept);
        _listeners.Add(listener);
        return listener.Local;
    }

    /// <summary>Another world: who is no neighbour any more is heard no more.</summary>
    public void Follow(World world)
    {
        foreach (var connection in _connections.ToArray())
        {
            if (context.Tls!.NeighbourOf(world, connection.Stream.PeerCertificate) is not { } entry || entry.Neighbour.Id != connection.Client.Entry.Neighbour.Id)
                connection.Stream.Close();
            else
                clients.ClientOf(entry);
        }
    }

    public void Dispose()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
        foreach (var connection in _connections.ToArray())
            connection.Stream.Close();
    }

    IStreamReceiver Accept(IStream stream)
    {
        var entry = context.Tls!.NeighbourOf(context.Admission.World, stream.PeerCertificate);
        if (entry is null || RadiusTls.SecurityOf(stream, entry.Neighbour.Radius!) is not { } security)
        {
            context.Log.RadiusDiscarded(entry?.Neighbour.Id ?? "nobody", $"{stream.ApplicationProtocol ?? RadiusVersions.Alpn10} with TLS {(stream.IsTls13 ? "1.3" : "1.2")} is not spoken with it", stream.Remote.ToString());
            stream.Close();
            return new Refused();
        }

        var connection = new ClientConnection(stream, clients.ClientOf(entry), security, onPacket, Ended);
        if (_connections.Count(other => other.Client == connection.Client) >= MaxOfNeighbour)
        {
            context.Log.RadiusDiscarded(entry.Neighbour.Id, $"it has {MaxOfNeighbour} connections already", stream.Remote.ToString());
            stream.Close();
            return new Refused();
        }

        _connections.Add(connection);
        return connection;
    }

    void Ended(ClientConnection connection)
    {
        _connections.Remove(connection);
        connection.Reverse?.Leave(context.Loop.NowNs);
    }

    /// <summary>Hears nothing of a connection that is being closed.</summary>
    sealed class Refused : IStreamReceiver
    {
        public void OnOpened(IStream stream)
        {
        }

        public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
        {
        }

        public void OnClosed(IStream stream, string reason)
        {
        }
    }
}
