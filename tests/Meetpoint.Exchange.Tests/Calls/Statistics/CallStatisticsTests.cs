using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Net;
using Meetpoint.Tests.Support;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls.Statistics;

public sealed class CallStatisticsTests
{
    const long Second = MonotonicTime.Second;

    static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 9, 7);
    static readonly Interval Today = new(Now - Duration.FromHours(12), Now + Duration.FromHours(12));

    readonly CallStatistics _statistics = new();

    [Fact]
    public void Figures_OfCalls_AreThoseOfTheRecommendations()
    {
        Add(ringing: 2, answered: 5, ended: 65, status: 200);
        Add(ringing: 4, answered: 10, ended: 40, status: 200);
        Add(ringing: null, answered: 3, ended: 33, status: 200);
        Add(ringing: 3, answered: null, ended: 60, status: 480);
        Add(ringing: 3, answered: null, ended: 20, status: 487);
        Add(ringing: null, answered: null, ended: 1, status: 486);
        Add(ringing: null, answered: null, ended: 1, status: 487);
        Add(ringing: null, answered: null, ended: 1, status: 503);
        Add(ringing: null, answered: null, ended: 1, status: 404);
        Add(ringing: null, answered: null, ended: 32, status: 408);
        var figures = _statistics.Figures(Today).ShouldHaveSingleItem();
        figures.Seizures.ShouldBe(10);
        figures.Asr.ShouldBe(0.3);
        figures.Ner.ShouldBe(0.6, "three answers, two that rang, one busy");
        figures.AcdSeconds.ShouldBe(40);
        figures.PddMs.ShouldBe(3_000, "2, 4, 3, 3 and 3 seconds");
        figures.LongestDelayMs.ShouldBe(4_000);
        figures.PddMedianMs!.Value.ShouldBeInRange(2_820, 3_180);
        figures.Pdd95Ms!.Value.ShouldBeInRange(3_760, 4_240);
        figures.Causes.OrderBy(cause => cause.Key).Select(cause => (cause.Key, cause.Value)).ShouldBe([(1, 1), (16, 5), (17, 1), (18, 1), (41, 1), (102, 1)]);
    }

    [Fact]
    public void Cause_ThatWasTold_CountsBeforeThatOfTheStatus()
    {
        Add(ringing: null, answered: null, ended: 1, status: 480, cause: 34);
        var figures = _statistics.Figures(Today).ShouldHaveSingleItem();
        figures.Causes.Keys.ShouldBe([34]);
        figures.Ner.ShouldBe(0, "no circuit available is the network's");
    }

    [Fact]
    public void Figures_WithoutCalls_HaveNoRatios()
    {
        _statistics.Figures(Today).ShouldBeEmpty();
        Add(ringing: null, answered: null, ended: 1, status: 503);
        var figures = _statistics.Figures(Today).ShouldHaveSingleItem();
        (figures.AcdSeconds, figures.PddMs, figures.Asr).ShouldBe((null, null, 0));
    }

    [Fact]
    public void Figures_OfATime_HaveThePeriodsOfIt()
    {
        Add(at: Now);
        Add(at: Now + Duration.FromMinutes(15));
        Add(at: Now + Duration.FromMinutes(30));
        _statistics.Figures(new Interval(Now, Now + Duration.FromMinutes(15)))[0].Seizures.ShouldBe(2, "9:00 and 9:15");
        _statistics.Figures(new Interval(Now + Duration.FromMinutes(16), Now + Duration.FromMinutes(17)))[0].Seizures.ShouldBe(1);
        _statistics.Figures(new Interval(Now + Duration.FromHours(1), Now + Duration.FromHours(2))).ShouldBeEmpty();
    }

    [Fact]
    public void Figures_AreByPartnerAndDestinationTheBusiestFirst()
    {
        Add(partner: "b");
        Add(partner: "a", destination: "+1");
        Add(partner: "a", destination: "+44");
        Add(partner: "a", destination: "+44");
        Add(partner: "a", direction: CallDirection.Outgoing);
        _statistics.Figures(Today).Select(figures => (figures.Partner, figures.Direction, figures.Destination, figures.Seizures)).ShouldBe(
            [("a", CallDirection.Incoming, "+44", 2), ("a", CallDirection.Incoming, "+1", 1), ("a", CallDirection.Outgoing, "+44", 1), ("b", CallDirection.Incoming, "+44", 1)]);
        _statistics.Figures(Today, key => key.Partner == "b").ShouldHaveSingleItem();
        _statistics.Figures(Today, areDestinationsApart: false).Select(figures => (figures.Partner, figures.Direction, figures.Seizures)).ShouldBe(
            [("a", CallDirection.Incoming, 3), ("a", CallDirection.Outgoing, 1), ("b", CallDirection.Incoming, 1)]);
    }

    [Fact]
    public void Add_MoreDestinationsThanAreKeptApart_AddsThemUpUnderOne()
    {
        for (var i = 0; i < CallStatistics.MaxPairs + 10; i++)
            Add(destination: $"+{i}");
        var figures = _statistics.Figures(Today);
        figures.Count.ShouldBe(CallStatistics.MaxPairs + 1);
        figures.Single(one => one.Destination == CallStatistics.OtherDestinations).Seizures.ShouldBe(10);
    }

    [Fact]
    public void Add_ForVeryLong_KeepsTheNewestPeriods()
    {
        for (var i = 0; i < CallStatistics.MaxPeriods + 100; i++)
            Add(at: Now + CallStatistics.Period * i);
        _statistics.Figures(new Interval(Now, Now + Duration.FromDays(30)))[0].Seizures.ShouldBe(CallStatistics.MaxPeriods);
        Add(at: Now);
        _statistics.Figures(new Interval(Now, Now + Duration.FromMinutes(1))).ShouldBeEmpty("it is older than all that is kept");
    }

    [Fact]
    public void Add_ManyPairsInManyPeriods_DropsTheOldest()
    {
        const int Pairs = 1_000;
        for (var i = 0; i < 30 * Pairs; i++)
            Add(destination: $"+{i % Pairs}", at: Now + CallStatistics.Period * (i / Pairs));
        var figures = _statistics.Figures(new Interval(Now, Now + Duration.FromDays(30)));
        figures.Sum(one => one.Seizures).ShouldBe(CallStatistics.MaxCells);
    }

    [Fact]
    public void Add_ToAPairThatIsThere_CostsNoMemory()
    {
        Add();
        var outcome = new CallOutcome("a", CallDirection.Incoming, "+44", 0, Second, 2 * Second, 3 * Second, 0, 200);
        _statistics.Add(outcome, Now);
        var before = Allocations.Begin();
        for (var i = 0; i < 1_000; i++)
            _statistics.Add(outcome, Now);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    void Add(
        double? ringing = null, double? answered = null, double ended = 1, int status = 486, int cause = 0, string partner = "a", string destination = "+44", Instant? at = null,
        CallDirection direction = CallDirection.Incoming) =>
        _statistics.Add(
            new CallOutcome(partner, direction, destination, 0, (long?)(ringing * Second), (long?)(answered * Second), (long)(ended * Second), cause, status), at ?? Now);
}
