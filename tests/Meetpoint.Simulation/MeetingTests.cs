using Meetpoint.Exchange.Settlement;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>A meeting from its booking to its statement.</summary>
public sealed class MeetingTests
{
    internal const string Agreement = "albion-liberty";
    const string Month = "2026-01";

    [Fact]
    public void Meeting_AcrossTwoExchanges_IsHeardAndSettled()
    {
        using var world = new SimulatedWorld(2);
        var id = world.Book(Requests.Meeting(world, "user1@albion.example", "user0@liberty.example"));
        world.RunToStart(id);
        var alice = world.Phone(world.Albion, 0, 440);
        var bob = world.Phone(world.Liberty, 0, 880);
        world.Join(id, alice, bob);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 5, "cascade up");
        world.Run(20);
        alice.Hears(880).ShouldBeTrue("alice hears bob");
        bob.Hears(440).ShouldBeTrue("bob hears alice");
        alice.Hears(440).ShouldBeFalse("alice hears herself");
        bob.Hears(880).ShouldBeFalse("bob hears himself");
        alice.HangUp();
        world.Run(1);
        bob.HangUp();
        world.Run(5);

        foreach (var exchange in world.Exchanges)
        {
            var usage = exchange.Usage(Agreement);
            usage.Count.ShouldBe(3, $"{exchange.Name}: alice, bob and the cascade: {string.Join("\n", usage)}");
            usage.ShouldAllBe(entry => entry.State == UsageState.Agreed, $"{exchange.Name}: {string.Join("\n", usage)}");
        }

        var ours = world.Albion.Node.Settlements.Statements.Build(Agreement, Month)!;
        ours.Lines.Length.ShouldBe(3);
        ours.Digest().ShouldBe(world.Liberty.Node.Settlements.Statements.Build(Agreement, Month)!.Digest());
        world.AssertNoFaults();
    }
}
