using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Caps of an agreement in force where somebody is let in, and while he is on: Liberty's customers at Albion's hotspots, at EUR 0.01 a minute.</summary>
public sealed class CapTests
{
    [Fact]
    public void Accept_GivesTheLessOfTheHomesAndTheAgreementsBounds()
    {
        using var run = Run(31, """{"capPerDay":"EUR 1.00","maxSessionSeconds":7200,"idleSeconds":600,"interimSeconds":300}""");
        run.Homes[0].More = static (ref PacketWriter writer) =>
        {
            writer.TryWriteInteger(AttributeType.SessionTimeout, 86_400);
            writer.TryWriteInteger((AttributeType)28, 120);
        };
        Bounds(LetIn(run, 1)).ShouldBe((6_000U, 120U, 300U), "EUR 1.00 is 6,000 s; the home's idle time is the shorter one; interims are the agreement's");
        Report(run, 1, 1, 0);
        Report(run, 1, 3, 3_000);
        Bounds(LetIn(run, 1)).ShouldBe((3_000U, 120U, 300U), "half of it is used");
        Bounds(LetIn(run, 2)).ShouldBe((6_000U, 120U, 300U), "another customer");
        run.World.AssertNoFaults();
    }

    [Fact]
    public void Agreement_WithoutTerms_LeavesTheHomesBounds()
    {
        using var run = new RoamingRun(32);
        run.Homes[0].More = static (ref PacketWriter writer) => writer.TryWriteInteger(AttributeType.SessionTimeout, 86_400);
        Bounds(LetIn(run, 1)).ShouldBe((86_400U, null, null));
    }

    [Fact]
    public void UsedUp_IsRejectedAtOnce_OverARestartToo_AndNotTheNextDay()
    {
        using var run = Run(33, """{"capPerDay":"EUR 1.00"}""");
        LetIn(run, 1);
        Report(run, 1, 1, 0);
        Report(run, 1, 2, 6_000);
        var asked = run.Homes.Sum(home => home.Asked.Count);
        AssertRejected(run);
        run.Homes.Sum(home => home.Asked.Count).ShouldBe(asked, "the home is not asked");
        LetIn(run, 2);
        run.Exchange.Kill();
        run.Exchange.Restart();
        run.World.Run(2);
        AssertRejected(run); // its sums are read anew, from the store
        run.World.Run(24 * 3_600);
        LetIn(run, 1);
        run.Exchange.Refusals.ShouldAllBe(reason => reason == RefusalReason.AllowanceUsedUp);
        run.World.AssertNoFaults();
    }

    [Fact]
    public void RunningSession_ThatCrosses_IsToldOfOnceUntilItIsAnswered()
    {
        using var run = Run(34, """{"capPerDay":"EUR 1.00"}""");
        var told = new List<CrossedSession>();
        run.Exchange.Node.Roaming.Crossed = told.Add;
        Report(run, 1, 1, 0);
        Report(run, 1, 3, 5_000);
        told.ShouldBeEmpty();
        Report(run, 1, 3, 6_000);
        Report(run, 1, 3, 6_300);
        var crossed = told.ShouldHaveSingleItem();
        (crossed.Why, crossed.Nas, crossed.AccountId, crossed.Source.Visited, crossed.Source.Home).ShouldBe((AllowanceRefusal.CapPerDay, "ap-1", "session-1", "albion", "liberty"));
        run.Exchange.Crossed.ShouldBe(["CapPerDay"], "it is in the log");
        run.Exchange.Node.Roaming.Answered(crossed.Id);
        Report(run, 1, 3, 6_600);
        told.Count.ShouldBe(2);
        Report(run, 1, 2, 6_700);
        told.Count.ShouldBe(2, "it is over");
        run.World.AssertNoFaults();
    }

    [Theory]
    [InlineData("""{"maxSessionSeconds":3600}""", 3_600, "SessionSeconds")]
    [InlineData("""{"maxSessionOctets":3000}""", 3_000, "SessionOctets")]
    public void RunningSession_BeyondItsOwnBounds_IsToldOf(string terms, long at, string why)
    {
        using var run = Run(35, terms);
        Report(run, 1, 1, 0);
        Report(run, 1, 3, at - 1);
        run.Exchange.Crossed.ShouldBeEmpty();
        Report(run, 1, 3, at);
        run.Exchange.Crossed.ShouldBe([why]);
    }

    [Fact]
    public void Accounting_ThatBeginsWithoutAnAgreementInForce_IsNotTaken_AndWhatBeganUnderOneIs()
    {
        using var run = Run(36, """{"capPerDay":"EUR 1.00"}""");
        Report(run, 1, 1, 0);
        run.Suspend();
        Report(run, 1, 3, 300).Code.ShouldBe(RadiusCode.AccountingResponse);
        Report(run, 1, 2, 600).Code.ShouldBe(RadiusCode.AccountingResponse);
        Report(run, 2, 1, 0).Code.ShouldBe(RadiusCode.None);
        run.Exchange.Faults.ShouldContain(fault => fault.Contains("no agreement in force", StringComparison.Ordinal));
        var session = run.Exchange.Store.Read(reader => SessionRows.List(reader, new SessionFilter(), null, 10)).ShouldHaveSingleItem().Session();
        (session.State, session.Use.Seconds).ShouldBe((SessionState.Closed, 600));
    }

    static RoamingRun Run(int seed, string terms)
    {
        var run = new RoamingRun(seed, amend: document =>
        {
            var agreement = document["agreements"]![0]!;
            agreement["roaming"] = JsonNode.Parse(terms);
            agreement["charges"] = JsonNode.Parse("""[{"unit":"roaming-minute","payer":"liberty","payee":"albion","tariff":"roaming"}]""");
            document["tariffs"]!.AsArray().Add(JsonNode.Parse("""{"id":"roaming","currency":"EUR","rates":[{"unit":"roaming-minute","price":"0.01","per":"minute"}]}"""));
        });
        run.World.Run(7_200); // what is reported lies behind
        return run;
    }

    static string Station(int customer) => $"02-00-00-00-00-{customer:X2}";

    static AccessAttempt LetIn(RoamingRun run, int customer)
    {
        var attempt = Ask(run, customer);
        attempt.Code.ShouldBe(RadiusCode.AccessAccept, attempt.Said);
        return attempt;
    }

    static AccessAttempt Ask(RoamingRun run, int customer)
    {
        var attempt = run.Access.Access(run.Hub, $"user{customer}@liberty.example", SimulatedHomeServer.Password, (ref PacketWriter writer) =>
        {
            writer.TryWrite(AttributeType.NasIdentifier, "ap-1"u8);
            writer.TryWrite(AttributeType.CallingStationId, Encoding.ASCII.GetBytes(Station(customer)));
        });
        run.World.Run(1.2);
        return attempt;
    }

    static void AssertRejected(RoamingRun run)
    {
        var attempt = Ask(run, 1);
        (attempt.Code, attempt.Said).ShouldBe((RadiusCode.AccessReject, "Allowance of the agreement used up"));
    }

    /// <summary>A report of so many seconds, and as many octets.</summary>
    static AccessAttempt Report(RoamingRun run, int customer, uint status, long seconds)
    {
        var began = run.Began;
        var attempt = run.Access.Account(run.Accounting, $"user{customer}@liberty.example", $"session-{customer}", (ref PacketWriter writer) =>
        {
            writer.TryWrite(AttributeType.CallingStationId, Encoding.ASCII.GetBytes(Station(customer)));
            writer.TryWriteInteger(AttributeType.EventTimestamp, (uint)(began.ToUnixTimeSeconds() + 60 + seconds));
            if (status == 1)
                return;
            writer.TryWriteInteger(AttributeType.AcctSessionTime, (uint)seconds);
            writer.TryWriteInteger(AttributeType.AcctInputOctets, (uint)seconds);
        }, status);
        run.World.Run(1);
        return attempt;
    }

    static (uint? Session, uint? Idle, uint? Interim) Bounds(AccessAttempt attempt)
    {
        RadiusPacket.TryParse(attempt.Answer, out var packet, out _).ShouldBeTrue();
        var bounds = SessionBounds.Of(packet, Crossing.Own);
        return (bounds.SessionSeconds, bounds.IdleSeconds, bounds.InterimSeconds);
    }
}
