using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Discovery;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Discovery;

/// <summary>How much may be asked of the DNS, and how much is kept.</summary>
public sealed class DiscoveryLimitTests : IDisposable
{
    readonly DiscoveryRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Find_RandomRealmsOfOneClient_CostABoundedNumberOfQuestions()
    {
        const int Seconds = 60;
        var refused = 0;
        for (var tick = 0; tick < Seconds * 10; tick++)
        {
            for (var i = 0; i < 20; i++)
                refused += _run.Find($"r{tick}-{i}.example").State == DiscoveryState.TooMany ? 1 : 0;
            _run.World.RunFor(100 * MonotonicTime.Millisecond);
        }

        _run.Asked.ShouldBeInRange(QuestionBudget.PerSecond * (Seconds - 1), QuestionBudget.Burst + (QuestionBudget.PerSecond * Seconds));
        refused.ShouldBeGreaterThan(11_000);
        // Another neighbour has its own share, and what is known is given to everybody.
        _run.Ask("home.example", "other-nas").State.ShouldBe(DiscoveryState.Found);
        _run.Find("home.example").State.ShouldBe(DiscoveryState.Found, "who has used up his share is told what is known");
    }

    [Fact]
    public void Find_KnownRealmUnderAFloodOfOthers_KeepsItsServersAndIsLookedUpAgain()
    {
        _run.Ask("home.example");
        var lost = 0;
        for (var tick = 0; tick < 1_500; tick++)
        {
            for (var i = 0; i < 20; i++)
                _run.Find($"r{tick}-{i}.example");
            lost += _run.Find("home.example").State == DiscoveryState.Found ? 0 : 1;
            _run.Run(1);
        }

        lost.ShouldBe(0, "whoever invents realms at a hotspot does not keep known ones away from it");
        (_run.Discovery.Peek("home.example"u8, DiscoveryService.Authentication)!.UntilNs - _run.World.NowNs).ShouldBeGreaterThan(0);
        _run.Find("home.example").IsStale.ShouldBeFalse();
    }

    [Fact]
    public void Find_NothingMayBeAskedAtTheEnd_ServersStandIn()
    {
        _run.Ask("home.example");
        _run.Run(601);
        for (var i = 0; i < 50; i++)
        {
            for (var j = 0; j < 50; j++)
                _run.Find($"r{i}-{j}.example", $"nas{i}"); // the share of all
        }

        var found = _run.Find("home.example");
        (found.State, found.IsStale).ShouldBe((DiscoveryState.Found, true));
        _run.Run(10);
        _run.Ask("home.example").IsStale.ShouldBeFalse("it is looked up as soon as that may be");
    }

    [Fact]
    public void Find_ZoneThatLeadsOnAndOn_CostsAsMuchAsManyRealms()
    {
        for (var i = 0; i < 16; i++)
            _run.Zone.Add(new NaptrRecord("deep.example", 60, 1, (ushort)i, "s", DiscoveryRun.Auth, "", $"_{i}.deep.example")).Srv($"_{i}.deep", 1, 0, 1, $"a{i}.deep.example");
        for (var i = 0; i < 100; i++)
            _run.Zone.Add(new NaptrRecord($"d{i}.example", 60, 1, 1, "", DiscoveryRun.Auth, "", "deep.example"));
        const int Seconds = 300;
        for (var tick = 0; tick < Seconds; tick++)
        {
            _run.Find($"d{tick % 100}.example");
            _run.Run(1);
        }

        // At first lookups are let in for a question each before the first of them has told what it took.
        _run.Asked.ShouldBeLessThan((QuestionBudget.PerSecond * Seconds) + QuestionBudget.Burst + (RealmLookupOptions.MaxQuestions * 3));
    }

    [Fact]
    public void Find_RandomRealmsOfManyNeighbours_CostABoundedNumberInAll()
    {
        const int Seconds = 20;
        for (var tick = 0; tick < Seconds * 10; tick++)
        {
            for (var i = 0; i < 50; i++)
                _run.Find($"r{tick}-{i}.example", $"nas{i}");
            _run.World.RunFor(100 * MonotonicTime.Millisecond);
        }

        _run.Asked.ShouldBeLessThanOrEqualTo(QuestionBudget.BurstInAll + (QuestionBudget.PerSecondInAll * Seconds));
    }

    [Fact]
    public void Find_DnsIsSilent_LookupsUnderWayAreBounded()
    {
        _run.World.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        for (var i = 0; i < 1_000; i++)
        {
            _run.Find($"r{i}.example", $"nas{i}");
            _run.Discovery.UnderWay.ShouldBeLessThanOrEqualTo(RealmDiscovery.MaxLookups);
        }

        _run.Run(10);
        _run.Discovery.UnderWay.ShouldBe(0);
    }

    [Fact]
    public void Find_WhoWaitsBeyondTheBound_IsToldSo()
    {
        _run.World.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        var told = _run.Waiting([.. Enumerable.Repeat("home.example", RealmDiscovery.MaxWaiters)]);
        var (answer, isTold) = ((DiscoveredRealm?)null, false);
        _run.Loop.Post(() => answer = _run.Discovery.Find("home.example"u8, DiscoveryService.Authentication, "nas", _run.Loop.NowNs, _ => isTold = true));
        _run.Run(10);
        answer!.State.ShouldBe(DiscoveryState.TooMany);
        isTold.ShouldBeFalse();
        told.Count.ShouldBe(RealmDiscovery.MaxWaiters);
    }

    [Fact]
    public void Find_MoreRealmsThanAreRemembered_ForgetsThoseOfLongAgo()
    {
        _run.Ask("home.example");
        for (var i = 0; _run.Discovery.Count < RealmDiscovery.MaxRealms; i++)
        {
            _run.Find($"r{i}.example", $"nas{i}");
            if (i % 100 == 99)
                _run.Run(1);
        }

        _run.Find("home.example");
        for (var i = 0; i < 100; i++)
            _run.Find($"s{i}.example", $"late{i}");
        _run.Run(1);
        _run.Discovery.Count.ShouldBe(RealmDiscovery.MaxRealms);
        (_run.Discovery.Peek("home.example"u8, DiscoveryService.Authentication) is not null).ShouldBeTrue("it was asked for lately");
        _run.Discovery.Peek("r0.example"u8, DiscoveryService.Authentication).ShouldBeNull();
    }
}
