using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Pictures between exchanges: who sees whom, and what becomes of it when a link is cut, bad or slow.</summary>
public sealed class PictureTests
{
    /// <summary>Within which the picture is back after a link is.</summary>
    const double Back = 5;

    [Fact]
    public void Star_OfThreeExchanges_AllSeeAllAndNobodyHimself()
    {
        using var world = new SimulatedWorld(131, new WorldSetup { Parties = 3 });
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example", "user0@columbia.example"));
        world.RunToStart(id);
        var people = world.Exchanges.Select((exchange, i) => world.Phone(exchange, 0, 440 * (i + 1)).WithPictures((byte)(i + 1))).ToList();
        foreach (var phone in people)
            Silence(phone, true);
        world.Join(id, [.. people]);
        world.Until(() => world.Exchanges.Skip(1).All(spoke => spoke.IsJoinedTo(world.Albion, id) && world.Albion.IsJoinedTo(spoke, id)), 6, "both spokes joined to the focus");

        var before = people[^1];
        foreach (var speaker in (SimulatedPhone[])[people[1], people[2], people[0], people[1]])
        {
            Silence(before, true);
            Silence(speaker, false);
            world.Until(() => people.All(phone => phone == speaker || phone.Pictures!.ShowsNow(speaker.Pictures!)), 5, () => $"all to see {speaker.Address}, they see {Shown(people)}");
            before = speaker;
        }

        foreach (var (phone, i) in people.Select((phone, i) => (phone, i)))
        {
            phone.Pictures!.Seen.Order().ShouldBe(Enumerable.Range(1, 3).Where(number => number != i + 1), $"{phone.Address} saw the others, and never himself");
            phone.Pictures.Asked.ShouldBeLessThan(40, $"keyframes that {phone.Address} was asked for");
        }

        world.Exchanges[1].Live(id)!.Links.Keys.ShouldBe([world.Albion.Name], "spokes are joined by the focus alone");
        world.AssertNoFaults();
    }

    [Fact]
    public void Cut_InMidMeeting_PictureIsBackWithinFiveSeconds()
    {
        using var world = new SimulatedWorld(132);
        var (id, alice, bob) = SeeEachOther(world);

        world.Cut(world.Albion, world.Liberty, true);
        world.Run(20);
        alice.Pictures!.ShowsNow(bob.Pictures!).ShouldBeFalse("nothing crosses a cut");

        world.Cut(world.Albion, world.Liberty, false);
        world.Until(() => BothSee(alice, bob), Back, () => $"both to see each other again, they see {Shown([alice, bob])}");
        world.AssertNoFaults();
        world.Albion.Live(id)!.Links[world.Liberty.Name].Openings.ShouldBeGreaterThan(1);
    }

    /// <summary>A wall in between loses its memory: media is lost, signalling is not.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(17)]
    [InlineData(41)]
    public void Media_IsLostForAWhileAndSignallingIsNot_PictureIsBackWithinFiveSeconds(int seconds)
    {
        using var world = new SimulatedWorld(133);
        var (_, alice, bob) = SeeEachOther(world);

        Between(world, new LinkConditions { DatagramLoss = 1 });
        world.Run(seconds);
        alice.Pictures!.ShowsNow(bob.Pictures!).ShouldBeFalse("no media crosses");

        Between(world, LinkConditions.Quiet);
        world.Until(() => BothSee(alice, bob), Back, () => $"both to see each other again, they see {Shown([alice, bob])}");
        world.Run(2);
        alice.Hears(bob.ToneHz).ShouldBeTrue("and hear");
        world.AssertNoFaults();
    }

    [Fact]
    public void Link_IsUp_EachHalfKnowsWhomTheOtherLooksAt()
    {
        using var world = new SimulatedWorld(135);
        var (id, alice, bob) = SeeEachOther(world);
        foreach (var (here, there, own) in ((SimulatedExchange, SimulatedExchange, SimulatedPhone)[])[(world.Albion, world.Liberty, alice), (world.Liberty, world.Albion, bob)])
        {
            var link = here.Live(id)!.Links[there.Name];
            var entry = here.Live(id)!.Roster.All.First(entry => entry.Address == own.Address);
            world.Until(() => link.Words.Looks is { Looks: [var only] } && only == new VideoLook(entry.Id, 720, false), 3, () => $"{there.Name} to look at {own.Address} ({entry.Id}) in full, it tells {link.Words.Looks}");
        }

        world.AssertNoFaults();
    }

    [Fact]
    public void Link_LosesAndJitters_PicturesGoOn()
    {
        using var world = new SimulatedWorld(134);
        var (_, alice, bob) = SeeEachOther(world);

        Between(world, new LinkConditions { LatencyNs = 20 * MonotonicTime.Millisecond, JitterNs = 20 * MonotonicTime.Millisecond, DatagramLoss = 0.05 });
        world.Run(2);
        var before = alice.Pictures!.Decoded;
        world.Run(10);
        (alice.Pictures.Decoded - before).ShouldBeGreaterThan(120, "of 150 pictures, though every tenth loses a packet on the way");
        world.AssertNoFaults();
    }

    static (string Id, SimulatedPhone Alice, SimulatedPhone Bob) SeeEachOther(SimulatedWorld world)
    {
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var alice = world.Phone(world.Albion, 0, 440).WithPictures(1);
        var bob = world.Phone(world.Liberty, 0, 880).WithPictures(2);
        world.Join(id, alice, bob);
        world.Until(() => BothSee(alice, bob), 6, () => $"both to see each other, they see {Shown([alice, bob])}");
        return (id, alice, bob);
    }

    static bool BothSee(SimulatedPhone one, SimulatedPhone other) => one.Pictures!.ShowsNow(other.Pictures!) && other.Pictures!.ShowsNow(one.Pictures!);

    static void Between(SimulatedWorld world, LinkConditions conditions)
    {
        var (albion, liberty) = (AddressPrefix.Parse(world.Albion.Party.Address), AddressPrefix.Parse(world.Liberty.Party.Address));
        world.Virtual.Network.SetConditions(albion, liberty, conditions);
        world.Virtual.Network.SetConditions(liberty, albion, conditions);
    }

    static void Silence(SimulatedPhone phone, bool isSilent) => phone.Audio.Source = isSilent ? static pcm => Array.Clear(pcm) : null;

    static string Shown(IEnumerable<SimulatedPhone> phones) => string.Join(", ", phones.Select(phone => $"{phone.Address}: {phone.Pictures!.Shows}"));
}
