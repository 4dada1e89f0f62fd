using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Discovery;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Discovery;

/// <summary>What is remembered of realms that were looked up, and for how long.</summary>
public sealed class RealmDiscoveryTests : IDisposable
{
    readonly DiscoveryRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Find_FirstTime_IsLookingAndTellsWhoWaits()
    {
        _run.Find("home.example").State.ShouldBe(DiscoveryState.Looking);
        var told = _run.Waiting("home.example", "home.example", "HOME.example");
        _run.Run(1);
        told.Select(found => found.State).ShouldBe([DiscoveryState.Found, DiscoveryState.Found, DiscoveryState.Found]);
        _run.Asked.ShouldBe(3, "one lookup for all of them: NAPTR, AAAA, A");
        var known = _run.Find("Home.Example");
        (known.Realm, DiscoveryRun.Servers(known)).ShouldBe(("home.example", "radius.home.example 192.0.2.1:2083"));
        (known.UntilNs - _run.World.NowNs).ShouldBeInRange(598 * MonotonicTime.Second, 600 * MonotonicTime.Second);
        _run.Asked.ShouldBe(3);
    }

    [Fact]
    public void Find_Known_AllocatesNothing()
    {
        _run.Ask("home.example");
        var (found, allocated) = (0, -1L);
        _run.Loop.Post(() =>
        {
            Known(100);
            var before = Allocations.Begin();
            found = Known(1_000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        _run.Run(1);
        (found, allocated).ShouldBe((1_000, 0L));

        int Known(int times)
        {
            var known = 0;
            for (var i = 0; i < times; i++)
                known += _run.Discovery.Find("Home.example"u8, DiscoveryService.Authentication, "nas", _run.Loop.NowNs).State == DiscoveryState.Found ? 1 : 0;
            return known;
        }
    }

    [Fact]
    public void Find_UsedAtItsEnd_IsLookedUpBeforeAndNobodyWaits()
    {
        _run.Ask("home.example");
        _run.Run(560);
        _run.Find("home.example");
        _run.Asked.ShouldBe(3, "40 s before its end nothing is due");
        _run.Run(20);
        _run.Zone.Remove("radius.home");
        _run.Zone.Address("radius.home", "192.0.2.2");
        DiscoveryRun.Servers(_run.Find("home.example")).ShouldEndWith("192.0.2.1:2083");
        _run.Run(1);
        _run.Asked.ShouldBe(6);
        DiscoveryRun.Servers(_run.Find("home.example")).ShouldEndWith("192.0.2.2:2083");
        _run.Run(590);
        _run.Find("home.example").State.ShouldBe(DiscoveryState.Found);
    }

    [Fact]
    public void Find_NotUsedAtItsEnd_IsLookedUpWhenItIsAskedForAgain()
    {
        _run.Ask("home.example");
        _run.Run(700);
        _run.Asked.ShouldBe(3, "what nobody asks for is not looked up");
        _run.Find("home.example").State.ShouldBe(DiscoveryState.Looking);
        _run.Run(1);
        _run.Asked.ShouldBe(6);
    }

    [Theory]
    [InlineData("nobody.example")]
    [InlineData("radius.home.example")]
    public void Find_NoServers_IsRememberedAsLongAsTheZoneSays(string realm)
    {
        _run.Ask(realm).State.ShouldBe(DiscoveryState.Absent);
        _run.Run(290);
        _run.Find(realm).State.ShouldBe(DiscoveryState.Absent);
        _run.Asked.ShouldBe(1, "300 s are the most that the client lets an absence live");
        _run.Run(20);
        _run.Find(realm).State.ShouldBe(DiscoveryState.Looking);
    }

    [Fact]
    public void Find_DnsIsSilent_RestsLongerEachTime()
    {
        _run.World.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        var rests = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            var silent = _run.Ask("home.example");
            silent.State.ShouldBe(DiscoveryState.Silent);
            rests.Add((silent.UntilNs - _run.World.NowNs) / MonotonicTime.Second);
            var asked = _run.Asked;
            _run.Run((int)rests[^1] - 2);
            _run.Find("home.example").State.ShouldBe(DiscoveryState.Silent);
            _run.Asked.ShouldBe(asked, "it rests");
            _run.Run(4);
        }

        rests.Select(rest => (rest + 29) / 30 * 30).ShouldBe([60, 120, 240, 480, 600, 600]);
    }

    [Fact]
    public void Find_DnsIsSilentAtTheEnd_ServersStandInForAnHour()
    {
        _run.Ask("home.example");
        _run.World.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        _run.Run(700);
        var stale = _run.Ask("home.example");
        (stale.State, stale.IsStale, stale.Word, DiscoveryRun.Servers(stale)).ShouldBe((DiscoveryState.Found, true, "stale", "radius.home.example 192.0.2.1:2083"));
        var states = new List<DiscoveryState>();
        for (var i = 0; i < 5; i++)
        {
            _run.Run(1_000);
            states.Add(_run.Ask("home.example").State);
        }

        states.ShouldBe([DiscoveryState.Found, DiscoveryState.Found, DiscoveryState.Found, DiscoveryState.Silent, DiscoveryState.Silent]);
        _run.World.Network.HealAll();
        _run.Run(1_000);
        _run.Ask("home.example").Word.ShouldBe("found");
    }

    [Fact]
    public void Find_LeadsBackHere_IsALoop()
    {
        _run.Zone.Add(new NaptrRecord("loop.example", 600, 1, 1, "a", DiscoveryRun.Auth, "", "us.example")).Address("us", "192.0.2.3");
        _run.Ask("loop.example").State.ShouldBe(DiscoveryState.Self);
    }

    [Fact]
    public void Distrust_NoServerProvedItself_RealmRestsAndOthersAtTheSameServersDoNot()
    {
        _run.Zone.Add(new NaptrRecord("other.example", 600, 1, 1, "a", DiscoveryRun.Auth, "", "radius.home.example"));
        _run.Ask("home.example");
        _run.Ask("other.example");
        _run.Loop.Post(() => _run.Discovery.Distrust("Other.example"u8, DiscoveryService.Authentication, _run.Loop.NowNs));
        _run.Run(1);
        _run.Find("other.example").State.ShouldBe(DiscoveryState.Unproven);
        _run.Find("home.example").State.ShouldBe(DiscoveryState.Found);
        _run.Run(61);
        _run.Ask("other.example").State.ShouldBe(DiscoveryState.Found);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("192.0.2.1")]
    [InlineData("home..example")]
    [InlineData("")]
    public void Find_NoName_AsksNobodyAndIsNotRemembered(string realm)
    {
        _run.Find(realm).State.ShouldBe(DiscoveryState.NoName);
        _run.Run(5);
        (_run.Asked, _run.Discovery.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void LookUp_ByTheOperator_AsksWhateverIsKnownAndRemembers()
    {
        _run.Ask("new.example").State.ShouldBe(DiscoveryState.Absent);
        _run.Realm("new", "192.0.2.8");
        (DiscoveredRealm Found, IReadOnlyList<RealmQuestion> Questions)? answer = null;
        _run.Loop.Post(() => _run.Discovery.LookUp("new.example", DiscoveryService.Authentication, (found, questions) => answer = (found, questions)));
        _run.Run(1);
        DiscoveryViews.Steps(answer!.Value.Questions).ShouldBe([
            "NAPTR new.example: 10 10 \"a\" \"aaa+auth:radius.tls.tcp\" radius.new.example, for 600 s",
            "AAAA radius.new.example: none, for 300 s",
            "A radius.new.example: 192.0.2.8, for 600 s"]);
        DiscoveryViews.Describe(answer.Value.Found).ShouldBe("the DNS names radius.new.example at 192.0.2.8:2083");
        _run.Find("new.example").State.ShouldBe(DiscoveryState.Found);
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
}
