using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>What carries messages.</summary>
public enum SipTransport : byte
{
    /// <summary>Datagrams: transactions retransmit.</summary>
    Udp,

    /// <summary>A stream.</summary>
    Tcp,

    /// <summary>A stream under TLS.</summary>
    Tls,
}

/// <summary>Names of <see cref="SipTransport"/>.</summary>
public static class SipTransportNames
{
    /// <summary>As in Via: "UDP", "TCP", "TLS".</summary>
    public static string ViaName(this SipTransport transport) => transport switch { SipTransport.Udp => "UDP", SipTransport.Tcp => "TCP", _ => "TLS" };

    /// <summary>As in a URI's transport parameter.</summary>
    public static string UriName(this SipTransport transport) => transport switch { SipTransport.Udp => "udp", SipTransport.Tcp => "tcp", _ => "tls" };

    /// <summary>5060, or 5061 for TLS.</summary>
    public static int DefaultPort(this SipTransport transport) => transport == SipTransport.Tls ? 5061 : 5060;
}

/// <summary>One place that a request may be sent to, as RFC 3263 finds it.</summary>
/// <param name="Transport">How.</param>
/// <param name="Address">Where.</param>
/// <param name="ServerName">Whom the TLS certificate must name (RFC 5922), and by which name a connection is found again; null without TLS.</param>
/// <param name="ListenerName">The listener to send from; null takes the first that fits.</param>
public sealed record SipTarget(SipTransport Transport, NetAddress Address, string? ServerName = null, string? ListenerName = null);

/// <summary>
/// Finds the targets of a URI in order of preference (RFC 3263). Called on the loop, answers on the loop, at once or later; an empty list when
/// there are none.
/// </summary>
public delegate void SipTargetResolver(SipUri uri, Action<IReadOnlyList<SipTarget>> found);
