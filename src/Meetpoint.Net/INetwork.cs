using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Net;

/// <summary>
/// Where datagrams and streams come from: the machine's sockets, or the virtual network of the tests.
/// </summary>
/// <remarks>All calls and all call-backs happen on the loop that is handed in.</remarks>
public interface INetwork
{
    /// <summary>Opens a datagram socket; port 0 takes a free one.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    IDatagramSocket OpenDatagram(NetAddress local, IEventLoop loop, IDatagramReceiver receiver);

    /// <summary>Listens for streams; with <paramref name="tls"/> they are handed over once the handshake is done.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    IStreamListener Listen(NetAddress local, TlsIdentity? tls, IEventLoop loop, Func<IStream, IStreamReceiver> accept);

    /// <summary>Connects; the receiver hears Opened or Closed. Never throws for what the network does.</summary>
    IStream Connect(NetAddress remote, TlsIdentity? tls, string? serverName, IEventLoop loop, IStreamReceiver receiver);
}

/// <summary>A bound datagram socket.</summary>
public interface IDatagramSocket : IDisposable
{
    /// <summary>Where it is bound, with the true port.</summary>
    NetAddress Local { get; }

    /// <summary>
    /// Sends, or queues until the end of the loop's turn so that many go in one system call. The bytes are taken before it returns.
    /// </summary>
    void Send(ReadOnlySpan<byte> payload, in NetAddress to);

    /// <summary>
    /// True, as at first: datagrams are handed over as they come. False: they wait in a bounded buffer for <see cref="Deliver"/>, and are
    /// handed over with the time at which they came. On the loop only.
    /// </summary>
    /// <remarks>For a protocol that acts at ticks of its own: many sockets then cost no wake-up of the loop for each datagram.</remarks>
    bool DeliversAtOnce { get; set; }

    /// <summary>From now on each datagram is told with the time at which the kernel had it, where there is a kernel. On the loop only.</summary>
    void StampArrivals()
    {
    }

    /// <summary>Hands over what waits. On the loop only, and not while it hands over anything else: the memory is one for all of its sockets.</summary>
    /// <exception cref="InvalidOperationException">Called from within a receiver of the same loop.</exception>
    void Deliver();
}

/// <summary>Hears datagrams. The payload is lent for the call only, and may be changed in place.</summary>
public interface IDatagramReceiver
{
    /// <summary>One datagram came.</summary>
    /// <param name="socket">Where it came to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="from">Who sent it, by its own word.</param>
    /// <param name="nowNs">When it came, in the loop's time; never later than that.</param>
    void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs);
}

/// <summary>An open listener.</summary>
public interface IStreamListener : IDisposable
{
    /// <summary>Where it listens, with the true port.</summary>
    NetAddress Local { get; }
}

/// <summary>A TCP or TLS connection.</summary>
public interface IStream
{
    /// <summary>This end.</summary>
    NetAddress Local { get; }

    /// <summary>The other end.</summary>
    NetAddress Remote { get; }

    /// <summary>The certificate that the other end proved by mutual TLS; null without.</summary>
    X509Certificate2? PeerCertificate { get; }

    /// <summary>The application protocol that the handshake agreed on (ALPN, RFC 7301); null without one.</summary>
    string? ApplicationProtocol { get; }

    /// <summary>True with TLS 1.3 or later.</summary>
    bool IsTls13 { get; }

    /// <summary>
    /// Sends in order. The bytes are taken before it returns. False when the bounded send queue is full or it is closed:
    /// the caller drops the message and may close.
    /// </summary>
    bool Send(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Begins TLS on a connection that is open without it (STARTTLS), after what was sent: the receiver hears Opened once it is done, on both ends, or
    /// Closed. Until then nothing can be sent. Nothing happens on a connection that is not open; on the loop only.
    /// </summary>
    /// <param name="identity">What is shown, and who is believed.</param>
    /// <param name="serverName">The name asked for; of the client only.</param>
    /// <param name="asServer">Which end of the handshake this one is.</param>
    /// <exception cref="InvalidOperationException">It has TLS already.</exception>
    void StartTls(TlsIdentity identity, string? serverName, bool asServer);

    /// <summary>True: nothing more is read, and the sender is slowed by its own window. What was read already may still be handed over. On the loop only.</summary>
    bool IsPaused { get; set; }

    /// <summary>Closes after what is queued was sent; the receiver hears Closed.</summary>
    void Close();
}

/// <summary>Hears a stream; all on the loop.</summary>
public interface IStreamReceiver
{
    /// <summary>The connection (and its TLS handshake) is done. Not called for accepted streams, which come open, but for their StartTls.</summary>
    /// <remarks>
    /// With TLS 1.3 one end is done before the other has judged its certificate: a refusal then comes as Closed after Opened, with no
    /// bytes between.
    /// </remarks>
    void OnOpened(IStream stream);

    /// <summary>Bytes came; lent for the call only.</summary>
    void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs);

    /// <summary>It ended or could not be opened; said once. <paramref name="reason"/> is for a log line.</summary>
    void OnClosed(IStream stream, string reason);
}

/// <summary>What this end shows in TLS and whom it believes. Read afresh at each handshake, so certificates renew without a restart.</summary>
public sealed class TlsIdentity
{
    /// <summary>The certificate with private key that is shown; called at each handshake.</summary>
    public required Func<X509Certificate2> Certificate { get; init; }

    /// <summary>The certificate for the name that a client asks for (RFC 6066); null shows <see cref="Certificate"/> whatever is asked. Of servers only.</summary>
    public Func<string, X509Certificate2>? CertificateFor { get; init; }

    /// <summary>Intermediates or root sent along; may be empty.</summary>
    public Func<X509Certificate2Collection> Chain { get; init; } = static () => [];

    /// <summary>
    /// Judges the peer's certificate (null when it showed none) and what it sent along: null lets it in, anything else is why not, in words for
    /// <see cref="HandshakeFailed"/> and for the reason of the close.
    /// </summary>
    public required Func<X509Certificate2?, X509Certificate2Collection, string?> Refuse { get; init; }

    /// <summary>The application protocols that are told and taken (ALPN, RFC 7301), the most wanted first; empty tells none. A client that tells none is let in; one with nothing in common is not.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>
    /// Hears of handshakes that came to nothing: with whom, and why. For a log line; at a listener anyone can cause it.
    /// </summary>
    public Action<NetAddress, string>? HandshakeFailed { get; init; }
}
