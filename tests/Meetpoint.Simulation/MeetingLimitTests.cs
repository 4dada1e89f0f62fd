using Meetpoint.Exchange.Interconnect;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>The limit of meetings that an agreement sets: those that are live across it, counted on both exchanges.</summary>
public sealed class MeetingLimitTests
{
    static readonly WorldSetup One = new() { AgreementMeetings = 1, Users = 6 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Join_WouldOpenOneTooMany_IsRefusedAndLetInOnceTheOtherHasClosed(bool isOrganiserLast)
    {
        using var world = new SimulatedWorld(isOrganiserLast ? 91 : 92, One);
        var (first, second) = (Book(world), Book(world));
        world.RunToStart(second);
        var (alice, bob) = (world.Phone(world.Albion, 0), world.Phone(world.Liberty, 0));
        world.Join(first, alice, bob);
        world.Until(() => Used(world) == (1, 1), 5, "each exchange counts the first");

        var pair = new[] { world.Phone(world.Albion, 1), world.Phone(world.Liberty, 1) };
        var (early, late) = isOrganiserLast ? (pair[1], pair[0]) : (pair[0], pair[1]);
        world.Join(second, early);
        world.Run(1);
        late.Dial(late.Exchange.CodeOf(second));
        world.Until(() => late.RefusedWith == 480, 3, () => $"refused with {late.RefusedWith}");
        late.LastResponse!.Text("Reason").ShouldNotBeNull().ShouldContain("Q.850;cause=42");
        late.Exchange.Refusals.ShouldContain(RefusalReason.OverLimit);
        early.IsIn.ShouldBeTrue("who came first is left alone");

        bob.HangUp();
        world.Until(() => Used(world) == (0, 0), 3, () => $"closed: {Used(world)}");
        world.Join(second, late);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, second), 10, "the second is live");
        Used(world).ShouldBe((1, 1), "and counts");
        world.AssertNoFaults();
    }

    [Fact]
    public void Kill_WithAMeetingLive_GivesItBackOnBoth()
    {
        using var world = new SimulatedWorld(93, One);
        var id = Book(world);
        world.RunToStart(id);
        world.Join(id, world.Phone(world.Albion, 0), world.Phone(world.Liberty, 0));
        world.Until(() => Used(world) == (1, 1), 5, "live");
        world.Liberty.Kill();
        world.Until(() => Used(world.Albion) == 0, 90, "the other is told nothing any more");
        world.Liberty.Restart();
        Used(world.Liberty).ShouldBe(0);
        world.Join(id, world.Phone(world.Liberty, 1));
        world.Until(() => Used(world) == (1, 1), 10, "live again");
    }

    [Fact]
    public void Cut_InMidMeeting_KeepsItsPlaceUntilItIsJoinedAgain()
    {
        using var world = new SimulatedWorld(94, One);
        var id = Book(world);
        world.RunToStart(id);
        world.Join(id, world.Phone(world.Albion, 0), world.Phone(world.Liberty, 0));
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 5, "live");
        world.Cut(world.Albion, world.Liberty, true);
        world.Run(20);
        Used(world).ShouldBe((1, 1), "a link that drops does not close a meeting");
        world.Cut(world.Albion, world.Liberty, false);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 6, "joined again");
        Used(world).ShouldBe((1, 1));
    }

    [Fact]
    public void Book_WhileOneIsLive_IsNotRefusedForAnotherTime()
    {
        using var world = new SimulatedWorld(95, One);
        var id = Book(world);
        world.RunToStart(id);
        world.Join(id, world.Phone(world.Albion, 0), world.Phone(world.Liberty, 0));
        world.Until(() => Used(world) == (1, 1), 5, "live");
        Book(world);
    }

    static string Book(SimulatedWorld world) => world.Book(Requests.Meeting(world, "user0@liberty.example", "user1@liberty.example"));

    static (int Albion, int Liberty) Used(SimulatedWorld world) => (Used(world.Albion), Used(world.Liberty));

    static int Used(SimulatedExchange exchange) => exchange.Node.Admission.World.Links.Sum(link => link.Limits.InUse.Meetings);
}
