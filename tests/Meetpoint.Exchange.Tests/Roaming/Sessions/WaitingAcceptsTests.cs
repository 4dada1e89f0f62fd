using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Net;
using Shouldly;
using static Meetpoint.Exchange.Tests.Roaming.Sessions.Reports;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>Accepts that wait for their reports.</summary>
public sealed class WaitingAcceptsTests
{
    readonly WaitingAccepts _accepts = new();

    [Fact]
    public void Report_OfTheSamePersonAtTheSameServer_FindsIt()
    {
        _accepts.Add(Accept("p-1", "aa"), 0);
        _accepts.Find(Begin)!.Accept.Terms.Class.ShouldBe("aa");
        _accepts.Find(Begin with { Station = "p-2" }).ShouldBeNull();
        _accepts.Find(Begin with { Nas = "nas-2" }).ShouldBeNull();
        _accepts.Find(Begin with { Station = null }).ShouldBeNull();
        _accepts.Remove(_accepts.Find(Begin)!);
        (_accepts.Count, _accepts.Find(Begin)).ShouldBe((0, null));
        _accepts.TakeLate(long.MaxValue).ShouldBeEmpty("it is taken up");
    }

    [Fact]
    public void WhoProvesHimselfAnew_IsOneWithWhatWasGivenLast_AndWaitsNoLonger()
    {
        _accepts.Add(Accept("p-1", "aa"), 0);
        var first = _accepts.Find(Begin)!;
        _accepts.Add(Accept("p-1", "bb"), WaitingAccepts.WaitNs - 1);
        _accepts.Remove(first); // a report took up the first meanwhile: the second stands
        _accepts.TakeLate(WaitingAccepts.WaitNs - 1).ShouldBeEmpty();
        _accepts.TakeLate(WaitingAccepts.WaitNs).ShouldHaveSingleItem().Accept.Terms.Class.ShouldBe("bb");
        _accepts.Count.ShouldBe(0);
    }

    [Fact]
    public void TooMany_TheOldestAreWrittenBeforeTheirTime()
    {
        for (var i = 0; i <= WaitingAccepts.Max; i++)
            _accepts.Add(Accept($"p-{i}", "aa"), MonotonicTime.Second);
        _accepts.TakeLate(MonotonicTime.Second).ShouldHaveSingleItem().Accept.Person.ShouldBe("p-0");
        _accepts.Count.ShouldBe(WaitingAccepts.Max);
    }

    static AccountingReport Begin => Start(0) with { Station = "p-1" };

    static LetIn Accept(string station, string given) => new(Source.Visited, "nas-1", station, () => new RoamingAccept(Source, "nas-1", station, null, Noon, new SessionTerms { Class = given }));
}
