using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Xmpp.Streams;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Streams;

public sealed class CertificateNamesTests
{
    [Theory]
    [InlineData("dns:albion.example", "albion.example", true)]
    [InlineData("dns:Albion.Example.", "albion.example", true)]
    [InlineData("dns:other.example|dns:albion.example", "albion.example", true)]
    [InlineData("dns:*.albion.example", "im.albion.example", true)]
    [InlineData("dns:*.albion.example", "albion.example", false)]
    [InlineData("dns:*.albion.example", "a.im.albion.example", false)]
    [InlineData("dns:*.example", "albion.example", false)]
    [InlineData("dns:albion.example.evil", "albion.example", false)]
    [InlineData("dns:xn--bcher-kva.example", "bücher.example", true)]
    [InlineData("srv:_xmpp-server.albion.example", "albion.example", true)]
    [InlineData("srv:_xmpp-client.albion.example", "albion.example", false)]
    [InlineData("xmpp:albion.example", "albion.example", true)]
    [InlineData("xmpp:al@albion.example", "albion.example", false)]
    [InlineData("", "albion.example", false)]
    public void Has_EachKindOfName_AsTheRfcHasIt(string names, string domain, bool expected)
    {
        using var certificate = Certificate(names);
        CertificateNames.Has(certificate, domain).ShouldBe(expected);
    }

    [Fact]
    public void Has_ExtensionThatIsBroken_IsNoNameAndNoException()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=albion.example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x05, 0x82, 0x09, 0x61], false));
        using var certificate = Sign(request);
        CertificateNames.Has(certificate, "albion.example").ShouldBeFalse();
    }

    static X509Certificate2 Certificate(string names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=albion.example", key, HashAlgorithmName.SHA256);
        if (names.Length > 0)
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Encode(names.Split('|')), false));
        return Sign(request);
    }

    static X509Certificate2 Sign(CertificateRequest request)
    {
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
                var (kind, value) = (name.Split(':')[0], name.Split(':')[1]);
                if (kind == "dns")
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, value, new Asn1Tag(TagClass.ContextSpecific, 2));
                    continue;
                }

                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier(kind == "xmpp" ? "1.3.6.1.5.5.7.8.5" : "1.3.6.1.5.5.7.8.7");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                        writer.WriteCharacterString(kind == "xmpp" ? UniversalTagNumber.UTF8String : UniversalTagNumber.IA5String, value);
                }
            }
        }

        return writer.Encode();
    }
}
