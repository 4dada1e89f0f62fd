using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Discovery;

/// <summary>Which certificates prove that a server which the DNS named for a realm may serve it.</summary>
public sealed class DiscoveredTrustTests : IDisposable
{
    const string Idp = "1.3.6.1.4.1.25178.3.1.2", Sp = "1.3.6.1.4.1.25178.3.1.1";
    const string Host = "radius.home.example";

    static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    readonly TestAuthority _federation = new("federation", _now);
    readonly TestAuthority _stranger = new("stranger", _now);
    readonly DiscoveredTrust _trust = new(TimeProvider.System);

    public void Dispose()
    {
        _federation.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData("home.example", "home.example", null)]
    [InlineData("*.home.example", "staff.home.example", null)]
    [InlineData("other.example|home.example", "Home.Example", null)]
    [InlineData("*.home.example", "home.example", "certificate.other_realm")]
    [InlineData("other.example", "home.example", "certificate.other_realm")]
    [InlineData("", "home.example", "certificate.other_realm")]
    public void Refuse_ByRealm_CertificateNamesIt(string names, string realm, string? code)
    {
        using var leaf = _federation.Leaf([Host], realms: names.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Code(new NeighbourRadius { Discover = RadiusDiscovery.Aaa }, leaf, realm: realm).ShouldBe(code);
    }

    [Fact]
    public void Refuse_NameOfTheHostAlone_ProvesNothingOfARealm()
    {
        using var leaf = _federation.Leaf([Host, "home.example"]);
        Code(new NeighbourRadius { Discover = RadiusDiscovery.Aaa }, leaf).ShouldBe("certificate.other_realm", "the DNS said that host, and it is not signed");
    }

    [Theory]
    [InlineData(Idp, Host, null)]
    [InlineData(Idp, "*.home.example", null)]
    [InlineData("1.2.3|" + Idp, Host, null)]
    [InlineData(Sp, Host, "certificate.other_policy")]
    [InlineData("", Host, "certificate.other_policy")]
    [InlineData(Idp, "other.example", "certificate.other_name")]
    public void Refuse_ByMembership_PolicyHoldsAndHostIsTheOneThatWasFound(string policies, string name, string? code)
    {
        using var leaf = _federation.Leaf([name], policies: policies.Length > 0 ? policies.Split('|') : null);
        Code(new NeighbourRadius { Discover = RadiusDiscovery.XEduroam, Proof = RadiusProof.Member, Policies = ["1.2.3.4.5", Idp] }, leaf).ShouldBe(code);
    }

    [Fact]
    public void Refuse_ByRealmAndPolicy_BothHold()
    {
        var radius = new NeighbourRadius { Discover = RadiusDiscovery.Aaa, Policies = [Idp] };
        using var both = _federation.Leaf([], realms: ["home.example"], policies: [Idp]);
        using var realm = _federation.Leaf([], realms: ["home.example"]);
        using var policy = _federation.Leaf([Host], policies: [Idp]);
        Code(radius, both).ShouldBeNull();
        Code(radius, realm).ShouldBe("certificate.other_policy");
        Code(radius, policy).ShouldBe("certificate.other_realm");
    }

    [Fact]
    public void Refuse_OfAnotherAuthority_IsForeignWhateverItSays()
    {
        using var leaf = _stranger.Leaf([Host], realms: ["home.example"], policies: [Idp]);
        Code(new NeighbourRadius { Discover = RadiusDiscovery.Aaa }, leaf, _stranger.Sent).ShouldBe("certificate.foreign");
    }

    [Fact]
    public void Refuse_NoneEndedOrOurOwn_IsSaid()
    {
        var radius = new NeighbourRadius { Discover = RadiusDiscovery.Aaa };
        using var ended = _federation.Leaf([Host], days: -0.01, realms: ["home.example"]);
        using var own = _federation.Leaf([Host], realms: ["home.example"]);
        Code(radius, null).ShouldBe("certificate.missing");
        Code(radius, ended).ShouldBe("certificate.expired");
        Code(radius, own).ShouldBeNull();
        Code(radius, own, own: own).ShouldBe("certificate.own");
    }

    string? Code(NeighbourRadius radius, X509Certificate2? leaf, X509Certificate2Collection? sent = null, string realm = "home.example", X509Certificate2? own = null) => _trust.Refuse(
        new Neighbour { Id = "federation", Provider = "federation", Kind = NeighbourKind.Radius, Radius = radius, TlsCa = _federation.Pem },
        Encoding.UTF8.GetBytes(realm), Host, own, leaf, sent ?? _federation.Sent)?.Split(':')[0];
}
