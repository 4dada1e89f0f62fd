using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Two organisers on two exchanges want the same room of a third at the same time.</summary>
public sealed class RaceTests(ITestOutputHelper output)
{
    [Fact]
    public void Book_SameRoomFromTwoExchanges_ExactlyOneGetsIt() => LongForms.Run(output, 40, 5_000, Run);

    static void Run(int seed)
    {
        var chance = new Random(seed);
        var faults = new VirtualNniFaults(chance.NextDouble() * 0.4, chance.NextDouble() * 0.4, 1 + chance.Next(2_000));
        using var world = new SimulatedWorld(seed, new WorldSetup { Parties = 3, Users = 1, Rooms = 1 }, faults);
        var (albion, liberty, columbia) = (world.Exchanges[0], world.Exchanges[1], world.Exchanges[2]);

        // The second organiser is Columbia's, or Liberty's own.
        var second = chance.Next(3) == 0 ? liberty : columbia;
        var request = Requests.Meeting(world) with { Rooms = ["room0@liberty.example"] };
        world.Run(chance.NextDouble() * 5);
        string first = "", other = "";
        string? refused = null;
        var at = world.Virtual.NowNs;
        world.Virtual.At(at + chance.NextInt64(MonotonicTime.Second), () => albion.Schedule(request, out first));
        world.Virtual.At(at + chance.NextInt64(MonotonicTime.Second), () =>
        {
            if (second.Schedule(request with { Organiser = $"user0@{second.Name}" }, out other) is { } refusal)
                refused = refusal.Reason;
        });
        world.Run(100);
        world.Nni.Faults = new VirtualNniFaults(0, 0, 10);
        world.Run(100);

        var one = albion.Find(first)!.State;
        var two = refused is null ? second.Find(other)!.State : MeetingState.Failed;
        (one, two).ShouldBeOneOf((MeetingState.Confirmed, MeetingState.Failed), (MeetingState.Failed, MeetingState.Confirmed));
        var (winner, loser) = one == MeetingState.Confirmed ? (first, other) : (other, first);
        liberty.Find(winner)!.State.ShouldBe(MeetingState.Confirmed, $"seed {seed}");
        liberty.HoldsOf(winner).ShouldBeGreaterThan(0, $"seed {seed}");
        world.Exchanges.ShouldAllBe(exchange => exchange.HoldsOf(loser) == 0, $"seed {seed}");
        world.AssertNoFaults();
    }
}
