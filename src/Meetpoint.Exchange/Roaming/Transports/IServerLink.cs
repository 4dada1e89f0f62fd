using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>The way to one server: datagrams, or connections. On the hub's loop.</summary>
interface IServerLink : IDisposable
{
    /// <summary>How packets are protected on it; null while nothing can be sent.</summary>
    PacketSecurity? Security { get; }

    /// <summary>True while it is being opened, and it is worth waiting for.</summary>
    bool IsOpening { get; }

    /// <summary>True where what is sent arrives once or the link ends: nothing is sent again.</summary>
    bool IsStream { get; }

    /// <summary>Sends from one of its ports, or on one of its connections, which is opened when it is the first to go there.</summary>
    void Send(int port, ReadOnlySpan<byte> packet);

    /// <summary>The connection that requests of a port go over; null without one.</summary>
    IStream? StreamOf(int port);

    /// <summary>Time has passed.</summary>
    void Advance(long nowNs);

    /// <summary>The server is silent: a connection is given up, and another is tried.</summary>
    void Reset(long nowNs);
}

/// <summary>Hears of a link. On the hub's loop.</summary>
interface IServerLinkUser
{
    /// <summary>Requests can be sent from now on.</summary>
    void OnUp(long nowNs);

    /// <summary>What was sent from a port is not answered any more.</summary>
    /// <param name="port">Of the port or connection.</param>
    /// <param name="reason">For a log line.</param>
    /// <param name="nowNs">The loop's time.</param>
    void OnDown(int port, string reason, long nowNs);

    /// <summary>A packet came: an answer, or a request of the server's own (RFC 8559). Lent for the call.</summary>
    void OnPacket(int port, ReadOnlySpan<byte> packet, long nowNs);
}
