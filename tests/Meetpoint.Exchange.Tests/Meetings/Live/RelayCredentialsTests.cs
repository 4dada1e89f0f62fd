using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Net.Virtual;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>Credentials as coturn reckons them under use-auth-secret.</summary>
public sealed class RelayCredentialsTests
{
    static readonly RelayOptions _options = new(["turn:relay.albion.example:3478"], "north-by-north-west", Duration.FromHours(12));

    [Fact]
    public void Give_NameSaysUntilWhen_AndThePasswordFollowsFromNameAndSecret()
    {
        var credentials = new RelayCredentials(_options, new StandingClock(), new SeededRandomness(1));
        var server = credentials.Give().ShouldHaveSingleItem();
        server.Urls.ShouldBe(_options.Urls);
        server.Username.ShouldStartWith("1795043200:");
        server.Credential.ShouldBe(Convert.ToBase64String(HMACSHA1.HashData(Encoding.ASCII.GetBytes("north-by-north-west"), Encoding.ASCII.GetBytes(server.Username))));
        credentials.Give()[0].Username.ShouldNotBe(server.Username, "no two pages share one");
    }

    sealed class StandingClock : IClock
    {
        public Instant GetCurrentInstant() => Instant.FromUnixTimeSeconds(1_795_000_000);
    }
}
