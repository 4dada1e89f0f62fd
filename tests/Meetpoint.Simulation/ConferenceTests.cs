using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Each option of a meeting, seen by a participant on the wire.</summary>
public sealed class ConferenceTests
{
    [Fact]
    public void Pin_WrongThreeTimes_Is403AndRightLetsIn()
    {
        using var world = new SimulatedWorld(51);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Pin = "4711" });
        world.RunToStart(id);
        var (wrong, right) = (world.Phone(world.Liberty, 0), world.Phone(world.Liberty, 1));
        wrong.Dial(world.Liberty.CodeOf(id));
        right.Dial(world.Liberty.CodeOf(id));
        world.Run(2);
        wrong.IsIn.ShouldBeFalse("the PIN comes before the answer");
        wrong.Audio.Press("111122223333");
        right.Audio.Press("1234*99994711");
        world.Until(() => wrong.RefusedWith == 403 && right.IsIn, 15, () => $"refused with {wrong.RefusedWith}, {right.Current?.State} {right.RefusedWith}");
        world.AssertNoFaults();
    }

    [Fact]
    public void Lobby_WaitsUntilTheOrganiserOnTheOtherExchangeAdmits()
    {
        using var world = new SimulatedWorld(52);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Lobby = true });
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        bob.Dial(world.Liberty.CodeOf(id));
        world.Join(id, alice);
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.Lobby, 8, "the organiser's side sees who waits");
        world.Run(1);
        bob.IsIn.ShouldBeFalse();
        alice.Hears(880).ShouldBeFalse("nobody hears who waits");
        Moderate(world, id, "admit", bob).ShouldBeTrue();
        world.Until(() => bob.IsIn, 2, "let in");
        world.Run(3);
        alice.Hears(880).ShouldBeTrue();

        Moderate(world, id, "eject", bob).ShouldBeTrue();
        world.Until(() => bob.Ended is not null, 2, "ejected from the other exchange");
        world.AssertNoFaults();
    }

    [Fact]
    public void Mute_FromTheOtherExchange_IsHeardNoMoreUntilUnmuted()
    {
        using var world = new SimulatedWorld(53);
        var (id, alice, bob) = InMeeting(world);
        Moderate(world, id, "mute", bob).ShouldBeTrue();
        world.Run(2);
        alice.Hears(880).ShouldBeFalse("muted");
        bob.Hears(440).ShouldBeTrue("who is muted hears");
        Moderate(world, id, "unmute", bob).ShouldBeTrue();
        world.Run(2);
        alice.Hears(880).ShouldBeTrue("unmuted");
    }

    [Fact]
    public void ToLobby_FromTheOtherExchange_EndsTheStay_AndAdmittingBeginsAnotherOverTheSameCall()
    {
        using var world = new SimulatedWorld(59);
        var (id, alice, bob) = InMeeting(world);
        var stay = Entry(world.Albion, id, bob)!.Session;
        Moderate(world, id, "to-lobby", alice).ShouldBeTrue();
        Moderate(world, id, "to-lobby", bob).ShouldBeTrue();
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.Lobby, 3, "the organiser's side sees who waits");
        Entry(world.Albion, id, alice)!.State.ShouldBe(ParticipantState.In, "the organiser has no door to wait at");
        world.Run(3);
        bob.IsIn.ShouldBeTrue("his call stands");
        (alice.Hears(880), bob.Hears(440)).ShouldBe((false, false));

        Moderate(world, id, "admit", bob).ShouldBeTrue();
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.In, 3, "in again");
        world.Run(3);
        (alice.Hears(880), bob.Hears(440)).ShouldBe((true, true));
        Entry(world.Albion, id, bob)!.Session.ShouldNotBe(stay, "another stay is another session");
        bob.HangUp();
        world.Run(1);
        alice.HangUp();
        world.Run(5);
        foreach (var exchange in world.Exchanges)
        {
            var stays = exchange.Usage(MeetingTests.Agreement).Where(entry => entry.Party == bob.Address).OrderBy(entry => entry.Started).ToList();
            stays.Count.ShouldBe(2, $"{exchange.Name}: {string.Join("\n", stays)}");
            stays.ShouldAllBe(entry => entry.State == UsageState.Agreed, $"{exchange.Name}: {string.Join("\n", stays)}");
            (stays[1].Started - stays[0].Ended).ShouldBeGreaterThan(Duration.FromSeconds(2), "the lobby is not counted");
            stays[1].PacketsIn.ShouldBeLessThan(300, "what the first stay carried counts once");
        }

        world.AssertNoFaults();
    }

    [Fact]
    public void Lock_LetsNobodyElseInOnEitherExchange()
    {
        using var world = new SimulatedWorld(54);
        var (id, _, _) = InMeeting(world);
        world.Albion.Run(() => world.Albion.Live(id)!.Moderation.LockAsync(true).Done());
        world.Run(1);
        foreach (var late in new[] { world.Phone(world.Albion, 1), world.Phone(world.Liberty, 1) })
        {
            late.Dial(late.Exchange.CodeOf(id));
            world.Until(() => late.RefusedWith == 403, 3, () => $"{late.Address} refused, {late.RefusedWith}");
        }

        world.Albion.Run(() => world.Albion.Live(id)!.Moderation.LockAsync(false).Done());
        world.Run(1);
        world.Join(id, world.Phone(world.Liberty, 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Entry_ByNumberAndCode_LeadsIntoTheMeeting(bool byNumber)
    {
        using var world = new SimulatedWorld(55);
        var (id, alice, _) = InMeeting(world);
        var guest = world.Phone(world.Liberty, 2, 1200);
        guest.Dial(byNumber ? world.Liberty.Party.EntryNumber : "meet");
        world.Run(2);
        guest.IsIn.ShouldBeFalse("the code comes before the answer");
        guest.Audio.Press("123#");
        world.Run(3);
        guest.Audio.Press(world.Liberty.CodeOf(id));
        world.Until(() => guest.IsIn, 5, () => $"in by code: {guest.Current?.State} {guest.RefusedWith}");
        world.Run(3);
        alice.Hears(1200).ShouldBeTrue("alice hears the guest");
        guest.Hears(440).ShouldBeTrue("the guest hears alice");
        world.AssertNoFaults();
    }

    [Fact]
    public void Offer_Late_IsHeardAsWellAsAnEarlyOne()
    {
        using var world = new SimulatedWorld(56);
        var (id, alice, _) = InMeeting(world);
        var late = world.Phone(world.Liberty, 2, 1200);
        late.OffersLate = true;
        world.Join(id, late);
        world.Run(3);
        alice.Hears(1200).ShouldBeTrue("alice hears who offered late");
        late.Hears(440).ShouldBeTrue("who offered late hears alice");
        world.AssertNoFaults();
    }

    [Fact]
    public void Rooms_AreDialledAtTheStartAndAgainWhenBusy()
    {
        using var world = new SimulatedWorld(57);
        var (free, busy) = (world.Room(world.Liberty, 0, 700), world.Room(world.Albion, 0));
        busy.Answers = false;
        var id = world.Book(Requests.Meeting(world) with { Rooms = ["room0@liberty.example", "room0@albion.example"] });
        world.Run(55);
        free.Dialled.ShouldBe(0, "not before the start");
        world.RunToStart(id);
        world.Run(1);
        (free.IsIn, busy.Dialled).ShouldBe((true, 1));
        busy.Answers = true;
        world.Run(25);
        (busy.IsIn, busy.Dialled).ShouldBe((true, 2));
        busy.Hears(700).ShouldBeTrue("room hears room");
        busy.HangUp();
        world.Run(60);
        busy.Dialled.ShouldBe(2, "who hung up is left alone");
        world.AssertNoFaults();
    }

    [Fact]
    public void Rooms_OnButton_WaitForIt()
    {
        using var world = new SimulatedWorld(58);
        var room = world.Room(world.Liberty, 0);
        var id = world.Book(Requests.Meeting(world) with { Rooms = ["room0@liberty.example"], Dialling = RoomDialling.OnButton });
        world.RunToStart(id);
        world.Run(10);
        room.Dialled.ShouldBe(0);
        var now = world.Now;
        var on = world.Liberty.Node.Meetings.OfRoom("room0", new Interval(now, now + Duration.FromMinutes(1)));
        on.Select(each => each.Row.Id).ShouldBe([id]);
        world.Liberty.Run(() => world.Liberty.Node.Live.DialNow(id, world.Liberty.Node.Parties.EndpointById("room0")!).ShouldBeTrue());
        world.Until(() => room.IsIn, 3, "dialled by its button");
    }

    [Fact]
    public void Recurrence_NextOccurrenceIsHeldAndCanBeJoined()
    {
        using var world = new SimulatedWorld(59);
        var room = world.Room(world.Liberty, 0, 700);
        var id = world.Book(Requests.Meeting(world) with { Rooms = ["room0@liberty.example"], Recurrence = "FREQ=DAILY;COUNT=3" });
        world.RunToStart(id);
        world.Run(2);
        room.IsIn.ShouldBeTrue("first day");
        world.Run(30 * 60);
        room.IsIn.ShouldBeFalse("it ended");
        var alice = world.Phone(world.Albion, 0);
        alice.Dial(world.Albion.CodeOf(id));
        world.Run(2);
        alice.RefusedWith.ShouldBe(480, "between two occurrences: it opens again");
        world.Run((23 * 3600) + (1800 - 60));
        world.Join(id, alice);
        world.Until(() => room.IsIn, 120, "dialled on the second day");
        world.Run(5);
        alice.Hears(700).ShouldBeTrue();
        world.AssertNoFaults();
    }

    [Fact]
    public void Extend_WhileRunning_KeepsItOnBothExchangesUntilTheNewEnd()
    {
        using var world = new SimulatedWorld(60);
        var room = world.Room(world.Liberty, 0);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Length = Duration.FromMinutes(2), Rooms = ["room0@liberty.example"] });
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        world.Join(id, alice, bob);
        room.HangUp();
        world.Albion.Change(id, meeting => meeting with { Length = Duration.FromMinutes(4) });
        world.Run(150);
        (alice.IsIn, bob.IsIn).ShouldBe((true, true), "after the old end");
        room.Dialled.ShouldBe(1, "who hung up is not dialled at the old end");
        world.Run(120);
        (alice.IsIn, bob.IsIn).ShouldBe((false, false), "after the new end");
        world.AssertNoFaults();
    }

    [Fact]
    public void Cancel_WhileRunning_EndsItOnBothAndTellsEachSidesCustomersOnce()
    {
        using var world = new SimulatedWorld(61);
        var (id, alice, bob) = InMeeting(world);
        world.Albion.Run(() => world.Albion.Node.Meetings.CancelAsync(id).Done());
        world.Run(5);
        (alice.IsIn, bob.IsIn).ShouldBe((false, false));
        foreach (var exchange in world.Exchanges)
        {
            exchange.Find(id)!.State.ShouldBe(MeetingState.Cancelled);
            exchange.HoldsOf(id).ShouldBe(0);
            exchange.Mails.Count(mail => mail.CalendarMethod == "CANCEL").ShouldBe(1);
            exchange.Mails.ShouldAllBe(mail => mail.ToAddress.EndsWith(exchange.Name, StringComparison.Ordinal));
        }

        alice.Dial("999999999");
        world.Until(() => alice.RefusedWith == 404, 3, "its code means nothing any more");
    }

    [Fact]
    public void Limits_RoomTakenOrWhiteListedOrPortsUsedUp_AreRefusedWithTheReason()
    {
        using var world = new SimulatedWorld(62, new WorldSetup { OwnPorts = 1_000, AgreementPorts = 5, WhiteList = ["user2@albion.example"] });
        world.Book(Requests.Meeting(world) with { Rooms = ["room0@liberty.example"] }); // 1 room and 2 spare ports
        Failure(world, Requests.Meeting(world) with { Rooms = ["room0@liberty.example"] }).ShouldBe("endpoint-not-free");
        Failure(world, Requests.Meeting(world, "user0@liberty.example", "user1@liberty.example")).ShouldBe("over-limit");
        Failure(world, Requests.Meeting(world) with { Rooms = ["room1@liberty.example"] }).ShouldNotBeNull("the white list of room1");
        Failure(world, Requests.Meeting(world) with { Rooms = ["nothing@liberty.example"] }).ShouldBe("no-route");
        Failure(world, Requests.Meeting(world) with { Rooms = ["room0@nowhere.example"] }).ShouldBe("no-route");
        world.AssertNoFaults();
    }

    [Fact]
    public void Usage_GuestComesLongBeforeTheOrganiser_IsAgreed()
    {
        using var world = new SimulatedWorld(63);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        world.Join(id, bob);
        world.Run(60);
        world.Join(id, alice);
        world.Run(60);
        alice.HangUp();
        world.Run(40);
        bob.HangUp();
        world.Run(5);
        foreach (var exchange in world.Exchanges)
            exchange.Usage("albion-liberty").ShouldAllBe(entry => entry.State == UsageState.Agreed, $"{exchange.Name}: {string.Join("\n", exchange.Usage("albion-liberty"))}");
    }

    static (string Id, SimulatedPhone Alice, SimulatedPhone Bob) InMeeting(SimulatedWorld world)
    {
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        world.Join(id, alice, bob);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 5, "cascade up");
        world.Run(3);
        alice.Hears(880).ShouldBeTrue("alice hears bob");
        return (id, alice, bob);
    }

    static RosterEntry? Entry(SimulatedExchange exchange, string id, SimulatedPhone phone) =>
        exchange.Live(id)?.Roster.All.FirstOrDefault(entry => entry.Address == phone.Address);

    static bool Moderate(SimulatedWorld world, string id, string action, SimulatedPhone phone)
    {
        var done = false;
        world.Albion.Run(() => done = world.Albion.Live(id)!.Moderation.ActAsync(action, Entry(world.Albion, id, phone)!.Id).Done());
        return done;
    }

    static string? Failure(SimulatedWorld world, Exchange.Contracts.ScheduleRequest request)
    {
        if (world.Albion.Schedule(request, out var id) is { } refusal)
            return refusal.Reason;
        world.Run(3);
        world.Exchanges.ShouldAllBe(exchange => exchange.HoldsOf(id) == 0);
        return world.Albion.Find(id)!.Failure;
    }
}
