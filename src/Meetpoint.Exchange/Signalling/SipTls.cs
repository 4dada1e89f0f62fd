using System.Security.Cryptography.X509Certificates;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// What SIP over TLS shows and whom it believes, in both directions: another exchange by its pinned key and by nothing else, a trunk by a name that
/// a believed authority vouches for.
/// </summary>
/// <param name="exchanges">Our own certificates, and the pinned keys.</param>
/// <param name="trunks">Trunks and equipment by name.</param>
/// <param name="world">The world in force.</param>
/// <param name="log">Where refused handshakes are told.</param>
sealed class SipTls(NniCertificates exchanges, TrunkCertificates trunks, Func<World> world, IExchangeLog log)
{
    /// <summary>Set when a listener has a certificate of its own; then trunks see it on what we open as well.</summary>
    public TlsCertificate? TrunkCertificate { get; set; }

    /// <summary>For a listener.</summary>
    /// <param name="own">What it shows; null for the certificate that our identity key signs.</param>
    public TlsIdentity ForListener(TlsCertificate? own) => new()
    {
        Certificate = own is null ? exchanges.Tls.Certificate : () => own.Leaf,
        Chain = own is null ? exchanges.Tls.Chain : () => own.Intermediates,
        // A customer's phone shows no certificate; it proves itself by digest. Where we show our own key's, exchanges alone come in.
        Refuse = own is null ? RefuseClient : (leaf, sent) => leaf is null ? null : RefuseClient(leaf, sent),
        HandshakeFailed = (remote, reason) => log.Stranger($"tls {remote}: {reason}"),
    };

    /// <summary>For a connection that we open to whoever was asked for by this name.</summary>
    public TlsIdentity ForServer(string serverName)
    {
        var exchange = ExchangeAt(world(), serverName);
        var own = exchange is null ? TrunkCertificate : null;
        return new TlsIdentity
        {
            Certificate = own is null ? exchanges.Tls.Certificate : () => own.Leaf,
            Chain = own is null ? exchanges.Tls.Chain : () => own.Intermediates,
            Refuse = (leaf, sent) => exchange is null ? trunks.RefuseServer(serverName, leaf, sent) : RefuseExchange(exchange, leaf, sent),
            HandshakeFailed = (remote, reason) => log.Unreachable($"tls {serverName} at {remote}", reason),
        };
    }

    /// <summary>The neighbour behind a connection that was accepted before, and the names that it may be found again by; null when it is nobody's now.</summary>
    public NeighbourEntry? NeighbourOf(World current, X509Certificate2 leaf, out IReadOnlyList<string> aliases)
    {
        if (exchanges.ExchangeOf(leaf) is { } exchange)
        {
            var entry = current.FindNeighbourByExchange(exchange);
            aliases = entry is null ? [] : HostsOf(entry.Neighbour);
            return entry;
        }

        var trunk = trunks.TrunkOf(current, leaf);
        aliases = trunk is null ? [] : TrunkCertificates.Aliases(trunk.Neighbour, leaf);
        return trunk;
    }

    string? RefuseClient(X509Certificate2? leaf, X509Certificate2Collection sent)
    {
        // Whoever holds a pinned key hears about that certificate; everyone else is looked for among the trunks.
        var fault = exchanges.Tls.Refuse(leaf, sent);
        return fault is null || leaf is null || !fault.StartsWith("certificate.foreign", StringComparison.Ordinal) ? fault : trunks.RefuseClient(leaf, sent);
    }

    string? RefuseExchange(string expected, X509Certificate2? leaf, X509Certificate2Collection sent)
    {
        if (exchanges.Tls.Refuse(leaf, sent) is { } fault)
            return fault;
        var shown = exchanges.ExchangeOf(leaf);
        return expected.Equals(shown, StringComparison.OrdinalIgnoreCase) ? null : $"certificate.other_neighbour: {shown} answered where {expected} should";
    }

    /// <summary>The exchange that a host stands for by our own records; null for everyone else's.</summary>
    static string? ExchangeAt(World current, string host) => current.Neighbours.Select(entry => entry.Neighbour)
        .FirstOrDefault(neighbour => neighbour.Kind == NeighbourKind.Exchange && HostsOf(neighbour).Contains(host, StringComparer.OrdinalIgnoreCase))?.Exchange;

    static List<string> HostsOf(Neighbour exchange)
    {
        List<string> hosts = [exchange.Exchange!, .. exchange.SipHosts];
        if (exchange.SipUri is { } text && SipUri.TryParse(text, out var uri))
            hosts.Add(uri.Host);
        return hosts;
    }
}
