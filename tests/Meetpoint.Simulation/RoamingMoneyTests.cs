using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>What Albion's customers use at Liberty's hotspots: measured by Liberty's exchange, countersigned by Albion's from the reports that it had itself.</summary>
public sealed class RoamingMoneyTests
{
    const string Agreement = "albion-liberty";
    const string Month = "2026-01";

    [Fact]
    public void Session_ReportedToBoth_IsOnBothStatementsAtOnePrice()
    {
        using var world = Roaming(41);
        var began = world.Now - Duration.FromSeconds(600);
        Both(world, Report(began, AccountingStatus.Start, 0, 0, 0));
        Take(world.Liberty, Report(began, AccountingStatus.InterimUpdate, 300, 1_000, 2_000)); // Albion's did not come
        Both(world, Report(began, AccountingStatus.Stop, 600, 5_682_218_308, 5_682_070_141));
        world.Liberty.Usage(Agreement).ShouldBeEmpty("what is on its way is waited for");
        world.Run(45);

        foreach (var exchange in world.Exchanges)
        {
            var session = exchange.Usage(Agreement).ShouldHaveSingleItem();
            (session.State, session.Unit, session.MeasuredBy).ShouldBe((UsageState.Agreed, ChargeUnit.RoamingSession, "liberty.example"), $"{exchange.Name}: {session}");
            (session.BytesIn, session.BytesOut, session.BillableMs).ShouldBe((5_682_218_308, 5_682_070_141, 600_000));
        }

        var ours = world.Albion.Node.Settlements.Statements.Build(Agreement, Month)!;
        ours.Legs.ShouldHaveSingleItem().ShouldSatisfyAllConditions(leg => leg.Payer.ShouldBe("albion"), leg => leg.Total.ToString().ShouldBe("EUR 11.3643"));
        ours.Digest().ShouldBe(world.Liberty.Node.Settlements.Statements.Build(Agreement, Month)!.Digest());
        world.AssertNoFaults();
    }

    [Fact]
    public void Session_OfWhichTheHomeSideSawLess_IsDisputedAndOnNoStatement()
    {
        using var world = Roaming(42);
        var began = world.Now - Duration.FromSeconds(600);
        Both(world, Report(began, AccountingStatus.Start, 0, 0, 0));
        Take(world.Liberty, Report(began, AccountingStatus.Stop, 600, 9_000_000, 9_000_000));
        Take(world.Albion, Report(began, AccountingStatus.Stop, 600, 5_000_000, 9_000_000));
        world.Run(45);
        foreach (var exchange in world.Exchanges)
        {
            exchange.Usage(Agreement).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                session => session.State.ShouldBe(UsageState.Disputed), session => session.Reason.ShouldBe(UsageReason.Volume),
                session => (session.BytesIn, session.WitnessBytesIn).ShouldBe((9_000_000L, (long?)5_000_000L), exchange.Name));
            exchange.Node.Settlements.Statements.Build(Agreement, Month)!.Lines.ShouldBeEmpty();
        }

        world.AssertNoFaults();
    }

    [Fact]
    public void VisitedExchange_KilledBeforeAndAfterSettling_RecordsOnce()
    {
        using var world = Roaming(43);
        var began = world.Now - Duration.FromSeconds(600);
        var stop = Report(began, AccountingStatus.Stop, 600, 9_000_000, 9_000_000);
        Both(world, Report(began, AccountingStatus.Start, 0, 0, 0));
        Both(world, stop);
        world.Run(10);
        world.Liberty.Kill();
        world.Liberty.Restart();
        Take(world.Liberty, stop); // the access server had no answer
        world.Cut(world.Albion, world.Liberty, true);
        world.Run(30);
        world.Liberty.Usage(Agreement).ShouldHaveSingleItem("settled, and not countersigned");
        world.Liberty.Kill();
        world.Liberty.Restart();
        world.Cut(world.Albion, world.Liberty, false);
        Take(world.Liberty, stop);
        world.Until(() => world.Liberty.Usage(Agreement).Single().State == UsageState.Agreed, 120, () => $"agreed, it is {world.Liberty.Usage(Agreement).Single().State}");
        world.Run(60);
        foreach (var exchange in world.Exchanges)
            exchange.Node.Settlements.Statements.Build(Agreement, Month)!.Lines.ShouldHaveSingleItem(exchange.Name).Charges.ShouldHaveSingleItem().Amount.ToString().ShouldBe("EUR 0.018");
        world.AssertNoFaults();
    }

    [Fact]
    public void Caps_UsedUp_RefuseAndEndWhatIsOn()
    {
        using var world = Roaming(44);
        var began = world.Now;
        Take(world.Liberty, Report(began, AccountingStatus.Start, 0, 0, 0));
        Take(world.Liberty, Report(began, AccountingStatus.InterimUpdate, 300, 400_000_000, 0));
        var sessions = world.Liberty.Node.Roaming;
        sessions.AllowanceOf("liberty", "albion", "p-1").ShouldSatisfyAllConditions(
            allowance => allowance.Refusal.ShouldBe(AllowanceRefusal.None), allowance => allowance.Octets.ShouldBe(600_000_000), allowance => allowance.InterimSeconds.ShouldBe(300));
        sessions.AllowanceOf("liberty", "albion", "p-2").Octets.ShouldBe(1_000_000_000);
        sessions.CrossedBy(Row(world)).ShouldBe(AllowanceRefusal.None);
        Take(world.Liberty, Report(began, AccountingStatus.InterimUpdate, 600, 1_000_000_000, 0));
        sessions.CrossedBy(Row(world)).ShouldBe(AllowanceRefusal.CapPerDay);
        sessions.AllowanceOf("liberty", "albion", "p-1").Refusal.ShouldBe(AllowanceRefusal.CapPerDay);
        world.AssertNoFaults();
    }

    static SessionRow Row(SimulatedWorld world) => world.Liberty.Store.Read(reader => SessionRows.List(reader, new SessionFilter(), null, 2)).Single();

    static SimulatedWorld Roaming(int seed)
    {
        var world = new SimulatedWorld(seed, new WorldSetup
        {
            Amend = (_, document) =>
            {
                var agreement = document["agreements"]![0]!;
                agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "roaming", ["direction"] = "a-to-b" });
                agreement["roaming"] = new JsonObject { ["capPerDay"] = "EUR 1.00", ["interimSeconds"] = 300 };
                agreement["charges"] = new JsonArray(new JsonObject { ["unit"] = "roaming-megabyte", ["payer"] = "albion", ["payee"] = "liberty", ["tariff"] = "roaming" });
                document["tariffs"]!.AsArray().Add(new JsonObject
                {
                    ["id"] = "roaming",
                    ["currency"] = "EUR",
                    ["rates"] = new JsonArray(new JsonObject { ["unit"] = "roaming-megabyte", ["price"] = "0.001", ["per"] = "megabyte" }),
                });
            },
        });
        world.Run(2);
        return world;
    }

    static void Both(SimulatedWorld world, AccountingReport report)
    {
        foreach (var exchange in world.Exchanges)
            Take(exchange, report);
    }

    static void Take(SimulatedExchange exchange, AccountingReport report)
    {
        var answered = false;
        exchange.Run(() => exchange.Node.Roaming.Take(report, isDurable => answered = isDurable).ShouldBeTrue());
        exchange.Run(() => { }); // what the store hands back to the loop
        exchange.Store.Read(reader => SessionRows.List(reader, new SessionFilter(), null, 2)).ShouldNotBeEmpty($"it is durable, answered: {answered}");
    }

    static AccountingReport Report(Instant began, AccountingStatus status, long seconds, long octetsIn, long octetsOut)
    {
        var kept = Encoding.ASCII.GetBytes($"{status} {seconds} {octetsIn} {octetsOut}");
        return new AccountingReport
        {
            Source = new ReportSource("liberty", "albion", "albion.example", "liberty-nas"),
            Nas = "ap-1",
            SessionId = "a1",
            Status = status,
            Received = began + Duration.FromSeconds(seconds),
            Event = began + Duration.FromSeconds(seconds),
            SessionSeconds = status == AccountingStatus.Start ? null : seconds,
            HasOctets = status != AccountingStatus.Start,
            HasGigawords = true,
            OctetsIn = octetsIn,
            OctetsOut = octetsOut,
            Person = "p-1",
            Kept = kept,
            Digest = SHA256.HashData(kept),
        };
    }
}
