using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>How well people hear each other across two exchanges: measured at each, seen at both, charged by nobody.</summary>
public sealed class QualityTests
{
    const string Agreement = "albion-liberty";

    static readonly LinkConditions _lossy = new() { LatencyNs = 20 * MonotonicTime.Millisecond, Loss = 0.25 };

    [Fact]
    public void Meeting_OneLossyLeg_IsSeenAndRaisedOnBothAndClearedOnce()
    {
        using var world = new SimulatedWorld(91);
        var (id, alice, bob) = Joined(world);
        world.Run(15);
        foreach (var exchange in world.Exchanges)
            Of(exchange, id, bob)!.Score!.Value.ShouldBeGreaterThan(4, $"{exchange.Name}: nothing is lost yet");

        Disturb(world, bob, _lossy);
        world.Run(45);
        foreach (var exchange in world.Exchanges)
        {
            var theirs = Of(exchange, id, bob)!;
            theirs.IsPoor.ShouldBeTrue($"{exchange.Name}: {theirs}");
            theirs.Up!.Loss.ShouldBeInRange(0.15, 0.35, exchange.Name);
            Of(exchange, id, alice)!.IsPoor.ShouldBeFalse($"{exchange.Name}: alice's own leg is well");
        }

        var raised = world.Liberty.Node.Quality.All.ShouldHaveSingleItem();
        (raised.Party, raised.Half, raised.Leg).ShouldBe((bob.Address, QualityHalf.Ours, QualityLeg.Participant));
        world.Albion.Node.Quality.All.ShouldHaveSingleItem().Half.ShouldBe(QualityHalf.Theirs);

        Disturb(world, bob, LinkConditions.Quiet);
        world.Run(45);
        foreach (var exchange in world.Exchanges)
        {
            exchange.Node.Quality.All.ShouldBeEmpty(exchange.Name);
            exchange.QualityLines.Count(line => line.StartsWith("poor", StringComparison.Ordinal)).ShouldBe(1, string.Join("\n", exchange.QualityLines));
            exchange.QualityLines.Count(line => line.StartsWith("good", StringComparison.Ordinal)).ShouldBe(1, string.Join("\n", exchange.QualityLines));
            Events(exchange, id).ShouldBe(["quality.poor", "quality.good"], exchange.Name);
        }

        alice.HangUp();
        world.Run(1);
        bob.HangUp();
        world.Run(6);
        foreach (var exchange in world.Exchanges)
        {
            var usage = exchange.Usage(Agreement);
            usage.Count.ShouldBe(3, exchange.Name);
            usage.ShouldAllBe(entry => entry.State == UsageState.Agreed, $"{exchange.Name}: {string.Join("\n", usage)}");
            var leg = QualityText.Read(usage.Single(entry => entry.Party == bob.Address).Quality).ShouldHaveSingleItem($"{exchange.Name} has what liberty measured");
            leg.PoorSeconds.ShouldBeInRange(30, 60);
            leg.Up!.Worst!.Value.ShouldBeLessThan(3.1);
            leg.Up.Average!.Value.ShouldBeGreaterThan(leg.Up.Worst.Value);
            var link = usage.Single(entry => entry.Unit == ChargeUnit.CascadeMinute);
            QualityText.Read(link.Quality).ShouldHaveSingleItem($"{exchange.Name}: the focus's end of the link").Leg.ShouldBe(QualityLeg.Link);
            QualityText.Read(link.WitnessQuality).ShouldHaveSingleItem($"{exchange.Name}: the other end").Up.ShouldNotBeNull();
        }

        var ours = world.Albion.Node.Settlements.Statements.Build(Agreement, "2026-01")!;
        ours.Digest().ShouldBe(world.Liberty.Node.Settlements.Statements.Build(Agreement, "2026-01")!.Digest());
        world.AssertNoFaults();
    }

    [Fact]
    public void Meeting_LossyLinkBetweenTheHalves_IsTheLinksAndNobodysLeg()
    {
        using var world = new SimulatedWorld(92);
        var (id, alice, bob) = Joined(world);
        var network = world.Virtual.Network;
        network.SetConditions(AddressPrefix.Parse(world.Albion.Party.Address), AddressPrefix.Parse(world.Liberty.Party.Address), _lossy);
        world.Run(45);

        foreach (var exchange in world.Exchanges)
        {
            var alarm = exchange.Node.Quality.All.ShouldHaveSingleItem(exchange.Name);
            (alarm.Half, alarm.Leg).ShouldBe((QualityHalf.Link, QualityLeg.Link), exchange.Name);
            Of(exchange, id, alice)!.IsPoor.ShouldBeFalse(exchange.Name);
            Of(exchange, id, bob)!.IsPoor.ShouldBeFalse(exchange.Name);
        }

        // What is lost on the way there is heard at the one end, and reported to the other.
        var here = world.Albion.Live(id)!.Quality;
        here.OfLink(world.Liberty.Name)!.Down!.Loss.ShouldBeInRange(0.15, 0.35);
        here.OfLink(world.Liberty.Name)!.Up!.Loss.ShouldBeLessThan(0.02);
        here.OfLinkThere(world.Liberty.Name)!.Up!.Loss.ShouldBeInRange(0.15, 0.35);
        here.OfLink(world.Liberty.Name)!.RoundTripMs!.Value.ShouldBeInRange(10, 60);
        world.AssertNoFaults();
    }

    [Fact]
    public void Meeting_LegThatLeavesWhilePoor_LeavesNoAlarm()
    {
        using var world = new SimulatedWorld(93);
        var (_, alice, bob) = Joined(world);
        Disturb(world, bob, _lossy);
        world.Run(45);
        world.Albion.Node.Quality.All.ShouldNotBeEmpty();
        bob.HangUp();
        world.Until(() => bob.Ended is not null && world.Exchanges.All(exchange => exchange.Node.Quality.All.Count == 0), 15, "no alarm of who is gone");
        alice.HangUp();
        world.Run(3);
        world.AssertNoFaults();
    }

    [Fact]
    public void Call_Anchored_HasBothHalvesInBothRecords()
    {
        using var world = new SimulatedWorld(94, new WorldSetup { Calls = true, SessionSeconds = 90 });
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        alice.Call(bob.Address);
        world.Until(() => alice.IsIn && bob.IsIn, 10, "answered");
        Disturb(world, bob, _lossy);
        world.Run(45);
        var alarm = world.Liberty.Node.Quality.All.ShouldHaveSingleItem();
        (alarm.Leg, alarm.Half).ShouldBe((QualityLeg.Called, QualityHalf.Ours));
        bob.HangUp();
        world.Until(() => alice.Ended is not null, 5, "the BYE");
        world.Run(4);

        foreach (var exchange in world.Exchanges)
        {
            exchange.Node.Quality.All.ShouldBeEmpty(exchange.Name);
            var call = exchange.Usage(Agreement).ShouldHaveSingleItem();
            call.State.ShouldBe(UsageState.Agreed, $"{exchange.Name}: {call}");
            var albions = QualityText.Read(call.Quality)!.ToDictionary(leg => leg.Leg);
            var libertys = QualityText.Read(call.WitnessQuality)!.ToDictionary(leg => leg.Leg);
            albions[QualityLeg.Caller].Up!.Average!.Value.ShouldBeGreaterThan(4, "alice's own leg");
            libertys[QualityLeg.Called].Up!.Average!.Value.ShouldBeLessThan(3.6, "bob's");
            libertys[QualityLeg.Caller].Up!.Average!.Value.ShouldBeGreaterThan(4, "what came over the link");
        }

        world.AssertNoFaults();
    }

    [Fact]
    public void Heard_FiguresThatCannotBe_AreLeftOut()
    {
        using var world = new SimulatedWorld(95);
        var (id, _, bob) = Joined(world);
        world.Run(15);
        var meeting = world.Albion.Live(id)!;
        var bobs = meeting.Roster.Remote(world.Liberty.Name).Single(entry => entry.Address == bob.Address);
        var alices = meeting.Roster.Own.Values.Single();
        var before = (meeting.Quality.Of(bobs), meeting.Quality.Of(alices));
        var well = new LegQuality { Leg = QualityLeg.Participant, Score = 2, IsPoor = true };
        world.Albion.Run(() => meeting.Quality.Heard(world.Liberty.Name, new QualityWord
        {
            Legs =
            [
                new ToldQuality(bobs.Id, well with { Score = 99 }), new ToldQuality(bobs.Id, well with { PoorSeconds = -1 }),
                new ToldQuality(bobs.Id, well with { Up = new DirectionFigures { Loss = 3 } }), null!, new ToldQuality(bobs.Id, null!),
                new ToldQuality(alices.Id, well), new ToldQuality(4_000_000_000, well),
            ],
        }));
        meeting.Quality.Of(bobs).ShouldBe(before.Item1);
        meeting.Quality.Of(alices).ShouldBe(before.Item2, "a half speaks of those behind it alone");
        world.Albion.Node.Quality.All.ShouldBeEmpty();
    }

    static (string Id, SimulatedPhone Alice, SimulatedPhone Bob) Joined(SimulatedWorld world)
    {
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        world.Join(id, alice, bob);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 6, "cascade up");
        return (id, alice, bob);
    }

    static void Disturb(SimulatedWorld world, SimulatedPhone phone, LinkConditions conditions) => world.Virtual.Network.SetConditions(
        AddressPrefix.Parse(phone.Host), AddressPrefix.Parse(phone.Exchange.Party.Address), conditions);

    static LegQuality? Of(SimulatedExchange exchange, string id, SimulatedPhone phone) =>
        exchange.Live(id)!.Roster.All.FirstOrDefault(entry => entry.Address == phone.Address) is { } entry ? exchange.Live(id)!.Quality.Of(entry) : null;

    static string[] Events(SimulatedExchange exchange, string id) =>
    [
        .. exchange.Node.Events.Find(LiveMeeting.CorrelationOf(id)).Select(happened => happened.Code).Where(code => code.StartsWith("quality.", StringComparison.Ordinal)),
    ];
}
