using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Sip;
using DnsTransport = Meetpoint.Net.Dns.SipTransport;
using SipTransport = Meetpoint.Sip.SipTransport;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Finds where a SIP URI leads (RFC 3263), by the exchange's name servers. On the loop only.</summary>
sealed class SipTargets(INameResolver names, IEventLoop loop, Random random)
{
    readonly SipResolver _resolver = new(names, loop, random);

    public void Resolve(SipUri uri, Action<IReadOnlyList<Sip.SipTarget>> found)
    {
        DnsTransport? transport = uri.Parameter("transport")?.ToLowerInvariant() switch
        {
            "udp" => DnsTransport.Udp,
            "tcp" => DnsTransport.Tcp,
            "tls" => DnsTransport.Tls,
            _ => null,
        };
        var host = uri.Parameter("maddr") ?? uri.Host;
        _resolver.Resolve(new Net.Dns.SipTarget(host, uri.Port, transport, uri.IsSecure), resolution => found(
            [.. resolution.Hops.Select(hop => new Sip.SipTarget(
                hop.Transport switch { DnsTransport.Udp => SipTransport.Udp, DnsTransport.Tcp => SipTransport.Tcp, _ => SipTransport.Tls },
                hop.Address, hop.Transport == DnsTransport.Tls ? host : null))]));
    }
}
