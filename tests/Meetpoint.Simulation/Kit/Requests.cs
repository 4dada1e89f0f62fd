using Meetpoint.Exchange.Contracts;
using NodaTime;

namespace Meetpoint.Simulation.Kit;

/// <summary>Meetings that tests ask for.</summary>
static class Requests
{
    /// <summary>A meeting of user0 of Albion's that begins in a minute, with these people.</summary>
    public static ScheduleRequest Meeting(SimulatedWorld world, params IReadOnlyList<string> invitees) => new()
    {
        Organiser = "user0@albion.example",
        Title = "Plans",
        Start = (world.Now + Duration.FromMinutes(1)).InUtc().LocalDateTime,
        Length = Duration.FromMinutes(30),
        TimeZone = "Etc/UTC",
        Invitees = invitees,
    };
}
