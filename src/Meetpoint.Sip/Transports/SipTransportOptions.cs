using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Limits and times of the transports.</summary>
public sealed record SipTransportOptions
{
    /// <summary>Connections at a time, both ways; further ones are closed at once. Default 4,096.</summary>
    public int MaxConnections { get; init; } = 4_096;

    /// <summary>Seconds without a byte after which a connection is closed; default 600.</summary>
    public int IdleCloseSeconds { get; init; } = 600;

    /// <summary>
    /// Seconds that a connection which was opened to us has for its first message, and that every begun message has to become whole; default 10.
    /// Otherwise anyone could hold all connections with a byte now and then.
    /// </summary>
    public int MessageSeconds { get; init; } = 10;

    /// <summary>Seconds between CRLF pings on connections that we opened (RFC 5626 section 3.5.1); 0 sends none. Default 0.</summary>
    public int PingSeconds { get; init; }

    /// <summary>Bytes that wait for a connection to open; what does not fit counts as a transport error. Default 256 KiB.</summary>
    public int MaxPendingBytes { get; init; } = 262_144;

    /// <summary>UDP remotes remembered as flows; when full the memory is emptied and begins anew. Default 16,384.</summary>
    public int MaxDatagramFlows { get; init; } = 16_384;

    /// <summary>Requests larger than this go over TCP where the target takes it (RFC 3261 section 18.1.1: MTU less 200). Default 1,300.</summary>
    public int SwitchToTcpBytes { get; init; } = 1_300;

    /// <summary>
    /// What is shown, and who is believed, on a TLS connection that we open to who was asked for by this name (RFC 5922 section 7.3); null opens
    /// none.
    /// </summary>
    public Func<string, TlsIdentity>? ClientTls { get; init; }
}
