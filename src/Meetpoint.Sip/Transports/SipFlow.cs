using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// The way a message came and its answer goes back: a socket and a remote address, or a connection. By it the application tells its neighbours apart.
/// </summary>
/// <remarks>On the loop only.</remarks>
public sealed class SipFlow
{
    readonly IDatagramSocket? _socket;

    internal SipFlow(SipListener listener, IDatagramSocket socket, in NetAddress remote)
    {
        Listener = listener;
        _socket = socket;
        Remote = remote;
        Local = socket.Local;
        IsOpen = true;
    }

    internal SipFlow(SipListener listener, SipTransport transport, SipConnection connection)
    {
        Listener = listener;
        Transport = transport;
        Connection = connection;
    }

    /// <summary>New calls that came this way and wait.</summary>
    internal int WaitingCount { get; set; }

    /// <summary>New calls that came this way and were turned away, since it was asked last.</summary>
    internal int ShedCount { get; set; }

    /// <summary>The gate has let something through that came this way.</summary>
    internal bool IsLetIn { get; set; }

    /// <summary>How it travels.</summary>
    public SipTransport Transport { get; }

    /// <summary>This end.</summary>
    public NetAddress Local { get; internal set; }

    /// <summary>The other end.</summary>
    public NetAddress Remote { get; internal set; }

    /// <summary>Name of the listener that it belongs to, as configured.</summary>
    public string ListenerName => Listener.Name;

    /// <summary>What the other end proved by mutual TLS; null without.</summary>
    public X509Certificate2? PeerCertificate => Stream?.PeerCertificate;

    /// <summary>The connection; null for UDP or while it is not open.</summary>
    public IStream? Stream => Connection?.Stream;

    /// <summary>
    /// Who is at the other end, once the application knows. A request to a target whose server name is this goes over this connection, whoever
    /// opened it (RFC 5923); an address alone never makes two connections the same.
    /// </summary>
    public string? Identity { get; set; }

    /// <summary>Further names that the other end proved to stand for; by each the connection is found again (RFC 5923 section 4).</summary>
    public IReadOnlyList<string> Aliases { get; set; } = [];

    /// <summary>True for a connection that we opened; over TLS the other end then proved <see cref="Identity"/> as a server.</summary>
    public bool IsOpenedHere => Connection?.IsOurs == true;

    /// <summary>Anything that the application wants to keep with the flow.</summary>
    public object? Tag { get; set; }

    /// <summary>
    /// Until when, in the loop's time, the connection is kept though it is idle: someone is reached by it. 0 at first.
    /// </summary>
    public long KeptUntilNs { get; set; }

    /// <summary>False once the connection ended. Always true for UDP.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>True when nothing needs to be sent again (RFC 3261 section 17).</summary>
    public bool IsReliable => Transport != SipTransport.Udp;

    /// <summary>"host:port" that stands in Via and Contact of what we send on it.</summary>
    public string SentBy => Listener.SentBy ?? Local.ToString();

    internal SipListener Listener { get; }

    internal SipConnection? Connection { get; }

    internal bool StandsFor(string name) =>
        string.Equals(Identity, name, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(name, StringComparer.OrdinalIgnoreCase);

    internal bool Send(ReadOnlySpan<byte> bytes, in NetAddress to)
    {
        if (Connection is not null)
            return Connection.Send(bytes);
        _socket!.Send(bytes, to);
        Listener.Transports.Tell(this, SipTapEvent.Sent, to, bytes);
        return true;
    }

    internal bool Send(ReadOnlySpan<byte> bytes) => Send(bytes, Remote);

    /// <summary>Sends without telling the tap: there is no time for it.</summary>
    internal void SendUntold(ReadOnlySpan<byte> bytes)
    {
        if (Stream is { } stream)
            stream.Send(bytes);
        else
            _socket?.Send(bytes, Remote);
    }

    /// <summary>For a log line.</summary>
    public override string ToString() => $"{Transport.UriName()} {Remote} at {ListenerName}";
}

/// <summary>A named place where messages come in.</summary>
sealed class SipListener
{
    public required SipTransports Transports { get; init; }

    public required string Name { get; init; }

    public required SipTransport Transport { get; init; }

    public string? SentBy { get; set; }

    public NetAddress Local { get; set; }

    public IDatagramSocket? Socket { get; set; }

    public IStreamListener? StreamListener { get; set; }
}
