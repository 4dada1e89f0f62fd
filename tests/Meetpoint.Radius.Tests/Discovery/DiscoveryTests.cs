using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Discovery;
using Shouldly;

namespace Meetpoint.Radius.Tests.Discovery;

public sealed class DiscoveryTests
{
    /// <summary>Records as order, preference, flags, service, replacement.</summary>
    [Theory]
    [InlineData("100 10 s aaa+auth:radius.tls.tcp _radiustls._tcp.home.example", DiscoveryService.Authentication, "Servers _radiustls._tcp.home.example")]
    [InlineData("100 10 S AAA+auth:RADIUS.tls.tcp a.example|50 20 a aaa+auth:radius.tls.tcp b.example|50 10 s aaa+auth:radius.tls.tcp c.example",
        DiscoveryService.Authentication, "Servers c.example,Addresses b.example,Servers a.example")]
    [InlineData("1 1 s aaa+acct:radius.tls.tcp a.example|1 1 s aaa+auth:radius.tls.tcp b.example", DiscoveryService.Accounting, "Servers a.example")]
    [InlineData("1 1 s x-eduroam:radius.tls _radsec._tcp.eduroam.example", DiscoveryService.Eduroam, "Servers _radsec._tcp.eduroam.example")]
    [InlineData("1 1 s aaa+auth:radius.tls a.example", DiscoveryService.Authentication, "")]
    [InlineData("1 1 s aaa+auth:radius.dtls.udp a.example", DiscoveryService.Authentication, "")]
    [InlineData("1 1 s aaa+auth:radius.dtls.udp:radius.tls.tcp a.example", DiscoveryService.Authentication, "Servers a.example")]
    [InlineData("1 1 - aaa+auth:radius.tls.tcp other.example", DiscoveryService.Authentication, "Naptr other.example")]
    [InlineData("1 1 u aaa+auth:radius.tls.tcp a.example|1 2 s SIP+D2T b.example", DiscoveryService.Authentication, "")]
    [InlineData("1 1 s aaa+auth:radius.tls.tcp a.example|1 2 s aaa+auth:radius.tls.tcp a.example", DiscoveryService.Authentication, "Servers a.example")]
    public void Select_OfRecords_AreTheStepsInOrder(string records, DiscoveryService service, string expected)
    {
        var naptr = records.Split('|').Select(record => record.Split(' ')).Select(field =>
            new NaptrRecord("home.example", 60, (ushort)Number(field[0]), (ushort)Number(field[1]), field[2] == "-" ? "" : field[2], field[3], "", field[4]));
        string.Join(',', NaptrSelection.Select(naptr, service).Select(step => $"{step.Question} {step.Name}")).ShouldBe(expected);
    }

    [Fact]
    public void Select_ManyRecords_AreBounded()
    {
        var records = Enumerable.Range(0, 100).Select(i => new NaptrRecord("h", 1, 1, (ushort)i, "s", "aaa+auth:radius.tls.tcp", "", $"{i}.example"));
        NaptrSelection.Select(records, DiscoveryService.Authentication).Count.ShouldBe(NaptrSelection.MaxSteps);
    }

    [Theory]
    [InlineData("", 30)]
    [InlineData("0 600", 30)]
    [InlineData("90 600", 90)]
    [InlineData("90000", 3600)]
    public void LifeOf_Answers_IsTheShortestWithinBounds(string lives, uint expected) =>
        NaptrSelection.LifeOf(lives.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number), 30, 3_600).ShouldBe(expected);

    [Theory]
    [InlineData("home.example", "home.example", true)]
    [InlineData("Home.Example", "hOME.example", true)]
    [InlineData("home.example", "a.home.example", false)]
    [InlineData("*.home.example", "a.home.example", true)]
    [InlineData("*.home.example", "home.example", false)]
    [InlineData("*.home.example", "b.a.home.example", false)]
    [InlineData("a*.home.example", "ab.home.example", false)]
    [InlineData("other.example|home.example", "home.example", true)]
    [InlineData("dns:home.example", "home.example", false)]
    [InlineData("例え.テスト", "例え.テスト", true)]
    [InlineData("home.example.evil", "home.example", false)]
    [InlineData("", "home.example", false)]
    public void HasRealm_NaiRealm_AsTheRfcHasIt(string names, string realm, bool expected)
    {
        using var certificate = Certificate(names);
        RealmCertificate.HasRealm(certificate, Encoding.UTF8.GetBytes(realm)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("dns:radius.home.example", "radius.home.example", true)]
    [InlineData("dns:*.home.example", "radius.home.example", true)]
    [InlineData("dns:*.home.example", "home.example", false)]
    [InlineData("radius.home.example", "radius.home.example", false)]
    public void HasHost_DnsId_AsTheRfcHasIt(string names, string host, bool expected)
    {
        using var certificate = Certificate(names);
        RealmCertificate.HasHost(certificate, host).ShouldBe(expected);
    }

    static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    static X509Certificate2 Certificate(string names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=home.example", key, HashAlgorithmName.SHA256);
        if (names.Length > 0)
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Encode(names.Split('|')), false));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    static byte[] Encode(IEnumerable<string> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in names)
            {
                if (name.StartsWith("dns:", StringComparison.Ordinal))
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, name[4..], new Asn1Tag(TagClass.ContextSpecific, 2));
                    continue;
                }

                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier("1.3.6.1.5.5.7.8.8");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, name);
                }
            }
        }

        return writer.Encode();
    }
}
