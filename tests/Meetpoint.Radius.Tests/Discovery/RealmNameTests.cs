using System.Text;
using Meetpoint.Radius.Discovery;
using Shouldly;

namespace Meetpoint.Radius.Tests.Discovery;

public sealed class RealmNameTests
{
    [Theory]
    [InlineData("home.example", "home.example")]
    [InlineData("Sub.HOME.Example", "sub.home.example")]
    [InlineData("tu-münchen.example", "xn--tu-mnchen-t9a.example")]
    [InlineData("wlan.mnc015.mcc234.3gppnetwork.org", "wlan.mnc015.mcc234.pub.3gppnetwork.org")]
    [InlineData("wlan.mnc015.mcc234.pub.3gppnetwork.org", "wlan.mnc015.mcc234.pub.3gppnetwork.org")]
    [InlineData("1.2.example", "1.2.example")]
    [InlineData("home", null)]
    [InlineData("192.0.2.1", null)]
    [InlineData("home.localhost", null)]
    [InlineData("printer.local", null)]
    [InlineData("home.invalid", null)]
    [InlineData("home..example", null)]
    [InlineData(".home.example", null)]
    [InlineData("home.example.", null)]
    [InlineData("-home.example", null)]
    [InlineData("ho_me.example", null)]
    [InlineData("home example.org", null)]
    [InlineData("*.home.example", null)]
    [InlineData("", null)]
    public void Of_Realm_IsWhatIsAskedAbout(string realm, string? expected) => RealmName.Of(Encoding.UTF8.GetBytes(realm)).ShouldBe(expected);

    [Fact]
    public void Of_RandomOctets_NeverThrowsAndGivesNamesOnly()
    {
        var random = new Random(7);
        var octets = new byte[300];
        for (var i = 0; i < 20_000; i++)
        {
            var realm = octets.AsSpan(0, random.Next(octets.Length));
            random.NextBytes(realm);
            if (i % 2 == 0)
            {
                foreach (ref var octet in realm)
                    octet = (byte)"abc-.ü\0"u8[octet % 8];
            }

            if (RealmName.Of(realm) is { } name)
                name.ShouldAllBe(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-' || letter == '.');
        }
    }
}
