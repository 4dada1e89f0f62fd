using Meetpoint.Net.Dns;

namespace Meetpoint.Sip;

/// <summary>Makes a <see cref="SipTargetResolver"/> of the DNS procedures of RFC 3263.</summary>
public static class DnsTargetResolver
{
    /// <summary>A resolver that asks <paramref name="dns"/>. Hops over TLS must show the name of the URI's domain (RFC 5922 section 4).</summary>
    public static SipTargetResolver Create(SipResolver dns) => (uri, found) =>
    {
        var host = uri.Parameter("maddr") is { Length: > 0 } maddr ? maddr : uri.Host;
        dns.Resolve(new Net.Dns.SipTarget(host, uri.Port, TransportOf(uri), uri.IsSecure), resolution => found([.. resolution.Hops.Select(hop => Target(hop))]));
    };

    static SipTarget Target(SipNextHop hop) => hop.Transport switch
    {
        Net.Dns.SipTransport.Tcp => new SipTarget(SipTransport.Tcp, hop.Address),
        Net.Dns.SipTransport.Tls => new SipTarget(SipTransport.Tls, hop.Address, hop.Name),
        _ => new SipTarget(SipTransport.Udp, hop.Address),
    };

    static Net.Dns.SipTransport? TransportOf(SipUri uri) => uri.Parameter("transport")?.ToUpperInvariant() switch
    {
        "UDP" => Net.Dns.SipTransport.Udp,
        "TCP" => Net.Dns.SipTransport.Tcp,
        "TLS" => Net.Dns.SipTransport.Tls,
        _ => null,
    };
}
