using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Exchange.Nni;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Judges a certificate by authorities, at a time that is handed in. Nothing is fetched: no missing certificate, no revocation list.</summary>
static class CertificateChain
{
    const string SipDomain = "1.3.6.1.5.5.7.3.20"; // RFC 5924
    const string AnyPurpose = "2.5.29.37.0";

    /// <summary>Null when it holds; else a stable code, a colon and words for the operator.</summary>
    /// <param name="leaf">What the peer showed of itself.</param>
    /// <param name="sent">What it sent along.</param>
    /// <param name="authorities">Who is believed; null for whom the machine believes.</param>
    /// <param name="now">When.</param>
    /// <param name="policy">The certificate policy, as an object identifier, that has to hold all along the way (RFC 5280 section 6.1); null for any or none.</param>
    public static string? Fault(X509Certificate2 leaf, X509Certificate2Collection sent, X509Certificate2Collection? authorities, DateTimeOffset now, string? policy = null)
    {
        if (now > leaf.NotAfter)
            return $"certificate.expired: {leaf.Subject} ended at {leaf.NotAfter.ToUniversalTime():u}";
        if (now < leaf.NotBefore)
            return $"certificate.not_yet_valid: {leaf.Subject} begins at {leaf.NotBefore.ToUniversalTime():u}";
        if (!MaySpeak(leaf))
            return $"certificate.wrong_usage: {leaf.Subject} is not for TLS";
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = authorities is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = now.UtcDateTime,
            },
        };
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        if (authorities is not null)
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        if (policy is not null)
            chain.ChainPolicy.CertificatePolicy.Add(new Oid(policy));
        var isTrusted = chain.Build(leaf);
        var faults = isTrusted ? "" : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return isTrusted ? null : $"certificate.foreign: {leaf.Subject} of {leaf.Issuer} is not of an authority that is believed ({faults})";
    }

    /// <summary>
    /// A SIP domain is client and server on one connection (RFC 5923), and public authorities no longer issue for clients: either purpose serves, as
    /// does none at all, which is no restriction (RFC 5280 section 4.2.1.12).
    /// </summary>
    static bool MaySpeak(X509Certificate2 leaf) =>
        leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages is not { } purposes
        || purposes[KeyPurpose.Server] is not null || purposes[KeyPurpose.Client] is not null || purposes[SipDomain] is not null || purposes[AnyPurpose] is not null;
}
