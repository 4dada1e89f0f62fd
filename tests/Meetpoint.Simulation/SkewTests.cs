using Meetpoint.Exchange.Settlement;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>One exchange's clock runs 3 % fast: what it measures is not what the other saw, and is charged to nobody.</summary>
public sealed class SkewTests
{
    [Theory]
    [InlineData(1, 1.03)]
    [InlineData(1.03, 1)]
    public void Usage_OneClockThreePercentFast_IsOffBothStatements(double albion, double liberty)
    {
        const string Agreement = "albion-liberty";
        using var world = new SimulatedWorld(41, rates: [albion, liberty]);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        world.Join(id, alice, bob);
        world.Run(130);
        alice.Hears(880).ShouldBeTrue();
        bob.HangUp();
        alice.HangUp();
        world.Run(10);
        foreach (var exchange in world.Exchanges)
        {
            var usage = exchange.Usage(Agreement);
            usage.Count.ShouldBe(3, $"{exchange.Name}: {string.Join("\n", usage)}");
            usage.ShouldAllBe(entry => entry.State == UsageState.Disputed || entry.State == UsageState.Unagreed, $"{exchange.Name}: {string.Join("\n", usage)}");
            exchange.Node.Settlements.Statements.Build(Agreement, "2026-01")!.Lines.ShouldBeEmpty();
        }
    }
}
