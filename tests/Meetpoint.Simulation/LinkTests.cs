using Meetpoint.Exchange.Meetings;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>What happens when the link between two exchanges goes, and when one of them does.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Schedule_LinkDown_IsRequestedAndHoldsNothingAndIsBookedOnceWhenItIsBack()
    {
        using var world = new SimulatedWorld(21);
        world.Run(2);
        world.Cut(world.Albion, world.Liberty, true);
        world.Albion.Schedule(Requests.Meeting(world, "user0@liberty.example") with { Rooms = ["room0@liberty.example"] }, out var id).ShouldBeNull();
        world.Run(90);
        world.Albion.Find(id)!.State.ShouldBe(MeetingState.Requested);
        world.Liberty.Find(id).ShouldBeNull();
        world.Liberty.HoldsOf(id).ShouldBe(0);

        world.Cut(world.Albion, world.Liberty, false);
        world.Until(() => world.Albion.Find(id)!.State == MeetingState.Confirmed && world.Liberty.Find(id)?.State == MeetingState.Confirmed, 40, "booked");
        world.Run(5);
        world.Liberty.Mails.Count(mail => mail.ToAddress == "user0@mail.liberty.example").ShouldBe(1, "invitations to Liberty's user");
        world.AssertNoFaults();
    }

    [Fact]
    public void Cut_InMidMeeting_KeepsBothHalvesAndOpensTheCascadeAnewWithinFiveSeconds()
    {
        using var world = new SimulatedWorld(22);
        var id = world.Book(Requests.Meeting(world, "user1@albion.example", "user0@liberty.example", "user1@liberty.example"));
        world.RunToStart(id);
        var (alice, ann) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Albion, 1, 560));
        var (bob, ben) = (world.Phone(world.Liberty, 0, 880), world.Phone(world.Liberty, 1, 1040));
        world.Join(id, alice, ann, bob, ben);
        world.Run(5);
        alice.Hears(880).ShouldBeTrue("before the cut");
        var openings = world.Albion.Live(id)!.Links[world.Liberty.Name].Openings;

        world.Cut(world.Albion, world.Liberty, true);
        world.Run(20);
        world.Albion.IsJoinedTo(world.Liberty, id).ShouldBeFalse("the loss is noticed");
        alice.Hears(880).ShouldBeFalse("nothing crosses a cut");
        alice.Hears(560).ShouldBeTrue("Albion's half goes on");
        bob.Hears(1040).ShouldBeTrue("Liberty's half goes on");

        world.Cut(world.Albion, world.Liberty, false);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 5, "cascade opened anew");
        world.Albion.Live(id)!.Links[world.Liberty.Name].Openings.ShouldBeGreaterThan(openings);
        world.Run(2);
        alice.Hears(880).ShouldBeTrue("after the cut");
        bob.Hears(440).ShouldBeTrue("after the cut");
        new[] { alice, ann, bob, ben }.ShouldAllBe(phone => phone.IsIn);
        world.AssertNoFaults();
    }

    [Fact]
    public void Kill_TheFocus_LeavesTheSpokesHalfAndTheCascadeComesBackWithIt()
    {
        using var world = new SimulatedWorld(23, faultDisks: true);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example", "user1@liberty.example"));
        world.RunToStart(id);
        var alice = world.Phone(world.Albion, 0, 440);
        var (bob, ben) = (world.Phone(world.Liberty, 0, 880), world.Phone(world.Liberty, 1, 1040));
        world.Join(id, alice, bob, ben);
        world.Run(5);

        world.Albion.Kill();
        world.Run(8);
        world.Liberty.IsJoinedTo(world.Albion, id).ShouldBeFalse("the loss is noticed");
        bob.IsIn.ShouldBeTrue("the spoke keeps its half");
        bob.Hears(1040).ShouldBeTrue("the spoke's half goes on");

        world.Albion.Restart();
        alice.HangUp();
        world.Run(1);
        world.Join(id, alice);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 5, "cascade came back");
        world.Run(2);
        alice.Hears(880).ShouldBeTrue("after the restart");
        bob.Hears(440).ShouldBeTrue("after the restart");
        world.AssertNoFaults();
    }

    [Fact]
    public void Kill_AtTheFirstPacketOfTheCascade_ItWasUpForNoTimeHoweverLateItsSilenceIsNoticed()
    {
        var upNs = 0L;
        WhileTheCascadeOpens((world, id) =>
        {
            world.Until(() => world.Liberty.IsJoinedTo(world.Albion, id), 10, "cascade up");
            upNs = world.Virtual.NowNs;
        });
        // The same again, with the other exchange killed a moment before: the first is on its way, and there is no second.
        WhileTheCascadeOpens((world, id) =>
        {
            world.Virtual.RunFor(upNs - (MonotonicTime.Millisecond / 2) - world.Virtual.NowNs);
            world.Albion.Kill();
            world.Run(8);
            var (packets, seen) = world.Liberty.Store.Read(reader => (
                reader.Single<long>("SELECT packets_in FROM sightings WHERE party = 'albion.example' AND is_over = 1"),
                reader.Single<long>("SELECT last_seen - started FROM sightings WHERE party = 'albion.example'")));
            packets.ShouldBe(1, "packets of it in all");
            seen.ShouldBe(0, "how long it was up, in ticks");
        });

        static void WhileTheCascadeOpens(Action<SimulatedWorld, string> then)
        {
            using var world = new SimulatedWorld(24);
            var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
            world.RunToStart(id);
            var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
            world.Join(id, alice);
            bob.Dial(world.Liberty.CodeOf(id));
            then(world, id);
        }
    }
}
