using Meetpoint.Calendar;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>One occurrence of a series prolonged across two exchanges.</summary>
public sealed class SeriesTests
{
    static readonly Duration More = Duration.FromMinutes(4);

    [Fact]
    public void Extend_WhileOneIsOn_RebooksAndTellsThatOneAlone()
    {
        using var world = new SimulatedWorld(101);
        var id = world.Book(Daily(world));
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0), world.Phone(world.Liberty, 0));
        world.Join(id, alice, bob);
        world.Albion.Change(id, meeting => ProlongedOccurrence.Prolong(meeting, More, null, world.Now));
        world.Until(() => world.Liberty.Find(id)!.Prolonged is not null && world.Albion.Find(id)!.State == MeetingState.Confirmed, 5, "confirmed");
        world.Run(2);
        foreach (var exchange in world.Exchanges)
        {
            exchange.Find(id)!.Length.ShouldBe(Duration.FromMinutes(2));
            LengthsHeld(exchange, id).ShouldBe([6, 2, 2], $"{exchange.Name} holds the first for longer, and the others as they were");
            var mail = exchange.Mails[^1];
            ItipMessage.TryRead(mail.Calendar, out var itip, out _).ShouldBeTrue();
            var changed = itip!.Events.ShouldHaveSingleItem();
            (itip.Method, changed.Sequence, changed.Rule).ShouldBe((ItipMethod.Request, 1, null));
            changed.RecurrenceId.ShouldNotBeNull().Local.ShouldBe(exchange.Find(id)!.Start);
            Period.Between(changed.Start.Local, changed.End!.Value.Local, PeriodUnits.Minutes).Minutes.ShouldBe(6);
            mail.TextBody.ShouldContain("one date", Case.Insensitive);
        }

        world.Run(200);
        (alice.IsIn, bob.IsIn).ShouldBe((true, true), "after the old end");
        world.Run(200);
        (alice.IsIn, bob.IsIn).ShouldBe((false, false), "after the new end");

        world.Albion.Change(id, meeting => meeting with { Title = "Other plans" });
        world.Run(3);
        ItipMessage.TryRead(world.Liberty.Mails[^1].Calendar, out var whole, out _).ShouldBeTrue();
        whole!.Events.Select(each => (each.RecurrenceId is null, each.Rule is null, each.Summary)).ShouldBe(
            [(true, false, "Other plans"), (false, true, "Other plans")], "the series, and the date that is not as the others");
        world.AssertNoFaults();
    }

    [Fact]
    public void Extend_IntoAnotherBookingOfTheRoom_IsRefusedAndChangesNothing()
    {
        using var world = new SimulatedWorld(102);
        var id = world.Book(Daily(world));
        var after = world.Albion.Find(id)!.Start.PlusDays(1).PlusMinutes(3);
        world.Book(Requests.Meeting(world) with { Start = after, Length = Duration.FromMinutes(5), Rooms = ["room0@liberty.example"] });
        world.Albion.Change(id, meeting => ProlongedOccurrence.Prolong(meeting, More, meeting.Start.PlusDays(1), world.Now));
        world.Run(3);
        world.Albion.Find(id)!.Prolonged.ShouldBeNull();
        foreach (var exchange in world.Exchanges)
            LengthsHeld(exchange, id).ShouldBe([2, 2, 2]);

        world.Albion.Change(id, meeting => ProlongedOccurrence.Prolong(meeting, More, meeting.Start.PlusDays(2), world.Now));
        world.Run(3);
        foreach (var exchange in world.Exchanges)
            LengthsHeld(exchange, id).ShouldBe([2, 2, 6], "a day on which the room is free");
        world.AssertNoFaults();
    }

    static ScheduleRequest Daily(SimulatedWorld world) => Requests.Meeting(world, "user0@liberty.example") with
    {
        Length = Duration.FromMinutes(2), Recurrence = "FREQ=DAILY;COUNT=3", Rooms = ["room0@liberty.example"],
    };

    /// <summary>Minutes of each occurrence for which ports are held.</summary>
    static IEnumerable<long> LengthsHeld(SimulatedExchange exchange, string id) => exchange.Store.Read(reader => reader.Query<long>(
        "SELECT (ends - starts) / 60000 AS minutes FROM meeting_holds WHERE meeting = @id AND resource = 'ports:exchange' ORDER BY starts", new { id }));
}
