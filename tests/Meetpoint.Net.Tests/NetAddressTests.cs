using Shouldly;

namespace Meetpoint.Net.Tests;

public sealed class NetAddressTests
{
    [Theory]
    [InlineData("192.0.2.1:5060", "192.0.2.1:5060")]
    [InlineData("192.0.2.1", "192.0.2.1:7")]
    [InlineData("[2001:db8::1]:5061", "[2001:db8::1]:5061")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:7")]
    [InlineData("2001:db8::1", "[2001:db8::1]:7")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1:7")]
    public void TryParse_EveryForm_KeepsHostAndPort(string text, string expected)
    {
        NetAddress.TryParse(text, 7, out var address).ShouldBeTrue();
        address.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.org:5060")]
    [InlineData("[::1")]
    [InlineData("[::1]:")]
    [InlineData("[::1]:65536")]
    [InlineData("192.0.2.1:-1")]
    public void TryParse_NoAddress_IsRefused(string text) => NetAddress.TryParse(text, 7, out _).ShouldBeFalse();
}
