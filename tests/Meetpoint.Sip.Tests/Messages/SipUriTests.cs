using Shouldly;

namespace Meetpoint.Sip.Tests.Messages;

public sealed class SipUriTests
{
    // The pairs of RFC 3261 section 19.1.4.
    [Theory]
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true)]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true)]
    [InlineData("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true)]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false)]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false)]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false)]
    [InlineData("tel:+1-201-555-0123", "tel:+12015550123", true)]
    [InlineData("tel:7042;phone-context=example.com", "tel:7042;phone-context=other.example", false)]
    public void Equals_PairsOfTheRfc_CompareAsItSays(string left, string right, bool equal)
    {
        SipUri.Parse(left).Equals(SipUri.Parse(right)).ShouldBe(equal);
        if (equal)
            SipUri.Parse(left).GetHashCode().ShouldBe(SipUri.Parse(right).GetHashCode());
    }

    [Theory]
    [InlineData("sip:")]
    [InlineData("sip:@host")]
    [InlineData("sip:user@")]
    [InlineData("sip:a%4@host")]
    [InlineData("sip:host:99999")]
    [InlineData("sip:[::1")]
    [InlineData("tel:bob")]
    [InlineData("http://example.com")]
    public void TryParse_NotAUri_IsRefused(string text) => SipUri.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void TryParse_IPv6WithPort_KeepsBrackets()
    {
        var uri = SipUri.Parse("sips:room@[2001:DB8::1]:5071;transport=tls");
        (uri.Host, uri.Port, uri.IsSecure).ShouldBe(("[2001:db8::1]", 5071, true));
    }

    [Fact]
    public void Create_UserWithSpaces_IsEscapedAndComesBack() =>
        SipUri.Create("board room@1", "example.com").User.ShouldBe("board room@1");
}
