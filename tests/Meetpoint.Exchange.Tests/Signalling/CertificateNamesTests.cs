using Meetpoint.Exchange.Signalling;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Signalling;

/// <summary>RFC 5922 section 7.1: which SIP domains a certificate stands for.</summary>
public sealed class CertificateNamesTests : IDisposable
{
    readonly TestAuthority _authority = new("names", TimeProvider.System.GetUtcNow());

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("a.example,b.example", "", "a.example,b.example")]
    [InlineData("a.example", "sip:b.example", "b.example")]
    [InlineData("a.example", "sip:b.example,sip:C.example", "b.example,c.example")]
    [InlineData("a.example", "sips:b.example", "a.example")]
    [InlineData("a.example", "sip:alice@b.example", "a.example")]
    [InlineData("a.example", "https://b.example/", "a.example")]
    [InlineData("*.example,a.example", "", "a.example")]
    [InlineData("", "sip:b.example:5061;transport=tls", "b.example")]
    [InlineData("", "", "nobody.example")]
    public void Of_SubjectAlternativeName_GivesItsSipDomains(string dns, string uris, string expected)
    {
        using var leaf = _authority.Leaf(Split(dns), Split(uris));
        string.Join(',', CertificateNames.Of(leaf)).ShouldBe(expected);
    }

    [Fact]
    public void Of_AddressesAlone_IsNobody()
    {
        using var leaf = _authority.Leaf([], addresses: ["192.0.2.7"]);
        CertificateNames.Of(leaf).ShouldBeEmpty("a common name counts only where there is no subject alternative name");
    }

    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("[2001:db8::7]", true)]
    [InlineData("A.example", true)]
    [InlineData("sub.a.example", false)]
    public void Covers_HostOfAUri_ComparesWholeNamesAndAddresses(string host, bool expected)
    {
        using var leaf = _authority.Leaf(["a.example"], addresses: ["192.0.2.7", "2001:db8::7"]);
        CertificateNames.Covers(leaf, host).ShouldBe(expected);
    }

    static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
