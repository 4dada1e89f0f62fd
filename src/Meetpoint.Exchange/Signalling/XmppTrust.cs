using System.Security.Cryptography.X509Certificates;
using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Signalling;

/// <summary>What XMPP servers are shown in TLS, and which of theirs are believed.</summary>
static class XmppTrust
{
    /// <summary>One certificate for every domain served here.</summary>
    /// <param name="certificate">What is shown.</param>
    /// <param name="trusted">Authorities that vouch for others; null for those of the machine.</param>
    /// <param name="time">Wall time, by which certificates are valid.</param>
    public static XmppTls Of(TlsCertificate certificate, X509Certificate2Collection? trusted, TimeProvider time) => new()
    {
        Certificate = _ => certificate.Leaf,
        Chain = _ => certificate.Intermediates,
        Distrust = (leaf, sent) => CertificateChain.Fault(leaf, sent, trusted, time.GetUtcNow()),
    };
}
