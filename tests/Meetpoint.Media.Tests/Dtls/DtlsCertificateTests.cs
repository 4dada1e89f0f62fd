using System.Security.Cryptography;
using Meetpoint.Media.Dtls;
using Shouldly;

namespace Meetpoint.Media.Tests.Dtls;

public sealed class DtlsCertificateTests
{
    [Fact]
    public void Import_ExportedBytes_IsTheSameCertificateAndHandshakes()
    {
        using var made = DtlsWorld.NewCertificate();
        using var read = DtlsCertificate.Import(made.CertificateDer.Span, made.ExportPkcs8());

        read.Fingerprint.ShouldBe(made.Fingerprint);
        Assert.SkipUnless(DtlsSupport.IsAvailable(out var reason), reason);
        using var context = new DtlsContext(read);
        using var pair = new DtlsPair(context, context);
        pair.Start();
        pair.RunToRest();
        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void Import_KeyOfAnother_Throws()
    {
        using var one = DtlsWorld.NewCertificate();
        using var other = DtlsWorld.NewCertificate();

        Should.Throw<CryptographicException>(() => DtlsCertificate.Import(one.CertificateDer.Span, other.ExportPkcs8()));
    }

    [Fact]
    public void Fingerprint_Text_IsTheSdpFormAndParsesBack()
    {
        using var certificate = DtlsWorld.NewCertificate();
        var text = certificate.Fingerprint.ToString();

        text.ShouldMatch("^sha-256 [0-9A-F]{2}(:[0-9A-F]{2}){31}$");
        DtlsFingerprint.TryParse(text, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(certificate.Fingerprint);
        DtlsFingerprint.TryParse(text.ToLowerInvariant(), out var lower).ShouldBeTrue();
        lower!.Matches(certificate.CertificateDer.Span).ShouldBeTrue();
    }

    [Fact]
    public void TryParse_LongerHashes_MatchTheCertificate()
    {
        using var certificate = DtlsWorld.NewCertificate();
        static string Colons(byte[] hash) => string.Join(':', hash.Select(b => Convert.ToHexString([b])));

        DtlsFingerprint.TryParse($"SHA-384 {Colons(SHA384.HashData(certificate.CertificateDer.Span))}", out var middle).ShouldBeTrue();
        DtlsFingerprint.TryParse($"sha-512 {Colons(SHA512.HashData(certificate.CertificateDer.Span))}", out var big).ShouldBeTrue();

        middle!.Matches(certificate.CertificateDer.Span).ShouldBeTrue();
        big!.Matches(certificate.CertificateDer.Span).ShouldBeTrue();
        DtlsFingerprint.TryParse(big.ToString(), out var again).ShouldBeTrue();
        again.ShouldBe(big);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha-256")]
    [InlineData("sha-256 AA:BB")]
    [InlineData("sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB")]
    [InlineData("sha-256 AA-BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99")]
    [InlineData("sha-256 AG:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99")]
    public void TryParse_NotAFingerprint_IsFalse(string text) => DtlsFingerprint.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0, PacketKind.Stun)]
    [InlineData(3, PacketKind.Stun)]
    [InlineData(4, PacketKind.Unknown)]
    [InlineData(16, PacketKind.Zrtp)]
    [InlineData(20, PacketKind.Dtls)]
    [InlineData(63, PacketKind.Dtls)]
    [InlineData(64, PacketKind.TurnChannel)]
    [InlineData(80, PacketKind.Unknown)]
    [InlineData(127, PacketKind.Unknown)]
    [InlineData(128, PacketKind.Rtp)]
    [InlineData(191, PacketKind.Rtp)]
    [InlineData(192, PacketKind.Unknown)]
    [InlineData(255, PacketKind.Unknown)]
    public void PacketKindOf_FirstByte_FollowsRfc7983(byte first, PacketKind expected) => PacketKind.Of(first).ShouldBe(expected);

    [Fact]
    public void PacketKindIsRtcp_SecondByte_FollowsRfc5761()
    {
        PacketKind.IsRtcp(200).ShouldBeTrue();
        PacketKind.IsRtcp(0x80 | 96).ShouldBeFalse();
        PacketKind.IsRtcp(96).ShouldBeFalse();
    }
}
