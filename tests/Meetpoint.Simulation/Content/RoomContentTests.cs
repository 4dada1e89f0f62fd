using System.Text.Json.Nodes;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Sip.Bfcp;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Content;

/// <summary>
/// What room systems present: a second line of pictures (a=content:slides) with floor control (BFCP), seen on both exchanges, one presenter at a time. The rooms are ours and speak the
/// published wire formats; floor control of another make stands in the interop tests.
/// </summary>
public sealed class RoomContentTests
{
    [Theory]
    [InlineData(BfcpLine.Udp)]
    [InlineData(BfcpLine.Tcp)]
    [InlineData(BfcpLine.UdpTls)]
    [InlineData(BfcpLine.TcpTls)]
    public void OneRoomPresents_BothExchangesSee_TheOtherTakesOver_TheFirstHearsRevoked(string protocol)
    {
        using var world = new SimulatedWorld(611);
        var (id, albion, liberty) = InMeeting(world, protocol, protocol);
        world.Until(() => protocol != BfcpLine.TcpTls || (albion.Content!.Floor!.IsConnected && liberty.Content!.Floor!.IsConnected), 3, "connections stand");
        ((liberty.Content!.Floor!.Told!.TlsId?.Length ?? 0) >= 20).ShouldBe(BfcpLine.IsSecureProtocol(protocol), "an association has a name on either side (RFC 8842)");
        liberty.Content.Floor.Hello();
        world.Run(1);
        liberty.Content.SendsSlides = true;
        world.Run(2);
        albion.Content!.SeesContent.ShouldBe('-', "who speaks floor control does not take the floor by sending");

        liberty.Content.Floor.Watch();
        albion.Content.Floor!.Watch();
        world.Run(1);
        liberty.Content.Floor.Request();
        world.Until(() => liberty.Content.Floor.Statuses.LastOrDefault() == BfcpRequestStatus.Granted, 3, () => $"liberty granted: {string.Join(", ", liberty.Content.Floor.Statuses)}");
        world.Until(() => albion.Content.SeesContent == 'l', 3, "albion sees liberty's slides");
        albion.Content.SeesCamera.ShouldBe('L', "and liberty's camera beside them");
        albion.Content.Floor.Holders[^1].ShouldBe("user0", "it is told who presents");
        liberty.Content.SeesContent.ShouldBe('-', "nobody is shown his own slides");

        albion.Content.SendsSlides = true;
        albion.Content.Floor.Request();
        world.Until(() => albion.Content.Floor.Statuses.LastOrDefault() == BfcpRequestStatus.Granted, 3, "albion granted: who asks last gets it");
        world.Until(() => liberty.Content.Floor.Statuses.LastOrDefault() == BfcpRequestStatus.Revoked, 3, () => $"liberty revoked: {string.Join(", ", liberty.Content.Floor.Statuses)}");
        world.Until(() => liberty.Content.SeesContent == 'a', 3, "liberty sees albion's slides");
        world.Run(1);
        albion.Content.SeesContent.ShouldBe('-', "one presenter at a time");
        liberty.Content.Floor.Holders[^1].ShouldBe("user1");

        albion.Content.Floor.Release();
        world.Until(() => albion.Content.Floor.Statuses.LastOrDefault() == BfcpRequestStatus.Released, 3, "released");
        world.Until(() => liberty.Content.SeesContent == '-', 3, "nobody presents");
        foreach (var exchange in world.Exchanges)
            exchange.Live(id)!.Floor.Holder.ShouldBe(0u);
        liberty.Content.Floor.Errors.ShouldBeEmpty();
        albion.Content.Floor.Errors.ShouldBeEmpty();
        world.AssertNoFaults();
    }

    [Fact]
    public void BrowserTakesTheFloor_TheRoomHearsRevoked_AndMayTakeItBack()
    {
        using var world = new SimulatedWorld(612);
        var (id, albion, liberty) = InMeeting(world, BfcpLine.Udp, BfcpLine.Udp);
        liberty.Content!.SendsSlides = true;
        liberty.Content.Floor!.Request();
        world.Until(() => albion.Content!.SeesContent == 'l', 4, "albion sees liberty's slides");

        // As a page's "present" does, of somebody who has no line of content here.
        var page = world.Albion.Live(id)!.Participants.Single().Id;
        world.Albion.Run(() => world.Albion.Live(id)!.Floor.Ask(page, wants: true));
        world.Until(() => liberty.Content.Floor.Statuses.LastOrDefault() == BfcpRequestStatus.Revoked, 3, "the room is told");
        world.Until(() => albion.Content!.SeesContent == '-', 3, "what it goes on to send is seen by nobody");

        liberty.Content.Floor.Request();
        world.Until(() => albion.Content!.SeesContent == 'l', 3, "it asks again, and last");
        world.AssertNoFaults();
    }

    [Fact]
    public void RoomWithoutFloorControl_TakesTheFloorBySending_AndGivesItBackByCeasing()
    {
        using var world = new SimulatedWorld(613);
        var (_, albion, liberty) = InMeeting(world, BfcpLine.Udp, null);
        albion.Content!.SendsSlides = true;
        albion.Content.Floor!.Request();
        world.Until(() => liberty.Content!.SeesContent == 'a', 4, "albion presents");
        liberty.Content!.SendsSlides = true;
        world.Until(() => albion.Content.SeesContent == 'l', 4, "liberty sends, and presents");
        albion.Content.Floor.Statuses[^1].ShouldBe(BfcpRequestStatus.Revoked);
        liberty.Content.SendsSlides = false;
        world.Until(() => world.Liberty.Live(world.Albion.Node.Live.All.Single().Row.Id)!.Floor.Holder == 0, 12, "silent content is no content");
        world.AssertNoFaults();
    }

    [Fact]
    public void RoomWithOneLine_SeesWhatIsPresentedInIt_AndTheSpeakerAfter()
    {
        using var world = new SimulatedWorld(614);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var single = world.Phone(world.Albion, 0).WithContent('S');
        var room = world.Phone(world.Liberty, 0).WithContent('L', 'l', BfcpLine.Udp);
        world.Join(id, single, room);
        world.Until(() => single.Content!.SeesCamera == 'L', 10, "it sees who else is there");
        room.Content!.SendsSlides = true;
        room.Content.Floor!.Request();
        world.Until(() => single.Content!.SeesCamera == 'l', 4, "it sees the slides in its one line");
        room.Content.Floor.Release();
        world.Until(() => single.Content!.SeesCamera == 'L', 4, "and the camera again");
        world.AssertNoFaults();
    }

    [Theory]
    [InlineData(null, BfcpLine.Udp)]
    [InlineData("bfcp-tcp", BfcpLine.Tcp)]
    [InlineData("bfcp-dtls", BfcpLine.UdpTls)]
    [InlineData("bfcp-tls", BfcpLine.TcpTls)]
    public void RoomThatIsDialled_IsOfferedContentAndFloorControl(string? content, string protocol)
    {
        using var world = new SimulatedWorld(615, new WorldSetup { Amend = (_, document) => WithContent(document, content) });
        var room = world.Room(world.Liberty, 0).WithContent('R', 'r', protocol);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Rooms = ["room0@liberty.example"] });
        world.RunToStart(id);
        world.Until(() => room.IsIn, 10, "the room is dialled");
        var albion = world.Phone(world.Albion, 0).WithContent('A', 'a', BfcpLine.Udp);
        world.Join(id, albion);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id), 10, "the halves are joined");
        room.Content!.Floor!.Told.ShouldNotBeNull();
        room.Content.Floor.Told.Floor!.Value.Label.ShouldBe("content", "the label of the line that it controls");
        world.Until(() => !BfcpLine.IsStreamProtocol(protocol) || room.Content.Floor.IsConnected, 3, "its connection stands");
        room.Content.SendsSlides = true;
        room.Content.Floor.Request();
        world.Until(() => albion.Content!.SeesContent == 'r', 5, () => $"its slides cross: {string.Join(", ", room.Content.Floor.Statuses)}");
        world.AssertNoFaults();
    }

    [Fact]
    public void PresenterWhoLeaves_OrWhoseConnectionCloses_LosesTheFloor()
    {
        using var world = new SimulatedWorld(616);
        var (id, albion, liberty) = InMeeting(world, BfcpLine.Tcp, BfcpLine.Udp);
        albion.Content!.Floor!.Request();
        world.Until(() => world.Liberty.Live(id)!.Floor.Holder != 0, 3, "albion presents");
        albion.Content.Floor.Disconnect();
        world.Until(() => world.Liberty.Live(id)!.Floor.Holder == 0, 3, "its connection is closed");
        albion.Content.Floor.IsConnected.ShouldBeFalse();
        albion.Content.Floor.Connect();
        world.Run(1);
        albion.Content.Floor.Request();
        world.Until(() => albion.Content.Floor.Statuses[^1] == BfcpRequestStatus.Granted && world.Liberty.Live(id)!.Floor.Holder != 0, 3, "it connects anew");

        liberty.Content!.Floor!.Request();
        world.Until(() => albion.Content.Floor.Statuses[^1] == BfcpRequestStatus.Revoked, 3, "liberty presents");
        liberty.HangUp();
        world.Until(() => world.Albion.Live(id)!.Floor.Holder == 0, 3, "who has left presents nothing");
        world.AssertNoFaults();
    }

    [Fact]
    public void FocusThatDoesNotAnswer_TheRequestIsDeniedInTheEnd()
    {
        using var world = new SimulatedWorld(617);
        var (id, _, liberty) = InMeeting(world, BfcpLine.Udp, BfcpLine.Udp);
        world.Cut(world.Albion, world.Liberty, isCut: true);
        liberty.Content!.Floor!.Request();
        world.Run(1);
        liberty.Content.Floor.Statuses.ShouldBe([BfcpRequestStatus.Pending]);
        world.Until(() => liberty.Content.Floor.Statuses.Count > 1, 20, "it is told in the end");
        liberty.Content.Floor.Statuses[^1].ShouldBeOneOf(BfcpRequestStatus.Denied, BfcpRequestStatus.Granted);
        world.Cut(world.Albion, world.Liberty, isCut: false);
        world.Until(() => world.Albion.IsJoinedTo(world.Liberty, id), 60, "the halves are joined again");
    }

    [Fact]
    public void Lobby_HoldsForPicturesAndForTheFloor()
    {
        using var world = new SimulatedWorld(618);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example") with { Lobby = true });
        world.RunToStart(id);
        var organiser = world.Phone(world.Albion, 0).WithContent('A', 'a', BfcpLine.Udp);
        var guest = world.Phone(world.Albion, 1).WithContent('G', 'g', BfcpLine.Udp);
        world.Join(id, organiser);
        guest.Dial(world.Albion.CodeOf(id));
        world.Until(() => world.Albion.Live(id)!.Participants.Any(one => one.State == ParticipantState.Lobby), 5, "the guest waits");
        world.Until(() => guest.Content!.Floor!.Told is not null, 2, "it has early media");
        guest.Content!.SendsSlides = true;
        guest.Content.Floor!.Request();
        world.Run(3);
        guest.Content.Floor.Statuses.ShouldBe([BfcpRequestStatus.Denied]);
        (guest.Content.SeesCamera, guest.Content.SeesContent).ShouldBe(('-', '-'), "who waits in the lobby sees nobody");
        (organiser.Content!.SeesCamera, organiser.Content.SeesContent).ShouldBe(('-', '-'), "and is seen by nobody");
        world.Albion.Run(() => world.Albion.Live(id)!.Participants.Single(one => one.State == ParticipantState.Lobby).AdmitFromLobby());
        world.Until(() => organiser.Content.SeesCamera == 'G' && guest.Content.SeesCamera == 'A', 5, "let in, they see each other");
        world.AssertNoFaults();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EntryDesk_WhoComesByNumberAndCode_HasPicturesAndContentToo(bool late)
    {
        using var world = new SimulatedWorld(619);
        var (id, albion, _) = InMeeting(world, BfcpLine.Udp, BfcpLine.Udp);
        var guest = (late ? world.Room(world.Albion, 0) : world.Phone(world.Albion, 2)).WithContent('G', 'g', BfcpLine.Udp);
        guest.OffersLate = late; // a room is then offered pictures and floor control
        guest.Dial("meet");
        world.Run(3);
        guest.Content!.SeesCamera.ShouldBe('-', "nothing is shown at the desk");
        guest.Audio.Press(world.Albion.CodeOf(id));
        world.Until(() => guest.IsIn, 6, () => $"in by code: {guest.Current?.State} {guest.RefusedWith}");
        world.Until(() => guest.Content.SeesCamera is 'A' or 'L', 5, "it sees the others");
        guest.Content.SendsSlides = true;
        guest.Content.Floor!.Request();
        world.Until(() => albion.Content!.SeesContent == 'g', 4, () => $"and presents to them: {string.Join(", ", guest.Content.Floor.Statuses)}");
        world.AssertNoFaults();
    }

    [Theory]
    [InlineData(BfcpLine.UdpTls)]
    [InlineData(BfcpLine.TcpTls)]
    public void FloorControlOfAnotherThanWhoseCertificateWasTold_IsNotHeard_AndContentIsPresentedBySending(string protocol)
    {
        using var world = new SimulatedWorld(621);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var albion = world.Phone(world.Albion, 1).WithContent('A', 'a', protocol);
        albion.Content!.Floor!.Fingerprint = "sha-256 " + string.Join(':', Enumerable.Repeat("AB", 32));
        var liberty = world.Phone(world.Liberty, 0).WithContent('L', 'l', BfcpLine.Udp);
        world.Join(id, albion, liberty);
        world.Run(3);
        albion.Content.Floor.Request();
        world.Run(3);
        albion.Content.Floor.Statuses.ShouldBeEmpty();
        world.Liberty.Live(id)!.Floor.Holder.ShouldBe(0u, "nobody has asked who is known");
        albion.Content.SendsSlides = true;
        world.Until(() => liberty.Content!.SeesContent == 'a', 4, "its slides cross, since it speaks no floor control");
        world.AssertNoFaults();
    }

    [Fact]
    public void FloorControlWithoutItsCertificate_IsDeclined_AndNothingElse()
    {
        using var world = new SimulatedWorld(622);
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var albion = world.Phone(world.Albion, 1).WithContent('A', 'a', BfcpLine.UdpTls);
        albion.Content!.Floor!.Fingerprint = "md5 00";
        world.Join(id, albion);
        albion.Content.Floor.Told.ShouldBeNull("the line is refused");
        albion.IsIn.ShouldBeTrue();
        world.AssertNoFaults();
    }

    [Fact]
    public void RoomsWithoutFeedback_AskForAPictureAnewByInfo_AndAreAskedByIt_AcrossExchanges()
    {
        using var world = new SimulatedWorld(623);
        var (_, albion, liberty) = InMeeting(world, null, null);
        world.Run(1);
        var before = albion.AskedByInfo;
        liberty.AskByInfo();
        world.Until(() => albion.AskedByInfo > before, 3, () => $"who is looked at is asked, by what it understands: {albion.AskedByInfo}");
        world.AssertNoFaults();
    }

    [Fact]
    public void Strangers_WhoSendToThePortOfFloorControl_AreNotAnswered()
    {
        using var world = new SimulatedWorld(620);
        var (id, albion, _) = InMeeting(world, BfcpLine.Udp, BfcpLine.Udp);
        albion.Content!.Floor!.Request();
        world.Until(() => albion.Content.Floor.Statuses.LastOrDefault() == BfcpRequestStatus.Granted, 3, "albion presents");
        var stranger = new FloorStranger(world, "10.250.0.1", albion.Content.Floor.Remote);
        stranger.Send(new BfcpMessage { Version = 2, Primitive = BfcpPrimitive.Goodbye, Conference = albion.Content.Floor.Told!.Conference!.Value ^ 1, Transaction = 1, User = 1 }.ToBytes());
        stranger.Send([1, 2, 3]);
        stranger.Send(new byte[1_400]);
        world.Run(5);
        stranger.Heard.ShouldBe(0);
        world.Albion.Live(id)!.Floor.Holder.ShouldNotBe(0u, "nothing is taken from who presents");
        world.AssertNoFaults();
    }

    static void WithContent(JsonObject document, string? content)
    {
        if (content is null)
            return;
        document["profiles"] = new JsonArray(new JsonObject { ["id"] = "presents", ["name"] = "Room that presents", ["content"] = content });
        foreach (var endpoint in document["endpoints"]!.AsArray().Where(static endpoint => (string?)endpoint!["id"] == "room0"))
            endpoint!["profile"] = "presents";
    }

    static (string Id, SimulatedPhone Albion, SimulatedPhone Liberty) InMeeting(SimulatedWorld world, string? albionFloor, string? libertyFloor)
    {
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var albion = world.Phone(world.Albion, 1).WithContent('A', 'a', albionFloor);
        var liberty = world.Phone(world.Liberty, 0).WithContent('L', 'l', libertyFloor);
        world.Join(id, albion, liberty);
        world.Until(() => albion.Content!.SeesCamera == 'L' && liberty.Content!.SeesCamera == 'A', 15, () => $"cameras cross: {albion.Content!.SeesCamera} {liberty.Content!.SeesCamera}");
        return (id, albion, liberty);
    }
}

/// <summary>Somebody who sends datagrams to where floor control is heard.</summary>
file sealed class FloorStranger : Meetpoint.Net.IDatagramReceiver
{
    readonly SimulatedWorld _world;
    readonly Meetpoint.Net.Virtual.VirtualEventLoop _loop;
    readonly Meetpoint.Net.IDatagramSocket _socket;
    readonly Meetpoint.Net.NetAddress _to;

    public FloorStranger(SimulatedWorld world, string address, Meetpoint.Net.NetAddress to)
    {
        (_world, _to) = (world, to);
        _loop = world.Virtual.CreateLoop(address);
        _socket = world.Virtual.Network.AddHost(address).OpenDatagram(Meetpoint.Net.NetAddress.Parse(address + ":5000"), _loop, this);
    }

    public int Heard { get; private set; }

    public void Send(byte[] bytes) => _world.RunOn(_loop, () => _socket.Send(bytes, _to));

    public void OnDatagram(Meetpoint.Net.IDatagramSocket socket, Span<byte> payload, in Meetpoint.Net.NetAddress from, long nowNs) => Heard++;
}
