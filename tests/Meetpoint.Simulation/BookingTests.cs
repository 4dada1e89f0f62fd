using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

public sealed class BookingTests
{
    [Fact]
    public void Schedule_AcrossTwoExchanges_IsConfirmedOnBoth()
    {
        using var world = new SimulatedWorld(1);
        world.Run(1);
        world.Albion.Schedule(Requests.Meeting(world, "user0@liberty.example"), out var id).ShouldBeNull();
        world.Until(() => world.Albion.Find(id)?.State == MeetingState.Confirmed && world.Liberty.Find(id)?.State == MeetingState.Confirmed, 5, "confirmed on both");
        world.AssertNoFaults();
    }
}
