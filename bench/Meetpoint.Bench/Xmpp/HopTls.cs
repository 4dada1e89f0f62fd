using System.Security.Cryptography.X509Certificates;
using Meetpoint.Bench.Sip;
using Meetpoint.Xmpp;

namespace Meetpoint.Bench.Xmpp;

/// <summary>A certificate of the benchmark's own authority, as the server takes it.</summary>
static class HopTls
{
    public static XmppTls Of(HopCertificate files)
    {
        using var pem = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var authority = X509CertificateLoader.LoadCertificateFromFile(files.Authority);
        return new XmppTls
        {
            Certificate = _ => certificate,
            Distrust = (shown, _) => shown.Issuer == authority.Subject ? null : "not of this authority",
        };
    }
}
