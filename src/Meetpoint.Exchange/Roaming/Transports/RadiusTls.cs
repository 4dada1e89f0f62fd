using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Discovery;
using Meetpoint.Radius.Streams;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>
/// What RADIUS over TLS shows and whom it believes: another exchange by its pinned key and by nothing else; everybody else by a name of the record (a DNS name or an NAIRealm of the
/// certificate, RFC 6614 section 2.3, RFC 7585 section 2.2) that a believed authority vouches for. On the hub's loop.
/// </summary>
/// <param name="exchanges">Our own certificates, and the pinned keys.</param>
/// <param name="authorities">Believed where a neighbour's record names none; null for those of the machine.</param>
/// <param name="time">For validity.</param>
/// <param name="world">The world in force.</param>
/// <param name="log">Where refused handshakes are told.</param>
sealed class RadiusTls(NniCertificates exchanges, X509Certificate2Collection? authorities, TimeProvider time, Func<World> world, IExchangeLog log)
{
    static readonly string[] _versions = [RadiusVersions.Alpn11, RadiusVersions.Alpn10];

    readonly NeighbourChains _chains = new(authorities, time);
    readonly DiscoveredTrust _discovered = new(time);

    public required INetwork Network { get; init; }

    /// <summary>On the hub's loop.</summary>
    public required INameResolver Names { get; init; }

    /// <summary>Set when a listener has a certificate of its own; then servers see it on what we open as well.</summary>
    public TlsCertificate? OwnCertificate { get; set; }

    /// <summary>How packets are protected on an open connection; null when it is not what the neighbour is spoken with.</summary>
    /// <remarks>RADIUS/1.1 rests on TLS 1.3 (RFC 9765 section 3). Within TLS a Message-Authenticator is checked where it stands, and not asked for.</remarks>
    public static PacketSecurity? SecurityOf(IStream stream, NeighbourRadius radius) =>
        stream is { ApplicationProtocol: RadiusVersions.Alpn11, IsTls13: false } ? null
        : RadiusVersions.SecurityOf(stream.ApplicationProtocol, radius.Versions, MessageAuthenticatorRule.WherePresent);

    /// <summary>For a listener.</summary>
    /// <param name="own">What it shows; null for the certificate that our identity key signs, which exchanges know.</param>
    public TlsIdentity ForListener(TlsCertificate? own) => new()
    {
        Certificate = own is null ? exchanges.Tls.Certificate : () => own.Leaf,
        Chain = own is null ? exchanges.Tls.Chain : () => own.Intermediates,
        Refuse = (leaf, sent) => Find(world(), leaf, sent, out var fault) is null ? fault : null,
        ApplicationProtocols = _versions,
        HandshakeFailed = (remote, reason) => log.Stranger($"radius over tls {remote}: {reason}"),
    };

    /// <summary>For a connection to a server of a neighbour.</summary>
    /// <param name="neighbour">Whose server it is.</param>
    /// <param name="host">Where it is, for log lines.</param>
    public TlsIdentity ForServer(Neighbour neighbour, string host) => ForServer(neighbour, host, (leaf, sent) => RefuseServer(neighbour, leaf, sent));

    /// <summary>For a connection to a server that the DNS named for a realm.</summary>
    /// <param name="neighbour">Who discovers.</param>
    /// <param name="realm">In lower case.</param>
    /// <param name="host">The server's name as the DNS has it.</param>
    public TlsIdentity ForDiscovered(Neighbour neighbour, string realm, string host)
    {
        var bytes = Encoding.UTF8.GetBytes(realm);
        return ForServer(neighbour, host, (leaf, sent) => _discovered.Refuse(neighbour, bytes, host, OwnCertificate?.Leaf, leaf, sent));
    }

    TlsIdentity ForServer(Neighbour neighbour, string host, Func<X509Certificate2?, X509Certificate2Collection, string?> refuse)
    {
        var isExchange = neighbour.Kind == NeighbourKind.Exchange;
        return new TlsIdentity
        {
            Certificate = () => isExchange || OwnCertificate is not { } own ? exchanges.Tls.Certificate() : own.Leaf,
            Chain = () => isExchange || OwnCertificate is not { } own ? exchanges.Tls.Chain() : own.Intermediates,
            Refuse = refuse,
            ApplicationProtocols = RadiusVersions.Offer(neighbour.Radius!.Versions),
            HandshakeFailed = (remote, reason) => log.Unreachable($"radius over tls {host} at {remote}", reason),
        };
    }

    /// <summary>The neighbour behind a connection that was accepted before; null when it is nobody's now.</summary>
    public NeighbourEntry? NeighbourOf(World current, X509Certificate2? leaf) =>
        leaf is null ? null
        : exchanges.ExchangeOf(leaf) is { } exchange ? ExchangeIn(current, exchange) : ByName(current, leaf, _chains.SentWith(leaf), out _);

    string? RefuseServer(Neighbour neighbour, X509Certificate2? leaf, X509Certificate2Collection sent)
    {
        if (leaf is null)
            return "certificate.missing: the server showed none";
        if (neighbour.Kind != NeighbourKind.Exchange)
        {
            return NamesOf(leaf).Any(name => neighbour.TlsNames.Contains(name, StringComparer.OrdinalIgnoreCase)) ? _chains.Fault(neighbour, leaf, sent)
                : $"certificate.other_name: {leaf.Subject} stands for {Listed(leaf)}, not for {string.Join(", ", neighbour.TlsNames)}";
        }

        if (exchanges.Tls.Refuse(leaf, sent) is { } fault)
            return fault;
        var shown = exchanges.ExchangeOf(leaf);
        return neighbour.Exchange!.Equals(shown, StringComparison.OrdinalIgnoreCase) ? null : $"certificate.other_neighbour: {shown} answered where {neighbour.Exchange} should";
    }

    NeighbourEntry? Find(World current, X509Certificate2? leaf, X509Certificate2Collection sent, out string? fault)
    {
        fault = "certificate.missing: the peer showed none";
        if (leaf is null)
            return null;
        // Whoever holds a pinned key hears about that certificate; everyone else is looked for by name.
        fault = exchanges.Tls.Refuse(leaf, sent);
        if (fault is null && exchanges.ExchangeOf(leaf) is { } exchange)
            return ExchangeIn(current, exchange) ?? Unknown(out fault, $"{exchange} has no 'radius' in its record");
        return fault?.StartsWith("certificate.foreign", StringComparison.Ordinal) == true ? ByName(current, leaf, sent, out fault) : null;
    }

    static NeighbourEntry? ExchangeIn(World current, string exchange) => current.FindNeighbourByExchange(exchange) is { Neighbour.Radius: not null } entry ? entry : null;

    NeighbourEntry? ByName(World current, X509Certificate2 leaf, X509Certificate2Collection sent, out string? fault)
    {
        fault = null;
        foreach (var name in NamesOf(leaf))
        {
            if (current.FindNeighbourByTlsName(name) is not { Neighbour.Kind: NeighbourKind.Radius } found)
                continue;
            if (_chains.Fault(found.Neighbour, leaf, sent) is not { } wrong)
            {
                _chains.Keep(leaf, sent);
                return found;
            }

            fault ??= wrong;
        }

        return fault is null ? Unknown(out fault, $"{leaf.Subject} stands for {Listed(leaf)}, and no RADIUS neighbour is known by that") : null;
    }

    static NeighbourEntry? Unknown(out string? fault, string words)
    {
        fault = $"certificate.foreign: {words}";
        return null;
    }

    /// <summary>What a certificate is for: its DNS names and its realms.</summary>
    static IEnumerable<string> NamesOf(X509Certificate2 leaf) =>
        SubjectNames.Of(leaf).Where(name => name.Kind.Length == 0).Select(name => name.Value).Concat(RealmCertificate.RealmsOf(leaf)).Take(64);

    static string Listed(X509Certificate2 leaf) => NamesOf(leaf).ToList() is { Count: > 0 } names ? string.Join(", ", names) : "no name";
}
