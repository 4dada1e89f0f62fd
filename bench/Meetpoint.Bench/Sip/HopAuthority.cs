using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Bench.Sip;

/// <summary>Vouches for the hops of a chain: P-256, in files of a folder of its own.</summary>
sealed class HopAuthority : IDisposable
{
    const int Days = 2;
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-tls-").FullName;
    readonly X509Certificate2 _root;
    readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    byte _serial;

    public HopAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Bench root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(_now.AddDays(-Days), _now.AddDays(Days));
        File.WriteAllText(RootFile, _root.ExportCertificatePem() + "\n");
    }

    string RootFile => Path.Combine(_folder, "root.pem");

    /// <summary>A certificate for client and server that stands for one SIP domain (RFC 5922).</summary>
    public HopCertificate Of(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(_root, _now.AddDays(-1), _now.AddDays(1), [++_serial]);
        var files = new HopCertificate(Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"), RootFile);
        File.WriteAllText(files.Certificate, leaf.ExportCertificatePem() + "\n");
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem() + "\n");
        return files;
    }

    /// <summary>Kamailio's tls.cfg for a hop: both ends show a certificate and look at the other's, as ours do.</summary>
    public string KamailioProfile(string name)
    {
        var files = Of(name);
        var profile = string.Join(
            '\n', "method = TLSv1.2+", "verify_certificate = yes", "require_certificate = yes",
            $"certificate = {files.Certificate}", $"private_key = {files.Key}", $"ca_list = {files.Authority}");
        var file = Path.Combine(_folder, $"{name}.tls.cfg");
        File.WriteAllText(file, $"[server:default]\n{profile}\n[client:default]\n{profile}\n");
        return file;
    }

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
