using System.Security.Cryptography;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Signalling;

/// <summary>A certificate of the operator's own, in files.</summary>
public sealed class TlsCertificateTests : IDisposable
{
    readonly TestAuthority _authority = new("files", TimeProvider.System.GetUtcNow());
    readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Files_ThatChange_AreReadAgainAndHalfWrittenOnesAreNot()
    {
        using var first = _authority.Leaf(["sip.albion.example"]);
        using var second = _authority.Leaf(["sip.albion.example"]);
        var (certificate, key) = _authority.Write(first, _folder, "sip");
        var own = new TlsCertificate(certificate, key);
        (own.Leaf.SerialNumber, own.Leaf.HasPrivateKey).ShouldBe((first.SerialNumber, true));
        own.Intermediates.Count.ShouldBe(1);

        File.WriteAllText(certificate, "-----BEGIN CERT");
        Touch(certificate, 1);
        own.Leaf.SerialNumber.ShouldBe(first.SerialNumber, "the one before goes on");

        _authority.Write(second, _folder, "sip");
        Touch(certificate, 2);
        own.Leaf.SerialNumber.ShouldBe(second.SerialNumber);
        own.Leaf.ShouldBeSameAs(own.Leaf, "it is read once for each change");
    }

    [Fact]
    public void Files_OfDifferentKeys_AreRefused()
    {
        using var first = _authority.Leaf(["a.example"]);
        using var second = _authority.Leaf(["b.example"]);
        var (certificate, _) = _authority.Write(first, _folder, "a");
        var (_, key) = _authority.Write(second, _folder, "b");
        Should.Throw<CryptographicException>(() => new TlsCertificate(certificate, key));
    }

    static void Touch(string file, int minutes) => File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddMinutes(minutes));
}
