using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Xmpp;

/// <summary>What is shown in TLS, by domain, and which authorities are believed. Read afresh at each handshake.</summary>
/// <remarks>Whether a certificate has the right names is the library's to judge (RFC 6120, section 13.7.1.2), not the delegate's.</remarks>
public sealed class XmppTls
{
    /// <summary>
    /// The certificate with private key of a domain hosted here; of any for the empty name, which is asked where direct TLS names none of ours. The
    /// same object as long as it is the same certificate.
    /// </summary>
    public required Func<string, X509Certificate2> Certificate { get; init; }

    /// <summary>Intermediates that are sent along for a domain.</summary>
    public Func<string, X509Certificate2Collection> Chain { get; init; } = static _ => [];

    /// <summary>
    /// Whether a certificate is of an authority that is believed, and valid now, given what was sent along: null believes it, else why not, in words.
    /// </summary>
    public required Func<X509Certificate2, X509Certificate2Collection, string?> Distrust { get; init; }
}
