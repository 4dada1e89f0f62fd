using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Roaming.Sessions;
using NodaTime;
using Shouldly;
using static Meetpoint.Exchange.Tests.Roaming.Sessions.Reports;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>The machine of one session.</summary>
public sealed class RoamingSessionTests
{
    [Fact]
    public void Stop_WithGigawords_IsExact()
    {
        var session = Session(Start(0), Interim(300, 300, 1_000, 2_000), Stop(600, 600, 5_682_218_308, 5_682_070_141));
        (session.State, session.End).ShouldBe((SessionState.Closed, SessionEnd.Stop));
        (session.Use.OctetsIn, session.Use.OctetsOut).ShouldBe((5_682_218_308, 5_682_070_141));
        (session.Started, session.Ended, session.Billable).ShouldBe((At(0), At(600), Duration.FromSeconds(600)));
    }

    [Fact]
    public void StopBeforeStart_OpensAndCloses_AndTheLateStartOnlySaysWhenItBegan()
    {
        var (session, step) = new RoamingSession().Apply(Stop(600, 598, 10, 20));
        (step, session.Started).ShouldBe((SessionStep.Closed, At(2)));
        var (after, late) = session.Apply(Start(1));
        (late, after.State, after.Started, after.Use).ShouldBe((SessionStep.Counted, SessionState.Closed, At(1), session.Use));
    }

    [Fact]
    public void SameReportAgain_ChangesNothingButACount()
    {
        var session = Session(Start(0), Interim(300, 300, 10, 20));
        var (after, step) = session.Apply(Interim(300, 300, 10, 20));
        step.ShouldBe(SessionStep.Duplicate);
        (after with { Evidence = session.Evidence }).ShouldBe(session);
        after.Evidence.Duplicates.ShouldBe(1);
    }

    [Fact]
    public void CounterThatGoesBack_WithoutTime_IsNotedAndTheHigherStands()
    {
        var session = Session(Start(0), Interim(300, 300, 5_000, 9_000), Interim(600, 600, 4_000, 9_500), Stop(700, 700, 4_500, 9_700));
        (session.Use.OctetsIn, session.Use.OctetsOut, session.Use.Resets).ShouldBe((5_000, 9_700, 0));
        session.Evidence.WentBack.ShouldBe(2);
    }

    [Fact]
    public void CounterAndTimeThatGoBack_AreCountedOnTopOfEachOther()
    {
        var session = Session(Start(0), Interim(300, 300, 5_000, 9_000), Interim(600, 100, 400, 900), Stop(700, 200, 500, 1_000));
        (session.Use.Seconds, session.Use.OctetsIn, session.Use.OctetsOut, session.Use.Resets).ShouldBe((500, 5_500, 10_000, 1));
        session.Billable.ShouldBe(Duration.FromSeconds(500), "what the NAS counted, not the 700 s that passed");
    }

    [Fact]
    public void Silent_ClosesAtItsLastProofOfLife_AndALateStopCorrectsIt()
    {
        var session = Session(Start(0), Interim(300, 300, 10, 20)) with { Terms = new SessionTerms { InterimSeconds = 300 } };
        session.SilentAt.ShouldBe(At(300 + 900 + 60));
        var silent = session.Close(SessionEnd.Silent);
        (silent.State, silent.Ended).ShouldBe((SessionState.Closed, At(300)));
        var (stopped, step) = silent.Apply(Stop(5_000, 5_000, 90, 95));
        (step, stopped.End, stopped.Ended, stopped.Use.OctetsIn).ShouldBe((SessionStep.Closed, SessionEnd.Stop, At(5_000), 90));
        var (again, reopened) = silent.Apply(Interim(4_000, 4_000, 50, 55));
        (reopened, again.State, again.End).ShouldBe((SessionStep.Reopened, SessionState.Open, null));
    }

    [Fact]
    public void Settled_TakesNothingInAnyMore()
    {
        var settled = Session(Start(0), Stop(600, 600, 10, 20)) with { State = SessionState.Settled };
        var (after, step) = settled.Apply(Interim(500, 500, 999, 999));
        (step, after.Use, after.Ended, after.Evidence.TooLate).ShouldBe((SessionStep.TooLate, settled.Use, settled.Ended, 1));
    }

    [Theory]
    [InlineData(AccountingStatus.Start, 700, null, true)]
    [InlineData(AccountingStatus.Start, 0, null, false)]
    [InlineData(AccountingStatus.InterimUpdate, 900, 100L, true)]
    [InlineData(AccountingStatus.InterimUpdate, 900, 900L, false)]
    public void SameIdAfterTheEnd_LaterBeginning_IsAnother(AccountingStatus status, long at, long? seconds, bool expected)
    {
        var closed = Session(Start(0), Stop(600, 600, 10, 20));
        var report = status == AccountingStatus.Start ? Start(at) : Interim(at, seconds, 1, 1);
        closed.IsAnother(report).ShouldBe(expected);
    }

    [Fact]
    public void AfterARestart_WhatHappenedLaterIsAnother_AndEarlierIsNot()
    {
        var closed = Session(Start(0), Interim(300, 300, 10, 20)).Close(SessionEnd.NasRebooted, At(400));
        closed.IsAnother(Interim(500, 500, 10, 20)).ShouldBeTrue();
        closed.IsAnother(Interim(350, 350, 15, 20)).ShouldBeFalse();
    }

    [Fact]
    public void ClassAndCui_NotEchoed_AreCounted()
    {
        var session = new RoamingSession { Terms = new SessionTerms { Class = "aa", Cui = "c1", InterimSeconds = 300 } };
        session = session.Apply(Start(0) with { Class = "aa", Cui = "c1" }).Session.Apply(Interim(451, 451, 1, 1) with { Class = "ab" }).Session;
        (session.Evidence.ClassMissing, session.Evidence.CuiMissing, session.Evidence.Gaps).ShouldBe((1, 1, 1));
    }

    [Fact]
    public void Reports_InAnyOrderAndDoubled_GiveTheSameRecord() => Prop.ForAll(Sequences(), sample =>
    {
        var inOrder = Session(sample.Reports);
        var mixed = Session(sample.Mixed);
        (mixed.Started, mixed.Ended, mixed.Billable, mixed.Use, mixed.State, mixed.End).ShouldBe(
            (inOrder.Started, inOrder.Ended, inOrder.Billable, inOrder.Use, inOrder.State, inOrder.End));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Use_IsNeverNegativeNorAboveWhatTheNasCounted() => Prop.ForAll(Sequences(), sample =>
    {
        var session = Session(sample.Mixed);
        session.Use.OctetsIn.ShouldBe(sample.In);
        session.Use.OctetsOut.ShouldBe(sample.Out);
        session.Use.Seconds.ShouldBeGreaterThanOrEqualTo(0);
        session.Billable.ShouldBeGreaterThanOrEqualTo(Duration.Zero);
        session.Billable.ShouldBeLessThanOrEqualTo(session.Ended - session.Started);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyReports_GiveUseBetweenTheHighestAndTheSumOfAll() => Prop.ForAll(
        Gen.Choose(0, 5_000).Four().ListOf(12).ToArbitrary(),
        numbers =>
        {
            var reports = numbers.Select(n => Interim(n.Item1, n.Item2, n.Item3, n.Item4)).ToList();
            var use = Session(reports).Use;
            use.OctetsIn.ShouldBeInRange(reports.Max(report => report.OctetsIn), reports.Sum(report => report.OctetsIn));
            use.OctetsOut.ShouldBeInRange(reports.Max(report => report.OctetsOut), reports.Sum(report => report.OctetsOut));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Wrap_TimeAndPacketsRose_IsCertain()
    {
        const long Near = uint.MaxValue - 1_000;
        CounterWrap.Total([(300, Near, 5_000_000), (600, 500_000_000, 6_000_000)]).ShouldBe(500_000_000 + (1L << 32));
        CounterWrap.Total([(600, 500_000_000, 6_000_000), (300, Near, 5_000_000), (900, 600_000_000, 6_500_000)]).ShouldBe(600_000_000 + (1L << 32), "in any order");
        CounterWrap.Total([(300, Near, 5_000_000), (600, 500_000_000, 5_000_100)]).ShouldBeNull("too few packets for so many octets");
        CounterWrap.Total([(300, 2_000_000_000, 5_000_000), (600, 500_000_000, 6_000_000)]).ShouldBeNull("it was not near its end");
        CounterWrap.Total([(300, Near, 5_000_000), (600, 500_000_000, 100)]).ShouldBeNull("packets went back too: it began anew");
    }

    /// <summary>Sessions with up to three beginnings anew, their reports in order, and the same out of order with some doubled; what was truly used.</summary>
    static Arbitrary<Sample> Sequences() => Gen.Choose(1, 3).SelectMany(runs => Gen.Choose(1, 4).SelectMany(interims => Gen.Choose(0, int.MaxValue - 1).SelectMany(seed => Gen.Choose(0, 1).Select(stops =>
    {
        var random = new Random(seed);
        var (at, totalIn, totalOut) = (0L, 0L, 0L);
        var reports = new List<AccountingReport> { Start(0) };
        for (var run = 0; run < runs; run++)
        {
            // Each run is shorter in time than the one before, so that time goes back where it begins anew.
            var (began, most, octetsIn, octetsOut) = (at, 4_000L >> run, 0L, 0L);
            var least = 4_000_000_000L >> (3 * run); // and so much less that its counters go back for certain
            var count = run == 0 ? interims + 1 : interims;
            for (var i = 1; i <= count; i++)
            {
                at = began + (most * i / count) - (run == 0 ? 0 : random.Next(100));
                octetsIn += random.NextInt64(least, 2 * least);
                octetsOut += random.NextInt64(least, 2 * least);
                reports.Add(Interim(at, at - began, octetsIn, octetsOut));
            }

            (totalIn, totalOut, at) = (totalIn + octetsIn, totalOut + octetsOut, at + 60);
            if (run < runs - 1)
                continue;
            if (stops == 1)
                reports.Add(Stop(at, at - began, octetsIn, octetsOut));
        }

        var mixed = reports.Concat(reports.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(mixed);
        return new Sample(reports, mixed, totalIn, totalOut);
    })))).ToArbitrary();

    sealed record Sample(IReadOnlyList<AccountingReport> Reports, IReadOnlyList<AccountingReport> Mixed, long In, long Out);
}
