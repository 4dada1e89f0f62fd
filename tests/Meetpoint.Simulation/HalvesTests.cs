using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>What the organiser's exchange sees of, and does to, those who are in at the other while nobody of its own is.</summary>
public sealed class HalvesTests
{
    [Fact]
    public void Roster_NobodyAtTheOrganisers_ShowsAndModeratesWhoIsInAtTheOther()
    {
        using var world = new SimulatedWorld(71);
        var (id, bob) = BobAlone(world);
        Entry(world.Albion, id, bob)!.Exchange.ShouldBe(world.Liberty.Name);

        Moderate(world, id, "mute", bob);
        world.Until(() => Entry(world.Liberty, id, bob)!.IsMuted, 2, "muted at its own exchange");
        world.Until(() => Entry(world.Albion, id, bob)!.IsMuted, 2, "and seen to be at the organiser's");
        Moderate(world, id, "unmute", bob);
        world.Until(() => Entry(world.Albion, id, bob) is { IsMuted: false }, 2, "unmuted");

        Moderate(world, id, "eject", bob);
        world.Until(() => bob.Ended is not null, 2, "ejected");
        world.Until(() => Entry(world.Albion, id, bob) is null, 2, "and gone from the organiser's roster");
        world.AssertNoFaults();
    }

    [Fact]
    public void Roster_GuestComesBeforeTheStart_OpensTheMeetingAtTheOrganisersWhichCanLockIt()
    {
        using var world = new SimulatedWorld(72);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Start = (world.Now + Duration.FromMinutes(6)).InUtc().LocalDateTime });
        var (bob, late) = (world.Phone(world.Liberty, 0), world.Phone(world.Liberty, 1));
        world.Join(id, bob);
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.In, 3, "seen before the start");
        world.Albion.Run(() => world.Albion.Live(id)!.Moderation.LockAsync(true).Done());
        world.Run(1);
        late.Dial(world.Liberty.CodeOf(id));
        world.Until(() => late.RefusedWith == 403, 3, "locked");
    }

    [Fact]
    public void Roster_GuestWaitsInTheLobby_IsAdmittedByAnOrganiserWhoIsNotIn()
    {
        using var world = new SimulatedWorld(73);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Lobby = true });
        world.RunToStart(id);
        var bob = world.Phone(world.Liberty, 0);
        bob.Dial(world.Liberty.CodeOf(id));
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.Lobby, 3, "seen to wait");
        Moderate(world, id, "admit", bob);
        world.Until(() => bob.IsIn, 3, "let in");
        world.AssertNoFaults();
    }

    [Fact]
    public void Roster_OrganiserLeavesAndComesBack_IsToldByCascadeAndQuestionInTurn()
    {
        using var world = new SimulatedWorld(74);
        var (id, bob) = BobAlone(world);
        var alice = world.Phone(world.Albion, 0, 440);
        for (var turn = 0; turn < 2; turn++)
        {
            world.Join(id, alice);
            world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 6, "cascade up");
            world.Until(() => Entry(world.Liberty, id, alice)?.State == ParticipantState.In, 2, "alice seen at the other");
            alice.HangUp();
            world.Until(() => Entry(world.Liberty, id, alice) is null && !world.Albion.IsJoinedTo(world.Liberty, id), 3, "alice gone");
            world.Until(() => Entry(world.Albion, id, bob) is not null, 3, "bob still seen");
        }

        world.Run(120);
        Entry(world.Albion, id, bob).ShouldNotBeNull("he is told again and again");
        world.AssertNoFaults();
    }

    [Fact]
    public void Roster_LinkDownWhileSomeoneComes_IsToldWhenItIsBackAndPilesUpNothing()
    {
        using var world = new SimulatedWorld(75);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        world.Cut(world.Albion, world.Liberty, true);
        var bob = world.Phone(world.Liberty, 0);
        for (var i = 0; i < 5; i++)
        {
            world.Join(id, bob);
            world.Run(4);
            bob.HangUp();
            world.Run(4);
        }

        world.Join(id, bob);
        world.Run(2);
        world.Liberty.Node.Nni.Outbox.Status().Single(link => link.Destination == world.Albion.Name).Depth.ShouldBeLessThanOrEqualTo(25, "those of joining, leaving and usage");
        world.Cut(world.Albion, world.Liberty, false);
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.In, 40, "seen once the link is back");
        world.AssertNoFaults();
    }

    [Fact]
    public void Roster_OtherExchangeIsKilled_IsDroppedWhenItIsNotToldAgain()
    {
        using var world = new SimulatedWorld(76);
        var (id, bob) = BobAlone(world);
        world.Liberty.Kill();
        world.Until(() => Entry(world.Albion, id, bob) is null, 60, "nobody tells of him any more");
        world.Liberty.Restart();
        world.Join(id, bob);
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.In, 5, "seen again after the restart");
        world.AssertNoFaults();
    }

    [Fact]
    public void ExtendAndCancel_NobodyAtTheOrganisers_HoldForWhoIsInAtTheOther()
    {
        using var world = new SimulatedWorld(77);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Length = Duration.FromMinutes(2) });
        world.RunToStart(id);
        var bob = world.Phone(world.Liberty, 0);
        world.Join(id, bob);
        world.Albion.Change(id, meeting => meeting with { Length = Duration.FromMinutes(10) });
        world.Run(180);
        bob.IsIn.ShouldBeTrue("after the old end");
        world.Albion.Run(() => world.Albion.Node.Meetings.CancelAsync(id).Done());
        world.Until(() => bob.Ended is not null, 3, "called off");
        world.AssertNoFaults();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Lock_EitherExchangeRestarts_StillHoldsOnBoth(int restarted)
    {
        using var world = new SimulatedWorld(78 + restarted);
        var (id, _) = BobAlone(world);
        world.Albion.Run(() => world.Albion.Live(id)!.Moderation.LockAsync(true).Done());
        world.Run(1);
        world.Exchanges[restarted].Kill();
        world.Run(1);
        world.Exchanges[restarted].Restart();
        world.Run(2);
        foreach (var exchange in world.Exchanges)
        {
            var late = world.Phone(exchange, 1);
            late.Dial(exchange.CodeOf(id));
            world.Until(() => late.RefusedWith == 403, 3, () => $"{late.Address} refused, {late.RefusedWith}");
        }

        world.Until(() => world.Albion.Live(id) is not null, 5, "open");
        world.Albion.Run(() => world.Albion.Live(id)!.Moderation.LockAsync(false).Done());
        world.Run(3);
        world.Join(id, world.Phone(world.Liberty, 2));
        world.AssertNoFaults();
    }

    [Fact]
    public void Lock_OfOneOccurrence_DoesNotHoldForTheNext()
    {
        using var world = new SimulatedWorld(80);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Recurrence = "FREQ=DAILY;COUNT=2", Length = Duration.FromMinutes(2) });
        world.RunToStart(id);
        world.Albion.Run(() => world.Albion.Live(id)!.Moderation.LockAsync(true).Done());
        world.Run(1);
        foreach (var exchange in world.Exchanges)
            exchange.Kill();
        world.Run(24 * 3600);
        foreach (var exchange in world.Exchanges)
            exchange.Restart();
        world.Join(id, world.Phone(world.Liberty, 0), world.Phone(world.Albion, 0));
    }

    [Fact]
    public void Lobby_NobodyAdmits_IsRefusedAfterItsTimeWithTonesBefore()
    {
        using var world = new SimulatedWorld(81);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Lobby = true });
        world.RunToStart(id);
        var bob = world.Phone(world.Liberty, 0);
        bob.Patience = 3600;
        bob.Dial(world.Liberty.CodeOf(id));
        world.Run(MeetingLimits.LobbyWait.TotalSeconds - 10);
        (bob.RefusedWith, bob.IsIn).ShouldBe((0, false), "it waits");
        bob.Progress.Count(status => status == 183).ShouldBeGreaterThanOrEqualTo(14, "and is told so each minute, for proxies that would give up");
        world.Until(() => bob.Hears(480), 15, "it hears the end coming");
        bob.RefusedWith.ShouldBe(0);
        world.Until(() => bob.RefusedWith == 403, 3, "refused");
        world.Liberty.Refusals.ShouldContain(Exchange.Interconnect.RefusalReason.NotAdmittedFromLobby);
        world.AssertNoFaults();
    }

    static (string Id, SimulatedPhone Bob) BobAlone(SimulatedWorld world)
    {
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var bob = world.Phone(world.Liberty, 0, 880);
        world.Join(id, bob);
        world.Until(() => Entry(world.Albion, id, bob)?.State == ParticipantState.In, 2, "seen at the organiser's exchange");
        world.Albion.IsJoinedTo(world.Liberty, id).ShouldBeFalse("there is no cascade");
        return (id, bob);
    }

    static RosterEntry? Entry(SimulatedExchange exchange, string id, SimulatedPhone phone) =>
        exchange.Live(id)?.Roster.All.FirstOrDefault(entry => entry.Address == phone.Address);

    static void Moderate(SimulatedWorld world, string id, string action, SimulatedPhone phone) => world.Albion.Run(() =>
        world.Albion.Live(id)!.Moderation.ActAsync(action, Entry(world.Albion, id, phone)!.Id).Done().ShouldBeTrue());
}
