using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>What calls across two exchanges cost: measured by the caller's side, countersigned by the other.</summary>
public sealed class CallMoneyTests
{
    const string Agreement = "albion-liberty";
    const string Month = "2026-01";
    const int SessionSeconds = 90;

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public void Call_Answered_IsOnBothStatementsAtOnePrice(string mode)
    {
        using var world = World(mode, out var alice, out var bob);
        TalkFor(world, alice, bob, 61);
        bob.HangUp();
        world.Until(() => alice.Ended is not null, 5, "the BYE");
        world.Run(4);

        foreach (var exchange in world.Exchanges)
        {
            var call = exchange.Usage(Agreement).ShouldHaveSingleItem();
            (call.State, call.Unit, call.MeasuredBy).ShouldBe((UsageState.Agreed, ChargeUnit.CallMinute, "albion.example"), $"{exchange.Name}: {call}");
            (call.Party, call.Called).ShouldBe(("user0@albion.example", "user0@liberty.example"));
            call.BillableMs.ShouldBeInRange(61_000, 61_500);
        }

        var ours = world.Albion.Node.Settlements.Statements.Build(Agreement, Month)!;
        var leg = ours.Legs.ShouldHaveSingleItem();
        (leg.Payer, leg.Payee, leg.Total.ToString()).ShouldBe(("albion", "liberty", "EUR 0.031"), "62 begun seconds at 0.03 a minute");
        ours.Digest().ShouldBe(world.Liberty.Node.Settlements.Statements.Build(Agreement, Month)!.Digest());
        world.AssertNoFaults();
    }

    [Theory]
    [InlineData("anchored")]
    [InlineData("transparent")]
    public void Call_LostBye_IsBilledToTheLastProofOfLife(string mode)
    {
        using var world = World(mode, out var alice, out var bob);
        TalkFor(world, alice, bob, 200);
        var gone = world.Now;
        alice.Vanish();
        bob.Vanish();
        world.Run(SessionSeconds + 32 + 20);

        foreach (var exchange in world.Exchanges)
        {
            exchange.Node.Grants.Open.ShouldBe(0, exchange.Name);
            var call = exchange.Usage(Agreement).ShouldHaveSingleItem();
            call.State.ShouldBe(UsageState.Agreed, $"{exchange.Name}: {call}");
            call.Ended.ShouldBeInRange(gone - Duration.FromSeconds(SessionSeconds), gone + Duration.FromSeconds(2), "a sign of life, and not when it was found out");
            call.BillableMs.ShouldBe((long)(call.Ended - call.Started).TotalMilliseconds);
        }

        var figures = world.Albion.Node.Calls.Statistics.Figures(new Interval(gone - Duration.FromHours(1), world.Now)).ShouldHaveSingleItem();
        (figures.Partner, figures.Direction, figures.Answered).ShouldBe(("to-liberty", CallDirection.Outgoing, 1));
        figures.AcdSeconds!.Value.ShouldBeInRange(200 - SessionSeconds, 203);
    }

    [Fact]
    public void Call_BusyOrGivenUp_CostsNothing()
    {
        using var world = World("anchored", out var alice, out var bob);
        bob.Answers = false;
        alice.Call("user0@liberty.example");
        world.Until(() => alice.RefusedWith == 486, 5, "busy");
        alice.Call("user1@liberty.example"); // nobody is there
        world.Run(3);
        alice.HangUp();
        world.Run(40);

        world.Albion.Usage(Agreement).ShouldBeEmpty();
        world.Liberty.Usage(Agreement).ShouldBeEmpty();
        var figures = world.Albion.Node.Calls.Statistics.Figures(new Interval(world.Now - Duration.FromHours(1), world.Now)).ShouldHaveSingleItem();
        (figures.Seizures, figures.Answered, figures.Destination).ShouldBe((2, 0, "liberty.example"));
        figures.Causes[17].ShouldBe(1, "busy is told across");
    }

    static SimulatedWorld World(string mode, out SimulatedPhone alice, out SimulatedPhone bob)
    {
        var world = new SimulatedWorld(41, new WorldSetup { Calls = true, CallMode = mode, SessionSeconds = SessionSeconds });
        (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        return world;
    }

    static void TalkFor(SimulatedWorld world, SimulatedPhone alice, SimulatedPhone bob, double seconds)
    {
        alice.Call("user0@liberty.example");
        world.Until(() => alice.IsIn && bob.IsIn, 5, () => $"answer, it is {alice.RefusedWith}");
        world.Run(seconds);
    }
}
