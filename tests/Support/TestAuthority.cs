using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Tests.Support;

/// <summary>A certificate authority made for a test, with one intermediate, and leaves under it.</summary>
public sealed class TestAuthority : IDisposable
{
    const string AnyPolicy = "2.5.29.32.0";

    readonly DateTimeOffset _now;
    readonly X509Certificate2 _root;
    readonly X509Certificate2 _intermediate;
    int _serial = 1;

    /// <summary>An authority that is valid from a day before the given moment until a year after.</summary>
    public TestAuthority(string name, DateTimeOffset now)
    {
        _now = now;
        _root = Authority($"{name} root", null);
        _intermediate = Authority($"{name} issuer", _root);
    }

    /// <summary>The root in PEM: what is believed.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>The root.</summary>
    public X509Certificate2Collection Trusted => [_root];

    /// <summary>What a leaf sends along.</summary>
    public X509Certificate2Collection Sent => [_intermediate];

    /// <summary>A leaf for TLS servers and clients.</summary>
    /// <param name="dnsNames">DNS names of its subject alternative name; none leaves the extension out.</param>
    /// <param name="uris">URIs of it.</param>
    /// <param name="days">Until when it is valid, in days from the moment; negative has ended.</param>
    /// <param name="purposes">Extended key usages; null for server and client.</param>
    /// <param name="addresses">Addresses of the subject alternative name.</param>
    /// <param name="realms">Realms of RADIUS that it is for (NAIRealm); then it has those and DNS names alone.</param>
    /// <param name="policies">Certificate policies; null for none.</param>
    public X509Certificate2 Leaf(
        IReadOnlyList<string> dnsNames, IReadOnlyList<string>? uris = null, double days = 30, IReadOnlyList<string>? purposes = null, IReadOnlyList<string>? addresses = null,
        IReadOnlyList<string>? realms = null, IReadOnlyList<string>? policies = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={dnsNames.FirstOrDefault() ?? "nobody.example"}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var usages = new OidCollection();
        foreach (var purpose in purposes ?? ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"])
            usages.Add(new Oid(purpose));
        if (usages.Count > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        if (policies is not null)
            request.CertificateExtensions.Add(Policies(policies));
        if (realms is not null)
        {
            request.CertificateExtensions.Add(RealmNames(dnsNames, realms));
        }
        else if (dnsNames.Count + (uris?.Count ?? 0) + (addresses?.Count ?? 0) > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var name in dnsNames)
                names.AddDnsName(name);
            foreach (var uri in uris ?? [])
                names.AddUri(new Uri(uri));
            foreach (var address in addresses ?? [])
                names.AddIpAddress(System.Net.IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }

        using var leaf = request.Create(_intermediate, _now.AddDays(Math.Min(-1, days - 1)), _now.AddDays(days), [(byte)_serial++]);
        using var own = leaf.CopyWithPrivateKey(key);
        // A key that is not tied to its object, as a file would give it.
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>Writes a leaf with its intermediate, and its key, as PEM files.</summary>
    public (string Certificate, string Key) Write(X509Certificate2 leaf, string folder, string name)
    {
        var (certificate, key) = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(certificate, leaf.ExportCertificatePem() + "\n" + _intermediate.ExportCertificatePem() + "\n");
        using var secret = leaf.GetECDsaPrivateKey()!;
        File.WriteAllText(key, secret.ExportPkcs8PrivateKeyPem() + "\n");
        return (certificate, key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
    }

    static X509Extension Policies(IReadOnlyList<string> policies)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var policy in policies)
            {
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(policy);
            }
        }

        return new X509Extension("2.5.29.32", writer.Encode(), false);
    }

    static X509Extension RealmNames(IReadOnlyList<string> dnsNames, IReadOnlyList<string> realms)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in dnsNames)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (var realm in realms)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier("1.3.6.1.5.5.7.8.8");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, realm);
                }
            }
        }

        return new X509Extension("2.5.29.17", writer.Encode(), false);
    }

    X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (issuer is null)
            return request.CreateSelfSigned(_now.AddDays(-40), _now.AddDays(365));
        request.CertificateExtensions.Add(Policies([AnyPolicy]));
        using var signed = request.Create(issuer, _now.AddDays(-40), _now.AddDays(364), [(byte)_serial++]);
        return signed.CopyWithPrivateKey(key);
    }
}
