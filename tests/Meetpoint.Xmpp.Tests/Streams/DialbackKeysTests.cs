using Meetpoint.Xmpp.Streams;
using Shouldly;

namespace Meetpoint.Xmpp.Tests.Streams;

public sealed class DialbackKeysTests
{
    /// <summary>The example of XEP-0185.</summary>
    [Fact]
    public void Of_TheExampleOfTheSpecification_IsItsKey()
    {
        var keys = new DialbackKeys("s3cr3tf0rd14lb4ck"u8);
        keys.Of("xmpp.example.com", "example.org", "D60000229F").ShouldBe("37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643");
        keys.Verify(" 37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643\n", "xmpp.example.com", "example.org", "D60000229F").ShouldBeTrue();
        keys.Verify("37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643", "xmpp.example.com", "example.org", "other").ShouldBeFalse();
    }
}
