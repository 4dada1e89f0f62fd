using Meetpoint.Media.Ice;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Ice;

/// <summary>What SDP tells of ICE.</summary>
public sealed class IceTextTests
{
    [Theory]
    [InlineData("192.0.2.1:40000", 0, "1 1 udp 2130706431 192.0.2.1 40000 typ host")]
    [InlineData("[2001:db8::1]:40000", 1, "2 1 udp 2130706175 2001:db8::1 40000 typ host")]
    public void ACandidateOfOurs_ReadsBack(string address, int index, string text)
    {
        var candidate = IceCandidate.Host(NetAddress.Parse(address), index);
        candidate.ToString().ShouldBe(text);
        IceCandidate.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(candidate);
    }

    [Fact]
    public void ACandidateOfABrowser_IsRead()
    {
        IceCandidate.TryParse("842163049 1 udp 1677729535 203.0.113.9 61000 typ srflx raddr 0.0.0.0 rport 0 generation 0 network-cost 999", out var candidate).ShouldBeTrue();
        candidate.ShouldBe(new IceCandidate("842163049", 1677729535, NetAddress.Parse("203.0.113.9:61000"), "srflx"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 1 udp 2130706431 192.0.2.1 40000")]
    [InlineData("1 1 tcp 2130706431 192.0.2.1 9 typ host tcptype active")]
    [InlineData("1 2 udp 2130706431 192.0.2.1 40001 typ host")]
    [InlineData("1 1 udp 2130706431 4d8a0f4c-0d4e-4f49-a1d3-3d2a7f0d7d2c.local 40000 typ host")]
    [InlineData("1 1 udp 99999999999 192.0.2.1 40000 typ host")]
    [InlineData("1 1 udp 1 192.0.2.1 70000 typ host")]
    public void AnyOtherCandidate_IsNot(string text) => IceCandidate.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Credentials_AreOfIceChars_AndDrawnAnew()
    {
        var one = IceCredentials.Draw(Randomness.Secure);
        var other = IceCredentials.Draw(Randomness.Secure);
        one.UserFragment.Length.ShouldBe(8);
        one.Password.Length.ShouldBe(24);
        one.Password.ShouldNotBe(other.Password);
        IceCredentials.TryCreate(one.UserFragment, one.Password, out _).ShouldBeTrue("they are what we take from others");
        one.ToString().ShouldNotContain(one.Password);
    }

    [Theory]
    [InlineData("abc", "0123456789012345678901")]
    [InlineData("abcd", "012345678901234567890")]
    [InlineData("ab:d", "0123456789012345678901")]
    [InlineData("abcd", "01234567890123456789 1")]
    public void Credentials_OfAnotherShape_AreNone(string userFragment, string password) => IceCredentials.TryCreate(userFragment, password, out _).ShouldBeFalse();
}
