using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Net.Tests.Streams;

/// <summary>A root, an intermediate and leaves under it, made once for the tests.</summary>
static class TestPki
{
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    static readonly X509Certificate2 Root = Authority("root", null);

    internal static X509Certificate2 Intermediate { get; } = Authority("intermediate", Root);

    internal static X509Certificate2 Alice { get; } = Leaf("alice.test");

    internal static X509Certificate2 Bob { get; } = Leaf("bob.test");

    static X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return issuer is null
            ? request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30))
            : request.Create(issuer, Now.AddDays(-1), Now.AddDays(29), [1]).CopyWithPrivateKey(key);
    }

    static X509Certificate2 Leaf(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        return request.Create(Intermediate, Now.AddDays(-1), Now.AddDays(10), [2]).CopyWithPrivateKey(key);
    }
}
