using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;

namespace Meetpoint.Sip.Tests.Support;

/// <summary>TLS identities for the virtual network, which shows and judges certificates but needs no authority.</summary>
static class TestTls
{
    public static TlsIdentity Of(string name, Func<string, string?>? refuse = null, Action<string>? failed = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return new TlsIdentity
        {
            Certificate = () => certificate,
            Refuse = (peer, _) => refuse?.Invoke(NameOf(peer)),
            HandshakeFailed = (_, reason) => failed?.Invoke(reason),
        };
    }

    public static string NameOf(X509Certificate2? certificate) => certificate?.GetNameInfo(X509NameType.SimpleName, false) ?? "nobody";
}
