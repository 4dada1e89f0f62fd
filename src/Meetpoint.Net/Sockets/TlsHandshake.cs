using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Net;

/// <summary>
/// What both ends ask of TLS: version 1.2 or later, a certificate from each, and the judgement of <see cref="TlsIdentity.Refuse"/>
/// alone. No system store is asked, and nothing is fetched: no revocation list, no missing certificate.
/// </summary>
static class TlsHandshake
{
    // Building the context costs a chain; it depends on the certificate object, which a renewal replaces.
    static readonly ConditionalWeakTable<X509Certificate2, SslStreamCertificateContext> Contexts = [];

    internal static SslServerAuthenticationOptions ServerOptions(TlsIdentity identity, TlsVerdict verdict, string? askedFor = null) => new()
    {
        ServerCertificateContext = askedFor is { Length: > 0 } && identity.CertificateFor is { } choose
            ? ContextOf(choose(askedFor), identity) : ContextOf(identity.Certificate(), identity),
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = OfflinePolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => Judge(identity, certificate, chain, verdict),
        AllowRenegotiation = false,
        // A resumed session would carry over the judgement of an earlier handshake.
        AllowTlsResume = false,
        ApplicationProtocols = ProtocolsOf(identity),
    };

    internal static SslClientAuthenticationOptions ClientOptions(TlsIdentity identity, string? serverName, TlsVerdict verdict) => new()
    {
        TargetHost = serverName ?? "",
        ClientCertificateContext = ContextOf(identity.Certificate(), identity),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = OfflinePolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => Judge(identity, certificate, chain, verdict),
        AllowRenegotiation = false,
        AllowTlsResume = false,
        ApplicationProtocols = ProtocolsOf(identity),
    };

    static List<SslApplicationProtocol>? ProtocolsOf(TlsIdentity identity) =>
        identity.ApplicationProtocols.Count > 0 ? [.. identity.ApplicationProtocols.Select(name => new SslApplicationProtocol(name))] : null;

    static SslStreamCertificateContext ContextOf(X509Certificate2 shown, TlsIdentity identity) => Contexts.GetValue(
        shown, certificate => SslStreamCertificateContext.Create(certificate, identity.Chain(), offline: true));

    static X509ChainPolicy OfflinePolicy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };

    static bool Judge(TlsIdentity identity, X509Certificate? certificate, X509Chain? chain, TlsVerdict verdict)
    {
        var sent = new X509Certificate2Collection();
        foreach (var one in chain?.ChainPolicy.ExtraStore ?? [])
        {
            // A client is given the leaf here once more.
            if (!one.Equals(certificate))
                sent.Add(one);
        }

        verdict.Refusal = identity.Refuse(certificate as X509Certificate2, sent);
        return verdict.Refusal is null;
    }
}

/// <summary>What became of the peer's certificate in one handshake; SslStream itself only says that it was refused.</summary>
sealed class TlsVerdict
{
    internal string? Refusal { get; set; }
}
