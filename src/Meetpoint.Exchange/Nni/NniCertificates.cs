using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Nni;

/// <summary>
/// What this exchange shows in TLS and whom it believes: leaf certificates of a day, signed by the identity key and renewed at half
/// their life without a restart; peers by their pinned key. The same for HTTPS and for SIP over TLS.
/// </summary>
/// <remarks>Thread safe.</remarks>
public sealed class NniCertificates : IDisposable
{
    /// <summary>How long a leaf certificate is valid.</summary>
    public static TimeSpan LeafLife { get; } = TimeSpan.FromHours(24);

    readonly IdentityIssuer _issuer;
    readonly PeerCertificates _peers;
    readonly TimeProvider _time;
    readonly Action<NniEvent> _events;
    readonly IReadOnlyList<string> _names;
    readonly ITimer _renewal;
    Issued _current;

    /// <summary>Issues the first certificate.</summary>
    /// <param name="identity">The exchange's identity.</param>
    /// <param name="exchange">Its domain name; always among the certificate's names.</param>
    /// <param name="hostNames">Host names of its NNI and SIP listeners.</param>
    /// <param name="neighbours">Whose keys are pinned.</param>
    /// <param name="time">For validity and renewal.</param>
    /// <param name="randomness">Of leaf keys and serial numbers; the system's when null.</param>
    /// <param name="events">Hears "nni.certificate.*": renewals, and one event for each refused peer. Called on any thread.</param>
    public NniCertificates(
        IdentityKey identity, string exchange, IEnumerable<string> hostNames, NniNeighbours neighbours, TimeProvider time,
        Action<NniEvent> events, Randomness? randomness = null)
    {
        _time = time;
        _events = events;
        _names = [exchange, .. hostNames.Where(name => !name.Equals(exchange, StringComparison.OrdinalIgnoreCase)).Distinct()];
        _issuer = new IdentityIssuer(identity, exchange, time.GetUtcNow(), randomness);
        _peers = new PeerCertificates(neighbours, time);
        _current = Issue();
        Tls = new TlsIdentity
        {
            Certificate = () => Volatile.Read(ref _current).Leaf,
            Chain = () => [_issuer.Presented],
            Refuse = (leaf, chain) => _peers.TryIdentify(leaf, chain, out var code, out var reason) is null ? $"certificate.{code}: {reason}" : null,
        };
        _renewal = time.CreateTimer(_ => Renew(), null, LeafLife / 2, LeafLife / 2);
    }

    /// <summary>
    /// For Meetpoint.Net's listeners and connections; read afresh at each handshake. A refusal is its code and words, and no event: who listens
    /// tells it once.
    /// </summary>
    public TlsIdentity Tls { get; }

    /// <summary>
    /// The self-signed certificate of the identity key in PEM, for systems that want a trust anchor rather than a pin. Each one made is another
    /// certificate of the same name and key, and vouches for every leaf of that key.
    /// </summary>
    public static string TrustAnchorOf(IdentityKey identity, string exchange, DateTimeOffset now)
    {
        using var issuer = new IdentityIssuer(identity, exchange, now);
        return issuer.Root.ExportCertificatePem();
    }

    /// <summary>
    /// The present leaf with the issuer that goes along with it. The first use in a process takes a tenth of a second: it reads the machine's
    /// certificates.
    /// </summary>
    public SslStreamCertificateContext Current => Volatile.Read(ref _current).Context;

    /// <summary>The neighbour exchange of a connection's peer certificate, accepted at its handshake; null when it no longer stands for one.</summary>
    public string? ExchangeOf(X509Certificate2? leaf) => _peers.ExchangeOf(leaf);

    /// <summary>The neighbour exchange that a leaf and its chain stand for; null and one event when it is none.</summary>
    public string? TryIdentify(X509Certificate2? leaf, X509Certificate2Collection chain)
    {
        var exchange = _peers.TryIdentify(leaf, chain, out var code, out var reason);
        if (exchange is null)
            _events(new NniEvent("nni.certificate." + code, null, reason));
        return exchange;
    }

    /// <summary>Issues a new leaf now; open connections go on with the old one.</summary>
    public void Renew()
    {
        Volatile.Write(ref _current, Issue());
        _events(new NniEvent("nni.certificate.renewed", null, $"valid until {_current.Leaf.NotAfter.ToUniversalTime():u}"));
    }

    /// <summary>For a TLS server that wants mutual TLS.</summary>
    internal SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificateContext = Current,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = NoLookups(),

        // A resumed session shows no certificate, and the pin is checked on what is shown.
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, leaf, chain, _) => TryIdentify(leaf as X509Certificate2, Sent(chain)) is not null,
    };

    /// <summary>For a TLS client that connects to one neighbour and takes no other.</summary>
    internal SslClientAuthenticationOptions ClientOptions(NniNeighbour expected) => new()
    {
        TargetHost = expected.Host,
        ClientCertificateContext = Current,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = NoLookups(),
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, leaf, chain, _) => IsExpected(expected.Exchange, leaf as X509Certificate2, Sent(chain)),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _renewal.Dispose();
        _issuer.Dispose();
    }

    bool IsExpected(string expected, X509Certificate2? leaf, X509Certificate2Collection chain)
    {
        var exchange = TryIdentify(leaf, chain);
        if (exchange is null || exchange.Equals(expected, StringComparison.OrdinalIgnoreCase))
            return exchange is not null;
        _events(new NniEvent("nni.certificate.other_neighbour", exchange, $"{exchange} answered where {expected} should"));
        return false;
    }

    Issued Issue() => new(_issuer.IssueLeaf(_names, _time.GetUtcNow(), LeafLife), _issuer.Presented);

    static X509ChainPolicy NoLookups() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
    };

    static X509Certificate2Collection Sent(X509Chain? chain)
    {
        var sent = new X509Certificate2Collection();
        if (chain is null)
            return sent;
        foreach (var element in chain.ChainElements)
            sent.Add(element.Certificate);
        sent.AddRange(chain.ChainPolicy.ExtraStore);
        return sent;
    }

    /// <summary>A leaf, and what TLS makes of it once a handshake needs it.</summary>
    sealed class Issued(X509Certificate2 leaf, X509Certificate2 issuer)
    {
        readonly Lazy<SslStreamCertificateContext> _context = new(() => SslStreamCertificateContext.Create(leaf, [issuer], offline: true));

        public X509Certificate2 Leaf => leaf;

        public SslStreamCertificateContext Context => _context.Value;
    }
}
