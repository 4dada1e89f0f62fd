using Meetpoint.Media.Codecs;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>A phone that speaks Opus, in a meeting of others that speak G.711.</summary>
public sealed class OpusPhoneTests
{
    /// <summary>As a phone numbers it that has nothing else.</summary>
    static readonly PhoneFormat _opus = new(AudioCodec.Opus, 96, 97, 48_000);

    [Theory]
    [InlineData(48_000)]
    [InlineData(8_000)]
    public void CodeAndPin_AreTakenByEitherClock_AndThenItIsHeardAndHears(int keyClock)
    {
        using var world = new SimulatedWorld(61);
        var id = world.Book(Requests.Meeting(world, "user0@albion.example", "user2@liberty.example") with { Pin = "4711" });
        world.RunToStart(id);
        var (alice, guest) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 2, 1200));
        guest.Audio.Format = _opus with { KeyClock = keyClock };
        alice.Dial(world.Albion.CodeOf(id));
        world.Run(2);
        alice.Audio.Press("4711");
        world.Until(() => alice.IsIn, 5, "alice in by PIN");

        guest.Dial(world.Liberty.Party.EntryNumber);
        world.Run(2);
        guest.Audio.Press(world.Liberty.CodeOf(id));
        world.Run(5);
        guest.IsIn.ShouldBeFalse("the PIN comes before the answer");
        guest.Audio.Press("4711");
        world.Until(() => guest.IsIn, 5, () => $"in by code and PIN: {guest.Current?.State} {guest.RefusedWith}");
        world.Run(4);

        guest.Current!.RemoteSdp!.Media[0].Formats.ShouldBe(["96", "97"]);
        alice.Hears(1200).ShouldBeTrue("alice hears the guest");
        guest.Hears(440).ShouldBeTrue("the guest hears alice");
        guest.Hears(1200).ShouldBeFalse("the guest hears himself");
        world.AssertNoFaults();
    }

    [Fact]
    public void OffersInTheCall_ChangeTheCodec_AndHold()
    {
        using var world = new SimulatedWorld(62);
        var (alice, guest) = InMeeting(world, static guest => guest.Audio.Format = _opus);

        guest.Reoffer(PhoneFormat.Pcma);
        world.Run(3);
        HearEachOther("in G.711");

        guest.Reoffer(_opus with { PayloadType = 100, SendPayloadType = 100 });
        world.Run(3);
        HearEachOther("in Opus again, by another number");

        guest.Reoffer(guest.Audio.Format, "sendonly");
        world.Run(3);
        var before = guest.Audio.Packets;
        world.Run(1);
        guest.Audio.Packets.ShouldBe(before, "who holds is sent nothing");
        alice.Hears(1200).ShouldBeTrue("who holds may play music");

        guest.Reoffer(guest.Audio.Format);
        world.Run(3);
        HearEachOther("after the hold");
        world.AssertNoFaults();

        void HearEachOther(string when)
        {
            alice.Hears(1200).ShouldBeTrue($"alice hears the guest {when}");
            guest.Hears(440).ShouldBeTrue($"the guest hears alice {when}");
        }
    }

    [Fact]
    public void OurOffer_IsAnsweredByNumbersOfItsOwn_AndEachSideSendsTheOthers()
    {
        using var world = new SimulatedWorld(63);
        var (alice, guest) = InMeeting(world, static guest =>
        {
            guest.OffersLate = true;
            guest.Audio.Format = _opus with { PayloadType = 101, KeyPayloadType = 96, SendPayloadType = 111, SendKeyPayloadType = 110 };
        });
        alice.Hears(1200).ShouldBeTrue("alice hears the guest");
        guest.Hears(440).ShouldBeTrue("the guest hears alice");
        guest.Current!.RemoteSdp!.Media[0].RtpMap("111").ShouldNotBeNull("our offer has Opus");
    }

    /// <summary>Alice at Albion's, at 440 Hz, and a guest at Liberty's, at 1,200 Hz, who hear each other.</summary>
    static (SimulatedPhone Alice, SimulatedPhone Guest) InMeeting(SimulatedWorld world, Action<SimulatedPhone> change)
    {
        var id = world.Book(Requests.Meeting(world, "user0@albion.example", "user2@liberty.example"));
        world.RunToStart(id);
        var (alice, guest) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 2, 1200));
        change(guest);
        world.Join(id, alice, guest);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id) && world.Liberty.IsJoinedTo(world.Albion, id), 5, "cascade up");
        world.Run(4);
        alice.Hears(1200).ShouldBeTrue("alice hears the guest at first");
        guest.Hears(440).ShouldBeTrue("the guest hears alice at first");
        return (alice, guest);
    }
}
