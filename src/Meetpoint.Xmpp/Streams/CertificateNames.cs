using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;

namespace Meetpoint.Xmpp.Streams;

/// <summary>Whether a certificate names a domain (RFC 6120, section 13.7.1.2): as DNS-ID, SRV-ID or XmppAddr.</summary>
static class CertificateNames
{
    const string XmppAddress = "1.3.6.1.5.5.7.8.5";
    const string DnsService = "1.3.6.1.5.5.7.8.7";
    const string ServicePrefix = "_xmpp-server.";

    /// <summary>True when the certificate names the domain. Never throws for what stands in it.</summary>
    internal static bool Has(X509Certificate2 certificate, string domain) => SubjectNames.Of(certificate).Any(name => name.Kind switch
    {
        "" => SubjectNames.IsDomain(name.Value, domain),
        XmppAddress => Jid.TryParse(name.Value, out var jid) && jid.ToString() == domain,
        DnsService => name.Value.StartsWith(ServicePrefix, StringComparison.OrdinalIgnoreCase) && SubjectNames.IsDomain(name.Value[ServicePrefix.Length..], domain),
        _ => false,
    });
}
