using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Discovery;
using Shouldly;

namespace Meetpoint.Radius.Tests.Discovery;

/// <summary>Realms that are looked up (RFC 7585 section 3.4) with our own client and server, in virtual time.</summary>
public sealed class RealmLookupTests
{
    const string Auth = "aaa+auth:radius.tls.tcp", Acct = "aaa+acct:radius.tls.tcp";

    readonly VirtualWorld _world = new(5);
    readonly VirtualEventLoop _loop;
    readonly DnsZone _zone = new("example", 120);
    readonly DnsClient _client;
    RealmLookupOptions _options = new();
    int _asked;

    public RealmLookupTests()
    {
        _loop = _world.CreateLoop("all");
        _ = new DnsServer(_world.Network.AddHost("10.0.0.53"), _loop, NetAddress.Parse("10.0.0.53:53"), _zone);
        _client = new DnsClient(_world.Network.AddHost("10.0.0.1"), _loop, new DnsClientOptions { Servers = [NetAddress.Parse("10.0.0.53")] }, new SeededRandomness(7));
        _world.Network.Trace = entry => _asked += entry.To.Port == 53 ? 1 : 0;
    }

    [Fact]
    public void Begin_NaptrToSrvToAddresses_GivesServersInOrder()
    {
        _zone.Naptr("home", 20, 10, Auth, "_second._tcp.home.example").Naptr("home", 10, 10, Auth, "_radiustls._tcp.home.example")
            .Srv("_radiustls._tcp.home", 2, 0, 2_083, "late.home.example").Srv("_radiustls._tcp.home", 1, 0, 2_084, "r1.home.example").Srv("_second._tcp.home", 1, 0, 2_085, "r1.home.example")
            .Address("r1.home", "192.0.2.1").Address("r1.home", "2001:db8::1").Address("late.home", "192.0.2.2");
        var found = Look("home.example");
        Servers(found).ShouldBe("r1.home.example [2001:db8::1]:2084,r1.home.example 192.0.2.1:2084,late.home.example 192.0.2.2:2083,r1.home.example [2001:db8::1]:2085,r1.home.example 192.0.2.1:2085");
        found.Questions.Select(question => $"{question.Type} {question.Name}").Take(4).ShouldBe(["Naptr home.example", "Srv _radiustls._tcp.home.example", "Aaaa r1.home.example", "A r1.home.example"]);
        found.LifeSeconds.ShouldBeInRange(119u, 120u);
    }

    [Fact]
    public void Begin_FlagA_TakesTheUsualPort()
    {
        Naptr("home.example", "a", Auth, "radius.home.example");
        _zone.Address("radius.home", "192.0.2.9");
        Servers(Look("home.example")).ShouldBe("radius.home.example 192.0.2.9:2083");
    }

    [Fact]
    public void Begin_FlagEmpty_GoesOnAtAnotherName()
    {
        Naptr("home.example", "", Auth, "hosted.example");
        Naptr("hosted.example", "a", Auth, "radius.hosted.example");
        _zone.Address("radius.hosted", "192.0.2.9");
        Servers(Look("home.example")).ShouldBe("radius.hosted.example 192.0.2.9:2083");
    }

    [Fact]
    public void Begin_NamesInCircles_EndsWithoutServers()
    {
        Naptr("home.example", "", Auth, "other.example");
        Naptr("other.example", "", Auth, "home.example");
        var found = Look("home.example");
        found.Outcome.ShouldBe(RealmOutcome.Absent);
        _asked.ShouldBe(2, "each name is asked about once");
    }

    [Fact]
    public void Begin_NamesWithoutEnd_EndsAtItsDepth()
    {
        for (var i = 0; i < 10; i++)
            Naptr($"n{i}.example", "", Auth, $"n{i + 1}.example");
        Look("n0.example").Outcome.ShouldBe(RealmOutcome.Absent);
        _asked.ShouldBe(NaptrSelection.MaxDepth);
    }

    [Fact]
    public void Begin_ZoneWithoutEnd_AsksNoMoreThanItsBound()
    {
        for (var i = 0; i < 16; i++)
        {
            _zone.Naptr("home", 1, i, Auth, $"_{i}._tcp.home.example");
            for (var j = 0; j < 16; j++)
                _zone.Srv($"_{i}._tcp.home", 1, 0, 2_083, $"nobody{i}x{j}.example");
        }

        var found = Look("home.example");
        found.Outcome.ShouldBe(RealmOutcome.Absent);
        found.Questions.Count.ShouldBeLessThanOrEqualTo(RealmLookupOptions.MaxQuestions);
        _asked.ShouldBeLessThanOrEqualTo(RealmLookupOptions.MaxQuestions + 1, "one more where a datagram had no room for the answer");
    }

    [Fact]
    public void Begin_ManyAddresses_AreBounded()
    {
        Naptr("home.example", "a", Auth, "radius.home.example");
        for (var i = 0; i < 40; i++)
            _zone.Address("radius.home", $"192.0.2.{i + 1}");
        Look("home.example").Servers.Count.ShouldBe(RealmLookupOptions.MaxServers);
    }

    [Fact]
    public void Begin_Accounting_IsItsOwnOrThatOfAuthentication()
    {
        Naptr("both.example", "a", Auth, "auth.example");
        Naptr("both.example", "a", Acct, "acct.example");
        Naptr("one.example", "a", Auth, "auth.example");
        _zone.Address("auth", "192.0.2.1").Address("acct", "192.0.2.2");
        Servers(Look("both.example", DiscoveryService.Accounting, DiscoveryService.Authentication)).ShouldBe("acct.example 192.0.2.2:2083");
        Servers(Look("both.example", DiscoveryService.Authentication)).ShouldBe("auth.example 192.0.2.1:2083");
        Servers(Look("one.example", DiscoveryService.Accounting, DiscoveryService.Authentication)).ShouldBe("auth.example 192.0.2.1:2083");
        Look("one.example", DiscoveryService.Accounting).Outcome.ShouldBe(RealmOutcome.Absent);
    }

    [Fact]
    public void Begin_Eduroam_HasItsOldWord()
    {
        _zone.Naptr("home", 100, 10, "x-eduroam:radius.tls", "_radsec._tcp.eduroam.example").Srv("_radsec._tcp.eduroam", 0, 0, 2_083, "tld1.eduroam.example").Address("tld1.eduroam", "192.0.2.7");
        Servers(Look("home.example", DiscoveryService.Eduroam)).ShouldBe("tld1.eduroam.example 192.0.2.7:2083");
        Look("home.example").Outcome.ShouldBe(RealmOutcome.Absent, "nobody serves aaa+auth there");
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::", false)]
    [InlineData("192.0.2.1", true)]
    [InlineData("2001:db8::1", true)]
    public void Begin_AddressThatIsNobodyElses_IsNoServer(string address, bool expected)
    {
        Naptr("home.example", "a", Auth, "radius.home.example");
        _zone.Address("radius.home", address);
        Look("home.example").Servers.Count.ShouldBe(expected ? 1 : 0, address);
    }

    [Fact]
    public void Begin_LeadsBackHere_IsALoop()
    {
        _options = new RealmLookupOptions { IsSelf = server => server.Address == NetAddress.Parse("192.0.2.1:2083") };
        Naptr("home.example", "a", Auth, "us.example");
        _zone.Address("us", "192.0.2.1");
        Look("home.example").Outcome.ShouldBe(RealmOutcome.Self);
        Naptr("shared.example", "a", Auth, "us.example");
        Naptr("shared.example", "a", Auth, "them.example");
        _zone.Address("them", "192.0.2.2");
        Servers(Look("shared.example")).ShouldBe("them.example 192.0.2.2:2083", "the others of it may be asked");
    }

    [Fact]
    public void Begin_SrvWithoutTarget_DeniesTheService()
    {
        _zone.Naptr("home", 1, 1, Auth, "_radiustls._tcp.home.example").Srv("_radiustls._tcp.home", 0, 0, 0, "");
        Look("home.example").Outcome.ShouldBe(RealmOutcome.Absent);
        _asked.ShouldBe(2);
    }

    [Fact]
    public void Begin_NoServerAnswers_IsSilentInItsTime()
    {
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        var before = _world.NowNs;
        var found = Look("home.example");
        (found.Outcome, found.LifeSeconds).ShouldBe((RealmOutcome.Silent, 0u));
        (_world.NowNs - before).ShouldBe(3 * MonotonicTime.Second);
    }

    [Fact]
    public void Begin_OneOfItsNamesIsSilent_GivesTheOthersForALittle()
    {
        Naptr("home.example", "a", Auth, "radius.elsewhere");
        Naptr("home.example", "a", Auth, "radius.home.example");
        _zone.Address("radius.home", "192.0.2.9");
        var found = Look("home.example");
        Servers(found).ShouldBe("radius.home.example 192.0.2.9:2083");
        found.LifeSeconds.ShouldBe(60u, "what is incomplete is looked at again soon");
    }

    [Fact]
    public void Begin_RecordsThatWereKept_LiveAsLongAsIsLeftOfThem()
    {
        Naptr("home.example", "a", Auth, "radius.home.example");
        _zone.Address("radius.home", "192.0.2.9");
        Look("home.example").LifeSeconds.ShouldBe(120u);
        _world.RunFor(50 * MonotonicTime.Second);
        Look("home.example").LifeSeconds.ShouldBeInRange(69u, 70u);
        _asked.ShouldBe(3, "the client had them still");
    }

    [Fact]
    public void Stop_UnderWay_SaysNothing()
    {
        var isDone = false;
        var lookup = new RealmLookup(_client, _loop, new Random(1), _options, _ => isDone = true);
        _loop.Post(() => lookup.Begin("home.example", DiscoveryService.Authentication));
        _loop.Post(lookup.Stop);
        _world.RunFor(10 * MonotonicTime.Second);
        isDone.ShouldBeFalse();
    }

    void Naptr(string name, string flags, string service, string replacement) =>
        _zone.Add(new NaptrRecord(name, _zone.TtlSeconds, 10, 10, flags, service, "", replacement));

    RealmServers Look(string name, params DiscoveryService[] services)
    {
        RealmServers? result = null;
        _loop.Post(() =>
        {
            new RealmLookup(_client, _loop, new Random(1), _options, found =>
            {
                result.ShouldBeNull("it is said once");
                result = found;
            }).Begin(name, services.Length > 0 ? services : [DiscoveryService.Authentication]);
            result.ShouldBeNull("it never comes within the call");
        });
        _world.RunUntil(() => result is not null, 60 * MonotonicTime.Second).ShouldBeTrue("a lookup ends");
        return result!;
    }

    static string Servers(RealmServers found) => string.Join(',', found.Servers.Select(server => $"{server.Host} {server.Address}"));
}
