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

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("fe80::abcd:ef01:2345:6789", "fe80::abcd:ef01:2345:6789")]
    [InlineData("2001:1db8:2345:3456:4567:5678:6789:789a", "2001:1db8:2345:3456:4567:5678:6789:789a")]
    public void TryFormatHost_EveryForm_AsRfc5952(string text, string expected)
    {
        NetAddress.TryParse(text, 7, out var address).ShouldBeTrue();
        var buffer = new byte[NetAddress.MaxHostLength];
        address.TryFormatHost(buffer, out var written).ShouldBeTrue();
        System.Text.Encoding.ASCII.GetString(buffer, 0, written).ShouldBe(expected);
        address.Host.Trim('[', ']').ShouldBe(expected);
        for (var room = 0; room < written; room++)
            address.TryFormatHost(buffer.AsSpan(0, room), out _).ShouldBeFalse($"{room} bytes are too few");
    }

    [Fact]
    public void TryFormatHost_NoAddress_IsRefused() => NetAddress.None.TryFormatHost(new byte[100], out _).ShouldBeFalse();
}
