using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
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
    /// <summary>Certificates whose intermediates are kept for later looks; when full it begins anew.</summary>
    const int MaxKept = 4_096;

    const int MaxSent = 8;

    static readonly string[] _versions = [RadiusVersions.Alpn11, RadiusVersions.Alpn10];

    readonly ConditionalWeakTable<Neighbour, X509Certificate2Collection> _ownAuthorities = [];

    // A handshake sees the chain, a change of the world later only the leaf.
    readonly Dictionary<string, X509Certificate2Collection> _sent = new(StringComparer.Ordinal);

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
    public TlsIdentity ForServer(Neighbour neighbour, string host)
    {
        var own = neighbour.Kind == NeighbourKind.Exchange ? null : OwnCertificate;
        return new TlsIdentity
        {
            Certificate = own is null ? exchanges.Tls.Certificate : () => own.Leaf,
            Chain = own is null ? exchanges.Tls.Chain : () => own.Intermediates,
            Refuse = (leaf, sent) => RefuseServer(neighbour, leaf, sent),
            ApplicationProtocols = RadiusVersions.Offer(neighbour.Radius!.Versions),
            HandshakeFailed = (remote, reason) => log.Unreachable($"radius over tls {host} at {remote}", reason),
        };
    }

    /// <summary>The neighbour behind a connection that was accepted before; null when it is nobody's now.</summary>
    public NeighbourEntry? NeighbourOf(World current, X509Certificate2? leaf) =>
        leaf is null ? null
        : exchanges.ExchangeOf(leaf) is { } exchange ? ExchangeIn(current, exchange) : ByName(current, leaf, _sent.GetValueOrDefault(Fingerprint(leaf)) ?? [], out _);

    string? RefuseServer(Neighbour neighbour, X509Certificate2? leaf, X509Certificate2Collection sent)
    {
        if (leaf is null)
            return "certificate.missing: the server showed none";
        if (neighbour.Kind != NeighbourKind.Exchange)
        {
            return NamesOf(leaf).Any(name => neighbour.TlsNames.Contains(name, StringComparer.OrdinalIgnoreCase)) ? CertificateChain.Fault(leaf, sent, AuthoritiesOf(neighbour), time.GetUtcNow())
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
            if (CertificateChain.Fault(leaf, sent, AuthoritiesOf(found.Neighbour), time.GetUtcNow()) is not { } wrong)
            {
                Keep(leaf, sent);
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

    X509Certificate2Collection? AuthoritiesOf(Neighbour neighbour) =>
        neighbour.TlsCa is null ? authorities : _ownAuthorities.GetValue(neighbour, static one => TrustedPem.Parse(one.TlsCa!));

    void Keep(X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        if (_sent.Count >= MaxKept)
            _sent.Clear();
        _sent[Fingerprint(leaf)] = [.. sent.Take(MaxSent).Select(one => X509CertificateLoader.LoadCertificate(one.RawDataMemory.Span))];
    }

    static string Fingerprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
