using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Nni;

/// <summary>Makes the certificates that stand for an identity key in TLS: one level, issuer and leaf (RFC 5280).</summary>
/// <remarks>
/// The issuer exists twice with one subject and one key. <see cref="Root"/> is signed under its own name, for those who want a trust
/// anchor to import. <see cref="Presented"/> names another issuer, and is what goes over the wire: a self-signed certificate may be
/// left out of a handshake (RFC 8446 section 4.4.2), TLS stacks do leave it out, and then the peer could not see the pinned key.
/// </remarks>
sealed class IdentityIssuer : IDisposable
{
    static readonly TimeSpan IssuerLife = TimeSpan.FromDays(3650);

    // Peers' clocks may be behind ours.
    static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    readonly IdentityKey _identity;
    readonly Randomness _randomness;

    public IdentityIssuer(IdentityKey identity, string exchange, DateTimeOffset now, Randomness? randomness = null)
    {
        _identity = identity;
        _randomness = randomness ?? Randomness.Secure;
        var subject = new X500DistinguishedName($"CN=Meetpoint identity of {exchange}");
        var anchor = new X500DistinguishedName($"CN=Meetpoint key {identity.Thumbprint}");
        Root = Issuer(subject, subject, now);
        Presented = Issuer(subject, anchor, now);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Presented { get; }

    /// <summary>A certificate with a key of its own, for these DNS names, for TLS servers and clients alike.</summary>
    public X509Certificate2 IssueLeaf(IReadOnlyList<string> dnsNames, DateTimeOffset now, TimeSpan life)
    {
        using var key = _randomness.NewSigningKey();
        var request = new CertificateRequest(new X500DistinguishedName("CN=" + dnsNames[0]), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(KeyPurpose.Server), new Oid(KeyPurpose.Client)], false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dnsNames)
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = Sign(request, Presented.SubjectName, now - Backdating, now + life);
        return leaf.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Root.Dispose();
        Presented.Dispose();
    }

    X509Certificate2 Issuer(X500DistinguishedName subject, X500DistinguishedName issuer, DateTimeOffset now) => _identity.Use(key =>
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return Sign(request, issuer, now - Backdating, now + IssuerLife);
    });

    X509Certificate2 Sign(CertificateRequest request, X500DistinguishedName issuer, DateTimeOffset from, DateTimeOffset to) =>
        _identity.Use(key => request.Create(
            issuer, X509SignatureGenerator.CreateForECDsa(key), from, to, _randomness.Bytes(16)));
}

/// <summary>Extended key usages of RFC 5280 section 4.2.1.12.</summary>
static class KeyPurpose
{
    public const string Server = "1.3.6.1.5.5.7.3.1";
    public const string Client = "1.3.6.1.5.5.7.3.2";
}
