using System.Text.Json.Nodes;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Rooms with several cameras and screens on two exchanges: what stands left is seen left.</summary>
public sealed class ScreensTests
{
    [Fact]
    public void ThreeScreenRooms_OnTwoExchanges_SeeEachOtherInPlace()
    {
        using var world = new SimulatedWorld(61);
        var id = Book(world);
        var ours = world.Phone(world.Albion, 0, 440).WithScreens(3, 1);
        var theirs = world.Phone(world.Liberty, 0, 880).WithScreens(3, 2);
        world.Join(id, ours, theirs);
        ShouldSee(world, theirs, "1.0 1.1 1.2");
        ShouldSee(world, ours, "2.0 2.1 2.2");
        world.AssertNoFaults();
    }

    [Fact]
    public void SpeakerWithOneCamera_StandsInTheCentreOfTheFarWall_AndARoomIsSeenByItsCentreOnOneScreen()
    {
        using var world = new SimulatedWorld(62);
        var id = Book(world);
        var wall = world.Phone(world.Albion, 0, 440).WithScreens(3, 1);
        var far = world.Phone(world.Liberty, 0, 880).WithScreens(3, 2);
        var one = world.Phone(world.Liberty, 1, 660).WithScreens(1, 3);
        one.Audio.Source = Silence;
        world.Join(id, wall, far, one);
        wall.Audio.Source = Silence;
        ShouldSee(world, one, "2.1");

        far.Audio.Source = Silence;
        one.Audio.Source = null;
        world.Until(() => wall.Screens.Split(' ')[1] == "3.0", 15, () => $"who speaks in the centre, it is {wall.Screens}");
        world.Until(() => string.Join(' ', wall.Screens.Split(' ').Order()) == "- 2.1 3.0", 3, () => $"beside him the centre of the other room, it is {wall.Screens}");

        one.Audio.Source = Silence;
        wall.Audio.Source = null;
        ShouldSee(world, far, "1.0 1.1 1.2");
        ShouldSee(world, one, "1.1");
        world.AssertNoFaults();
    }

    [Fact]
    public void LabelledLines_StandWhereTheyAreLabelled()
    {
        using var world = new SimulatedWorld(63);
        var id = Book(world);
        var ours = world.Phone(world.Albion, 0, 440).WithScreens(3, 1, "video-centre", "video-left", "video-right");
        var theirs = world.Phone(world.Liberty, 0, 880).WithScreens(3, 2);
        world.Join(id, ours, theirs);
        ShouldSee(world, theirs, "1.1 1.0 1.2"); // its second line is the left one
        ShouldSee(world, ours, "2.1 2.0 2.2");
    }

    [Fact]
    public void DialledRoom_IsOfferedTheLinesOfItsProfile()
    {
        using var world = new SimulatedWorld(64, new WorldSetup { Amend = static (_, document) => WithTrio(document) });
        var trio = world.Room(world.Albion, 0, 440).WithScreens(3, 1);
        var single = world.Room(world.Albion, 1, 880).WithScreens(3, 2);
        var id = world.Book(Requests.Meeting(world) with { Rooms = ["room0@albion.example", "room1@albion.example"] });
        world.RunToStart(id);
        world.Until(() => trio.IsIn && single.IsIn, 5, "both dialled");
        trio.OfferedVideo.Count.ShouldBe(3);
        single.OfferedVideo.Count.ShouldBe(1, "no profile says that it has more");
        ShouldSee(world, single, "1.1 - -");
        world.Until(() => trio.Screens.Split(' ')[1] == "2.0", 15, () => $"the single camera in the centre, it is {trio.Screens}");
        world.AssertNoFaults();
    }

    [Fact]
    public void RoomsThatSpeakClue_SeeEachOtherInPlace_AsCluesPlacesAre()
    {
        using var world = new SimulatedWorld(65);
        var id = Book(world);
        var ours = world.Phone(world.Albion, 0, 440).WithClue(1);
        var theirs = world.Phone(world.Liberty, 0, 880).WithScreens(3, 2);
        world.Join(id, ours, theirs);
        ShouldSee(world, theirs, "1.0 1.1 1.2");
        world.Until(() => ours.Clue!.Screens == "2.0 2.1 2.2", 15, () => $"left, centre and right on the screens that the room has chosen them for, it is {ours.Clue!.Screens}");
        world.Until(() => ours.Clue!.Basic == "-", 2, "what is on the screens is not shown in its other line");
        ours.HangUp();
        world.Run(2);
        world.AssertNoFaults();
    }

    [Fact]
    public void RoomWhoseChannelDoesNotComeUp_GoesOnWithItsOneLine()
    {
        using var world = new SimulatedWorld(66);
        var id = Book(world);
        var ours = world.Phone(world.Albion, 0, 440).WithClue(1);
        ours.Clue!.IsDeaf = true;
        var theirs = world.Phone(world.Liberty, 0, 880).WithScreens(3, 2);
        world.Join(id, ours, theirs);
        world.Run(20);
        theirs.Screens.ShouldBe("- 1.9 -", "its one camera in the centre");
        ours.Clue.Basic.ShouldBe("2.1");
        ours.IsIn.ShouldBeTrue();
        world.AssertNoFaults();
    }

    [Fact]
    public void RoomsThatSpeakClue_PresentAndAreShownWhatIsPresented_BesideThePeople()
    {
        using var world = new SimulatedWorld(67);
        var id = Book(world);
        var ours = world.Phone(world.Albion, 0, 440).WithClue(1);
        var theirs = world.Phone(world.Liberty, 0, 880).WithClue(2, hasLinesFirst: true);
        world.Join(id, ours, theirs);
        world.Until(() => ours.Clue!.Screens == "2.0 2.1 2.2" && theirs.Clue!.Screens == "1.0 1.1 1.2", 20, () => $"people in place: {ours.Clue!.Screens}, {theirs.Clue!.Screens}");
        ours.Clue!.Present();
        world.Until(() => theirs.Clue!.SeesContent == "1.8", 5, () => $"what is presented in a line of its own, it is {theirs.Clue!.SeesContent}");
        theirs.Clue!.Screens.ShouldBe("1.0 1.1 1.2", "and the people beside it");
        ours.Clue.SeesContent.ShouldBe("-", "nobody is shown his own");

        theirs.Clue.Present();
        world.Until(() => ours.Clue.SeesContent == "2.8" && theirs.Clue.SeesContent == "-", 5, () => $"who begins last presents: {ours.Clue.SeesContent}, {theirs.Clue.SeesContent}");
        ours.Clue.Cease();
        theirs.Clue.Cease();
        world.Until(() => world.Albion.Live(id)!.Floor.Holder == 0, 15, "who sends nothing presents nothing");
        world.AssertNoFaults();
    }

    [Fact]
    public void DialledRoom_IsOfferedClueByItsProfile_AndAddsItsCameras()
    {
        using var world = new SimulatedWorld(68, new WorldSetup { Amend = static (_, document) => WithProfile(document, new JsonObject { ["clue"] = "always" }) });
        var room = world.Room(world.Albion, 0, 440).WithClue(1);
        var single = world.Room(world.Albion, 1, 880).WithScreens(3, 2);
        var id = world.Book(Requests.Meeting(world) with { Rooms = ["room0@albion.example", "room1@albion.example"] });
        world.RunToStart(id);
        world.Until(() => room.IsIn && single.IsIn, 5, "both dialled");
        single.OfferedVideo.ShouldAllBe(static line => line.Kind == "video", "no profile says that it speaks CLUE");
        world.Until(() => room.Clue!.Taken == 4, 10, () => $"offered lines for its screens, it has {room.Clue!.Taken}");
        world.Run(1);
        room.Reoffer(room.Audio.Format);
        ShouldSee(world, single, "1.1 - -");
        world.Until(() => room.Clue!.Screens.Split(' ')[1] == "2.0", 15, () => $"who has one camera in the centre, it is {room.Clue!.Screens}");
        room.Clue!.Basic.ShouldBe("-");
        world.AssertNoFaults();
    }

    [Theory]
    [InlineData(";+sip.clue", true)]
    [InlineData("", false)]
    public void DialledRoom_ThatRegisters_IsOfferedClueWhereItsContactSaysSo(string feature, bool isOffered)
    {
        using var world = new SimulatedWorld(71, new WorldSetup { Registering = 1 });
        var room = world.Registering(world.Albion, 0, 440).WithClue(1);
        room.Register($"<sip:own0@{room.Host}>{feature}").ShouldBe(200);
        var other = world.Phone(world.Albion, 0, 880).WithScreens(3, 2);
        var id = world.Book(Requests.Meeting(world) with { Rooms = ["own0@albion.example"] });
        world.RunToStart(id);
        world.Join(id, other);
        world.Until(() => room.IsIn, 10, "the room is dialled");
        world.Run(10);
        room.Clue!.IsActive.ShouldBe(isOffered);
        room.Clue.Taken.ShouldBe(isOffered ? 4 : 0);
        (isOffered ? room.Clue.Screens : room.Clue.Basic).ShouldBe(isOffered ? "2.0 2.1 2.2" : "2.1", "it sees the others either way");
        world.AssertNoFaults();
    }

    [Fact]
    public void DialledRoomWithoutClue_RefusesTheChannel_AndHasItsOneLine()
    {
        using var world = new SimulatedWorld(69, new WorldSetup { Amend = static (_, document) => WithProfile(document, new JsonObject { ["clue"] = "always" }) });
        var room = world.Room(world.Albion, 0, 440).WithScreens(1, 1);
        var other = world.Room(world.Albion, 1, 880).WithScreens(1, 2);
        var id = world.Book(Requests.Meeting(world) with { Rooms = ["room0@albion.example", "room1@albion.example"] });
        world.RunToStart(id);
        world.Until(() => room.IsIn && other.IsIn, 5, "both dialled");
        ShouldSee(world, room, "2.0");
        ShouldSee(world, other, "1.0");
        world.AssertNoFaults();
    }

    [Fact]
    public void EntryDesk_RoomThatSpeaksClue_IsTakenUpOnceItHasTheCode()
    {
        using var world = new SimulatedWorld(70);
        var id = Book(world);
        var theirs = world.Phone(world.Liberty, 0, 880).WithScreens(3, 2);
        world.Join(id, theirs);
        var ours = world.Phone(world.Albion, 0, 440).WithClue(1);
        ours.Dial("meet");
        world.Run(4);
        ours.Clue!.IsActive.ShouldBeFalse("at the desk nothing is negotiated");
        ours.Audio.Press(world.Albion.CodeOf(id));
        world.Until(() => ours.IsIn, 6, () => $"in by code: {ours.Current?.State} {ours.RefusedWith}");
        ShouldSee(world, theirs, "1.0 1.1 1.2");
        world.Until(() => ours.Clue.Screens == "2.0 2.1 2.2", 15, () => $"left, centre and right, it is {ours.Clue.Screens}");
        world.AssertNoFaults();
    }

    static string Book(SimulatedWorld world)
    {
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example", "user1@liberty.example"));
        world.RunToStart(id);
        return id;
    }

    static void ShouldSee(SimulatedWorld world, SimulatedPhone phone, string screens) =>
        world.Until(() => phone.Screens == screens, 15, () => $"{phone.Address} sees {screens}, it is {phone.Screens}");

    static void Silence(short[] samples) => Array.Clear(samples);

    static void WithTrio(JsonObject document) => WithProfile(document, new JsonObject { ["cameras"] = 3, ["screens"] = 3 });

    static void WithProfile(JsonObject document, JsonObject profile)
    {
        (profile["id"], profile["name"]) = ("trio", "Room with three screens");
        document["profiles"] = new JsonArray(profile);
        foreach (var endpoint in document["endpoints"]!.AsArray().Where(static endpoint => (string?)endpoint!["id"] == "room0"))
            endpoint!["profile"] = "trio";
    }
}
