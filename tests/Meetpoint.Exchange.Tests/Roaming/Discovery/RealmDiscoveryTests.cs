using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Discovery;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Discovery;

/// <summary>What is remembered of realms that were looked up, for how long, and how much may be asked; in virtual time, with our own DNS server.</summary>
public sealed class RealmDiscoveryTests : IDisposable
{
    const string Auth = "aaa+auth:radius.tls.tcp";

    readonly VirtualWorld _world = new(5);
    readonly VirtualEventLoop _loop;
    readonly DnsZone _zone = new("example", 600);
    readonly RealmDiscovery _discovery;
    int _asked;

    public RealmDiscoveryTests()
    {
        _loop = _world.CreateLoop("all");
        _ = new DnsServer(_world.Network.AddHost("10.0.0.53"), _loop, NetAddress.Parse("10.0.0.53:53"), _zone);
        // The client keeps next to nothing, so that what is asked shows what discovery remembers.
        var client = new DnsClient(
            _world.Network.AddHost("10.0.0.1"), _loop, new DnsClientOptions { Servers = [NetAddress.Parse("10.0.0.53")], MaxCacheEntries = 0, Attempts = 1 }, new SeededRandomness(7));
        _discovery = new RealmDiscovery(client, _loop, new Random(1), new RealmLookupOptions { IsSelf = server => server.Host == "us.example" });
        _world.Network.Trace = entry => _asked += entry.To.Port == 53 ? 1 : 0;
        Realm("home", "192.0.2.1");
    }

    public void Dispose() => _discovery.Dispose();

    [Fact]
    public void Find_FirstTime_IsLookingAndTellsWhoWaits()
    {
        Find("home.example").State.ShouldBe(DiscoveryState.Looking);
        var told = Waiting("home.example", "home.example", "HOME.example");
        Run(1);
        told.Select(found => found.State).ShouldBe([DiscoveryState.Found, DiscoveryState.Found, DiscoveryState.Found]);
        _asked.ShouldBe(3, "one lookup for all of them: NAPTR, AAAA, A");
        var known = Find("Home.Example");
        (known.Realm, Servers(known)).ShouldBe(("home.example", "radius.home.example 192.0.2.1:2083"));
        (known.UntilNs - _world.NowNs).ShouldBeInRange(598 * MonotonicTime.Second, 600 * MonotonicTime.Second);
        _asked.ShouldBe(3);
    }

    [Fact]
    public void Find_Known_AllocatesNothing()
    {
        Ask("home.example");
        var (found, allocated) = (0, -1L);
        _loop.Post(() =>
        {
            Known(100);
            var before = GC.GetAllocatedBytesForCurrentThread();
            found = Known(1_000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Run(1);
        (found, allocated).ShouldBe((1_000, 0L));

        int Known(int times)
        {
            var known = 0;
            for (var i = 0; i < times; i++)
                known += _discovery.Find("Home.example"u8, DiscoveryService.Authentication, "nas", _loop.NowNs).State == DiscoveryState.Found ? 1 : 0;
            return known;
        }
    }

    [Fact]
    public void Find_UsedAtItsEnd_IsLookedUpBeforeAndNobodyWaits()
    {
        Ask("home.example");
        Run(560);
        Find("home.example");
        _asked.ShouldBe(3, "40 s before its end nothing is due");
        Run(20);
        _zone.Remove("radius.home");
        _zone.Address("radius.home", "192.0.2.2");
        Servers(Find("home.example")).ShouldEndWith("192.0.2.1:2083");
        Run(1);
        _asked.ShouldBe(6);
        Servers(Find("home.example")).ShouldEndWith("192.0.2.2:2083");
        Run(590);
        Find("home.example").State.ShouldBe(DiscoveryState.Found);
    }

    [Fact]
    public void Find_NotUsedAtItsEnd_IsLookedUpWhenItIsAskedForAgain()
    {
        Ask("home.example");
        Run(700);
        _asked.ShouldBe(3, "what nobody asks for is not looked up");
        Find("home.example").State.ShouldBe(DiscoveryState.Looking);
        Run(1);
        _asked.ShouldBe(6);
    }

    [Theory]
    [InlineData("nobody.example")]
    [InlineData("radius.home.example")]
    public void Find_NoServers_IsRememberedAsLongAsTheZoneSays(string realm)
    {
        Ask(realm).State.ShouldBe(DiscoveryState.Absent);
        Run(290);
        Find(realm).State.ShouldBe(DiscoveryState.Absent);
        _asked.ShouldBe(1, "300 s are the most that the client lets an absence live");
        Run(20);
        Find(realm).State.ShouldBe(DiscoveryState.Looking);
    }

    [Fact]
    public void Find_DnsIsSilent_RestsLongerEachTime()
    {
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        var rests = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            var silent = Ask("home.example");
            silent.State.ShouldBe(DiscoveryState.Silent);
            rests.Add((silent.UntilNs - _world.NowNs) / MonotonicTime.Second);
            var asked = _asked;
            Run((int)rests[^1] - 2);
            Find("home.example").State.ShouldBe(DiscoveryState.Silent);
            _asked.ShouldBe(asked, "it rests");
            Run(4);
        }

        rests.Select(rest => (rest + 29) / 30 * 30).ShouldBe([60, 120, 240, 480, 600, 600]);
    }

    [Fact]
    public void Find_DnsIsSilentAtTheEnd_ServersStandInForAnHour()
    {
        Ask("home.example");
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        Run(700);
        var stale = Ask("home.example");
        (stale.State, stale.IsStale, stale.Word, Servers(stale)).ShouldBe((DiscoveryState.Found, true, "stale", "radius.home.example 192.0.2.1:2083"));
        var states = new List<DiscoveryState>();
        for (var i = 0; i < 5; i++)
        {
            Run(1_000);
            states.Add(Ask("home.example").State);
        }

        states.ShouldBe([DiscoveryState.Found, DiscoveryState.Found, DiscoveryState.Found, DiscoveryState.Silent, DiscoveryState.Silent]);
        _world.Network.HealAll();
        Run(1_000);
        Ask("home.example").Word.ShouldBe("found");
    }

    [Fact]
    public void Find_LeadsBackHere_IsALoop()
    {
        _zone.Add(new NaptrRecord("loop.example", 600, 1, 1, "a", Auth, "", "us.example")).Address("us", "192.0.2.3");
        Ask("loop.example").State.ShouldBe(DiscoveryState.Self);
    }

    [Fact]
    public void Distrust_NoServerProvedItself_RealmRestsAndOthersAtTheSameServersDoNot()
    {
        _zone.Add(new NaptrRecord("other.example", 600, 1, 1, "a", Auth, "", "radius.home.example"));
        Ask("home.example");
        Ask("other.example");
        _loop.Post(() => _discovery.Distrust("Other.example"u8, DiscoveryService.Authentication, _loop.NowNs));
        Run(1);
        Find("other.example").State.ShouldBe(DiscoveryState.Unproven);
        Find("home.example").State.ShouldBe(DiscoveryState.Found);
        Run(61);
        Ask("other.example").State.ShouldBe(DiscoveryState.Found);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("192.0.2.1")]
    [InlineData("home..example")]
    [InlineData("")]
    public void Find_NoName_AsksNobodyAndIsNotRemembered(string realm)
    {
        Find(realm).State.ShouldBe(DiscoveryState.NoName);
        Run(5);
        (_asked, _discovery.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void Find_RandomRealmsOfOneClient_CostABoundedNumberOfQuestions()
    {
        const int Seconds = 60;
        var refused = 0;
        for (var tick = 0; tick < Seconds * 10; tick++)
        {
            for (var i = 0; i < 20; i++)
                refused += Find($"r{tick}-{i}.example").State == DiscoveryState.TooMany ? 1 : 0;
            _world.RunFor(100 * MonotonicTime.Millisecond);
        }

        _asked.ShouldBeInRange(QuestionBudget.PerSecond * (Seconds - 1), QuestionBudget.Burst + (QuestionBudget.PerSecond * Seconds));
        refused.ShouldBeGreaterThan(11_000);
        // Another neighbour has its own share, and what is known is given to everybody.
        Ask("home.example", "other-nas").State.ShouldBe(DiscoveryState.Found);
        Find("home.example").State.ShouldBe(DiscoveryState.Found, "who has used up his share is told what is known");
    }

    [Fact]
    public void Find_KnownRealmUnderAFloodOfOthers_KeepsItsServersAndIsLookedUpAgain()
    {
        Ask("home.example");
        var lost = 0;
        for (var tick = 0; tick < 1_500; tick++)
        {
            for (var i = 0; i < 20; i++)
                Find($"r{tick}-{i}.example");
            lost += Find("home.example").State == DiscoveryState.Found ? 0 : 1;
            Run(1);
        }

        lost.ShouldBe(0, "whoever invents realms at a hotspot does not keep known ones away from it");
        (_discovery.Peek("home.example"u8, DiscoveryService.Authentication)!.UntilNs - _world.NowNs).ShouldBeGreaterThan(0);
        Find("home.example").IsStale.ShouldBeFalse();
    }

    [Fact]
    public void Find_NothingMayBeAskedAtTheEnd_ServersStandIn()
    {
        Ask("home.example");
        Run(601);
        for (var i = 0; i < 50; i++)
        {
            for (var j = 0; j < 50; j++)
                Find($"r{i}-{j}.example", $"nas{i}"); // the share of all
        }

        var found = Find("home.example");
        (found.State, found.IsStale).ShouldBe((DiscoveryState.Found, true));
        Run(10);
        Ask("home.example").IsStale.ShouldBeFalse("it is looked up as soon as that may be");
    }

    [Fact]
    public void Find_ZoneThatLeadsOnAndOn_CostsAsMuchAsManyRealms()
    {
        for (var i = 0; i < 16; i++)
            _zone.Add(new NaptrRecord("deep.example", 60, 1, (ushort)i, "s", Auth, "", $"_{i}.deep.example")).Srv($"_{i}.deep", 1, 0, 1, $"a{i}.deep.example");
        for (var i = 0; i < 100; i++)
            _zone.Add(new NaptrRecord($"d{i}.example", 60, 1, 1, "", Auth, "", "deep.example"));
        const int Seconds = 300;
        for (var tick = 0; tick < Seconds; tick++)
        {
            Find($"d{tick % 100}.example");
            Run(1);
        }

        // At first lookups are let in for a question each before the first of them has told what it took.
        _asked.ShouldBeLessThan((QuestionBudget.PerSecond * Seconds) + QuestionBudget.Burst + (RealmLookupOptions.MaxQuestions * 3));
    }

    [Fact]
    public void Find_RandomRealmsOfManyNeighbours_CostABoundedNumberInAll()
    {
        const int Seconds = 20;
        for (var tick = 0; tick < Seconds * 10; tick++)
        {
            for (var i = 0; i < 50; i++)
                Find($"r{tick}-{i}.example", $"nas{i}");
            _world.RunFor(100 * MonotonicTime.Millisecond);
        }

        _asked.ShouldBeLessThanOrEqualTo(QuestionBudget.BurstInAll + (QuestionBudget.PerSecondInAll * Seconds));
    }

    [Fact]
    public void Find_DnsIsSilent_LookupsUnderWayAreBounded()
    {
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        for (var i = 0; i < 1_000; i++)
        {
            Find($"r{i}.example", $"nas{i}");
            _discovery.UnderWay.ShouldBeLessThanOrEqualTo(RealmDiscovery.MaxLookups);
        }

        Run(10);
        _discovery.UnderWay.ShouldBe(0);
    }

    [Fact]
    public void Find_WhoWaitsBeyondTheBound_IsToldSo()
    {
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        var told = Waiting([.. Enumerable.Repeat("home.example", RealmDiscovery.MaxWaiters)]);
        var (answer, isTold) = ((DiscoveredRealm?)null, false);
        _loop.Post(() => answer = _discovery.Find("home.example"u8, DiscoveryService.Authentication, "nas", _loop.NowNs, _ => isTold = true));
        Run(10);
        answer!.State.ShouldBe(DiscoveryState.TooMany);
        isTold.ShouldBeFalse();
        told.Count.ShouldBe(RealmDiscovery.MaxWaiters);
    }

    [Fact]
    public void Find_MoreRealmsThanAreRemembered_ForgetsThoseOfLongAgo()
    {
        Ask("home.example");
        for (var i = 0; _discovery.Count < RealmDiscovery.MaxRealms; i++)
        {
            Find($"r{i}.example", $"nas{i}");
            if (i % 100 == 99)
                Run(1);
        }

        Find("home.example");
        for (var i = 0; i < 100; i++)
            Find($"s{i}.example", $"late{i}");
        Run(1);
        _discovery.Count.ShouldBe(RealmDiscovery.MaxRealms);
        (_discovery.Peek("home.example"u8, DiscoveryService.Authentication) is not null).ShouldBeTrue("it was asked for lately");
        _discovery.Peek("r0.example"u8, DiscoveryService.Authentication).ShouldBeNull();
    }

    [Fact]
    public void LookUp_ByTheOperator_AsksWhateverIsKnownAndRemembers()
    {
        Ask("new.example").State.ShouldBe(DiscoveryState.Absent);
        Realm("new", "192.0.2.8");
        (DiscoveredRealm Found, IReadOnlyList<RealmQuestion> Questions)? answer = null;
        _loop.Post(() => _discovery.LookUp("new.example", DiscoveryService.Authentication, (found, questions) => answer = (found, questions)));
        Run(1);
        DiscoveryViews.Steps(answer!.Value.Questions).ShouldBe([
            "NAPTR new.example: 10 10 \"a\" \"aaa+auth:radius.tls.tcp\" radius.new.example, for 600 s",
            "AAAA radius.new.example: none, for 300 s",
            "A radius.new.example: 192.0.2.8, for 600 s"]);
        DiscoveryViews.Describe(answer.Value.Found).ShouldBe("the DNS names radius.new.example at 192.0.2.8:2083");
        Find("new.example").State.ShouldBe(DiscoveryState.Found);
    }

    [Fact]
    public void Steps_OfAStrangersZone_AreShortAndPlain()
    {
        var record = new NaptrRecord("x.example", 1, 1, 1, "s\n", new string('x', 255), "", "\u001b[31m.example");
        DiscoveryViews.Steps([new RealmQuestion(DnsType.Naptr, "x.example", new DnsAnswer(DnsAnswerStatus.Found, [record]))])
            .ShouldHaveSingleItem().ShouldSatisfyAllConditions(line => line.Length.ShouldBeLessThanOrEqualTo(161), line => line.ShouldAllBe(letter => !char.IsControl(letter)));
    }

    [Theory]
    [InlineData("Found", RefusalReason.None)]
    [InlineData("Looking", RefusalReason.None)]
    [InlineData("Absent", RefusalReason.NoRoute)]
    [InlineData("Silent", RefusalReason.NoRoute)]
    [InlineData("Unproven", RefusalReason.NoRoute)]
    [InlineData("NoName", RefusalReason.NoRoute)]
    [InlineData("Self", RefusalReason.Loop)]
    [InlineData("TooMany", RefusalReason.Overload)]
    public void ReasonOf_State_IsNeverSilence(string state, RefusalReason expected) => DiscoveryTerms.ReasonOf(Enum.Parse<DiscoveryState>(state)).ShouldBe(expected);

    void Realm(string name, string address) =>
        _zone.Add(new NaptrRecord($"{name}.example", _zone.TtlSeconds, 10, 10, "a", Auth, "", $"radius.{name}.example")).Address($"radius.{name}", address);

    DiscoveredRealm Find(string realm, string neighbour = "nas") => _discovery.Find(Encoding.UTF8.GetBytes(realm), DiscoveryService.Authentication, neighbour, _world.NowNs);

    List<DiscoveredRealm> Waiting(params string[] realms)
    {
        var told = new List<DiscoveredRealm>();
        _loop.Post(() =>
        {
            foreach (var realm in realms)
                _discovery.Find(Encoding.UTF8.GetBytes(realm), DiscoveryService.Authentication, "nas", _loop.NowNs, told.Add).State.ShouldBe(DiscoveryState.Looking);
            told.ShouldBeEmpty("nobody is told within the call");
        });
        return told;
    }

    DiscoveredRealm Ask(string realm, string neighbour = "nas")
    {
        DiscoveredRealm? found = null;
        _loop.Post(() => found = _discovery.Find(Encoding.UTF8.GetBytes(realm), DiscoveryService.Authentication, neighbour, _loop.NowNs, later => found = later));
        _world.RunUntil(() => found is { State: not DiscoveryState.Looking }, 30 * MonotonicTime.Second).ShouldBeTrue($"{realm}: {found?.State}");
        return found!;
    }

    void Run(int seconds) => _world.RunFor(seconds * MonotonicTime.Second);

    static string Servers(DiscoveredRealm realm) => string.Join(',', realm.Servers.Select(server => $"{server.Host} {server.Address}"));
}
