using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Exchange.Signalling;

/// <summary>The SIP domains that a certificate stands for (RFC 5922 section 7.1).</summary>
static class CertificateNames
{
    const int MaxNames = 64;

    /// <summary>DNS names of the subject alternative name; the common name only where there is none.</summary>
    public static IEnumerable<string> Of(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return extension is null
            ? [certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)]
            : extension.EnumerateDnsNames().Take(MaxNames);
    }
}
