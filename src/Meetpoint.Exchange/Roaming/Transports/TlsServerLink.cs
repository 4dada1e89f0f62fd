using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Streams;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>
/// A server over TLS (RFC 6614): one connection that is always there, and more while RADIUS as it always was needs more ids than one has. All of them speak the same version, the one that
/// the first has agreed on (RFC 9765 section 3). On the hub's loop.
/// </summary>
sealed class TlsServerLink : IServerLink
{
    /// <summary>Between two attempts, at first and at most.</summary>
    const long FirstPauseNs = MonotonicTime.Second;
    const long MaxPauseNs = 60 * MonotonicTime.Second;

    readonly RadiusTls _tls;
    readonly IEventLoop _loop;
    readonly IServerLinkUser _user;
    readonly ServerPlace _place;
    readonly NeighbourEntry _entry;
    readonly TlsIdentity _identity;
    readonly Random _random;
    readonly List<TlsServerConnection?> _connections = [];
    long _nextTryNs = long.MinValue;
    long _pauseNs = FirstPauseNs;
    bool _isOver;

    public TlsServerLink(RadiusTls tls, IEventLoop loop, IServerLinkUser user, NeighbourEntry entry, ServerPlace place, TlsIdentity identity, Random random) =>
        (_tls, _loop, _user, _entry, _place, _identity, _random) = (tls, loop, user, entry, place, identity, random);

    /// <inheritdoc/>
    public PacketSecurity? Security { get; private set; }

    /// <inheritdoc/>
    public bool IsOpening => Security is null && _connections is [{ }, ..];

    /// <inheritdoc/>
    public bool IsStream => true;

    /// <inheritdoc/>
    public void Send(int port, ReadOnlySpan<byte> packet)
    {
        while (_connections.Count <= port)
            _connections.Add(null);
        (_connections[port] ??= Open(port)).Send(packet);
    }

    /// <inheritdoc/>
    public IStream? StreamOf(int port) => port < _connections.Count && _connections[port] is { IsOpen: true } connection ? connection.Stream : null;

    /// <inheritdoc/>
    public void Advance(long nowNs)
    {
        if (_isOver || nowNs < _nextTryNs || Security is not null || _connections is [{ }, ..])
            return;
        _nextTryNs = nowNs + (long)(_pauseNs * (0.75 + (_random.NextDouble() / 2)));
        _pauseNs = Math.Min(2 * _pauseNs, MaxPauseNs);
        if (_connections.Count == 0)
            _connections.Add(null);
        _connections[0] = Open(0);
    }

    /// <inheritdoc/>
    public void Reset(long nowNs)
    {
        CloseAll("silent");
    }

    public void Dispose()
    {
        _isOver = true;
        CloseAll("it is asked no more");
    }

    void CloseAll(string reason)
    {
        for (var port = 0; port < _connections.Count; port++)
            _connections[port]?.Close(reason); // which takes it out
    }

    /// <summary>A handshake is done.</summary>
    internal void OnOpened(TlsServerConnection connection, IStream stream)
    {
        var agreed = RadiusTls.SecurityOf(stream, _entry.Neighbour.Radius!);
        if (agreed is null || (Security is not null && Security.IsVersion11 != agreed.IsVersion11))
        {
            connection.Close($"it speaks {stream.ApplicationProtocol ?? RadiusVersions.Alpn10} with TLS {(stream.IsTls13 ? "1.3" : "1.2")}, which is not what its neighbour's record wants");
            return;
        }

        _pauseNs = FirstPauseNs;
        connection.IsOpen = true;
        if (Security is not null)
            return;
        Security = agreed;
        _user.OnUp(_loop.NowNs);
    }

    internal void OnPacket(TlsServerConnection connection, ReadOnlySpan<byte> packet, long nowNs) => _user.OnPacket(connection.Port, packet, nowNs);

    internal void OnClosed(TlsServerConnection connection, string reason)
    {
        if (connection.Port >= _connections.Count || _connections[connection.Port] != connection)
            return;
        _connections[connection.Port] = null;
        var wasUp = Security is not null;
        if (!_connections.Exists(other => other is { IsOpen: true }))
            Security = null;
        if (!_isOver)
            _user.OnDown(connection.Port, reason, _loop.NowNs);
        // What waits on those that are still being opened is protected as the last version wants it, and the next may be another.
        if (wasUp && Security is null)
            CloseAll("the last open connection ended");
    }

    TlsServerConnection Open(int port)
    {
        var connection = new TlsServerConnection(this, port);
        if (_place.Address.IsSet)
            connection.Connect(_tls.Network, _loop, _identity, _place.Address, _place.Host);
        else
            Find(connection, DnsType.A);
        return connection;
    }

    void Find(TlsServerConnection connection, DnsType type) => _tls.Names.Query(_place.Host, type, answer =>
    {
        if (connection.IsOver)
            return;
        if (answer.Records.OfType<AddressRecord>().FirstOrDefault() is { } found)
            connection.Connect(_tls.Network, _loop, _identity, found.Address.WithPort(_place.Port), _place.Host);
        else if (type == DnsType.A)
            Find(connection, DnsType.Aaaa);
        else
            connection.Close($"{_place.Host} has no address ({answer.Status})");
    });
}
