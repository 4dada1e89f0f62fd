using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Roaming.Sessions;
using NodaTime;
using Shouldly;
using static Meetpoint.Exchange.Tests.Roaming.Sessions.Reports;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>What a session is as octets.</summary>
public sealed class SessionBodyTests
{
    [Fact]
    public void Session_WrittenAndRead_IsTheSame() => Prop.ForAll(
        Gen.Choose(0, 5_000).Four().ListOf(15).ToArbitrary(),
        numbers =>
        {
            var session = Session([Start(0), .. numbers.Select(n => Interim(n.Item1, n.Item2 == 0 ? null : n.Item2, n.Item3 * 1_000_000_007L, n.Item4))]) with
            {
                Terms = new SessionTerms { Class = "a1ff", Cui = "Grün", InterimSeconds = 300, Links = [new SessionLink("albion-liberty", new string('a', 64), "liberty", "albion")] },
            };
            AssertSame(session);
            AssertSame(session with { Terms = new SessionTerms(), State = SessionState.Settled, End = SessionEnd.Superseded, UnwrappedOut = long.MaxValue, Rebooted = At(-1), Accepted = At(5) });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Session_OfAFewReports_TakesFewOctets()
    {
        var session = Session([Start(0), .. Enumerable.Range(1, 7).Select(i => Interim(i * 300, i * 300, i * 1_000_000, i * 9_000_000))]) with
        {
            Terms = new SessionTerms { Class = new string('a', 32), Links = [new SessionLink("albion-liberty", new string('a', 64), "liberty", "albion")] },
        };
        SessionBody.Write(session with { Recent = ProofBlock.Empty }).Length.ShouldBeLessThan(400);
        SessionBody.Write(session).Length.ShouldBeLessThan(1_100, "with seven reports that wait to be written");
    }

    [Fact]
    public void Reports_WrittenAndRead_AreTheSame()
    {
        AccountingReport[] reports = [Start(0), Interim(300, 300, 5_682_218_308, 1) with { Received = At(1_000) }, Interim(600, null, 0, 0), Stop(700, 700, long.MaxValue, 8)];
        var block = ProofBlock.Empty;
        for (var i = 0; i < reports.Length; i++)
            block = block.Add(reports[i], i + 1);
        (block.Count, block.IsFull).ShouldBe((4, true), "a Stop is written at once");
        var read = ProofBlock.Read(block.Octets).ToList();
        read.Select(proof => (proof.Place, proof.Status, proof.Received, proof.Event, proof.Seconds, proof.OctetsIn, proof.OctetsOut)).ShouldBe(
            reports.Select((report, i) => (i + 1L, report.Status, report.Received, report.Event, report.SessionSeconds, report.OctetsIn, report.OctetsOut)));
        read.Select(proof => Convert.ToHexString(proof.Digest)).ShouldBe(reports.Select(report => Convert.ToHexString(report.Digest)));
        read.Select(proof => proof.Raw is not null).ShouldBe([true, false, false, true]);
    }

    [Fact]
    public void Octets_CutAnywhere_AreBrokenAndNothingElse()
    {
        var whole = SessionBody.Write(Session(Start(0), Interim(300, 300, 10, 20)));
        for (var length = 1; length < whole.Length; length++)
            Should.Throw<InvalidDataException>(() => SessionBody.Read(whole[..length], ""), $"cut at {length} of {whole.Length}");
        Should.Throw<InvalidDataException>(() => SessionBody.Read([99], ""), "another version");
    }

    static void AssertSame(RoamingSession session)
    {
        var read = SessionBody.Read(SessionBody.Write(session), "");
        read.Runs.ShouldBe(session.Runs);
        read.Marks.ShouldBe(session.Marks);
        read.Terms.Links.ShouldBe(session.Terms.Links);
        read.Recent.Octets.ShouldBe(session.Recent.Count == 0 ? ProofBlock.Empty.Octets : session.Recent.Octets);
        read.Recent.Count.ShouldBe(session.Recent.Count);
        (read with { Runs = default, Marks = default, Recent = session.Recent, Terms = session.Terms with { Links = default } }).ShouldBe(
            session with { Runs = default, Marks = default, Terms = session.Terms with { Links = default } });
        (read.Terms with { Links = default }).ShouldBe(session.Terms with { Links = default });
    }
}
