using Meetpoint.Media.Rtp;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Bandwidth;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>Rooms with several cameras and screens: what stands left is shown left.</summary>
public sealed class WallTests
{
    const uint Trio = 1, OtherTrio = 2, Single = 3, OtherSingle = 4;

    // The way is wide: nothing tells here what it carries.
    readonly TestVideoRoom _room = new(new VideoRoomOptions { Bandwidth = new BandwidthOptions { StartBitsPerSecond = 10_000_000 } });

    [Fact]
    public void Wall_SpeakerWithThreeCameras_EachInItsPlace()
    {
        Add(Trio, cameras: 3, screens: 3);
        var viewer = Add(OtherTrio, cameras: 3, screens: 3);
        Speak(Trio);
        Seen(viewer).ShouldBe("1.0 1.1 1.2");
        for (var screen = 0; screen < 3; screen++)
            _room.Screen(viewer, screen).ShouldBeDecodable().TakeLast(30).ShouldAllBe(picture => picture.Source == 10 + screen);
    }

    [Fact]
    public void Wall_SpeakerHimself_SeesWhoSpokeBeforeInPlace()
    {
        var speaker = Add(Trio, cameras: 3, screens: 3);
        Add(OtherTrio, cameras: 3, screens: 3);
        Speak(OtherTrio);
        Speak(Trio);
        Seen(speaker).ShouldBe("2.0 2.1 2.2");
    }

    [Fact]
    public void Wall_SpeakerWithOneCamera_StandsInTheCentreAndTheLastSpeakersBesideHim()
    {
        var viewer = Add(Trio, cameras: 3, screens: 3);
        Add(Single, cameras: 1, screens: 1);
        Add(OtherSingle, cameras: 1, screens: 1);
        Add(OtherTrio, cameras: 3, screens: 1);
        Speak(OtherTrio);
        Speak(OtherSingle);
        Speak(Single);
        Seen(viewer).Split(' ')[1].ShouldBe("3.0");
        Seen(viewer).Split(' ').Order().ShouldBe(["2.1", "3.0", "4.0"]);

        Speak(OtherTrio);
        Seen(viewer).ShouldBe("2.0 2.1 2.2", "three cameras take all three screens");
        for (var screen = 0; screen < 3; screen++)
            _room.Screen(viewer, screen).ShouldBeDecodable();
    }

    [Fact]
    public void Wall_OneCameraOfThreeIsOff_TheOthersStayInPlace()
    {
        var viewer = Add(Trio, cameras: 3, screens: 3);
        Add(Single, cameras: 1, screens: 1);
        var cameras = Cameras(OtherTrio, 3);
        Add(OtherTrio, cameras, screens: 0);
        Speak(Single);
        Speak(OtherTrio);
        _room.Disconnect(cameras[0]);
        _room.Run(4_000);
        Seen(viewer).ShouldBe("3.0 2.1 2.2", "the screen that is left over shows who spoke before");
    }

    [Fact]
    public void Wall_TwoCamerasOnThreeScreens_StandSideBySide()
    {
        var viewer = Add(Trio, cameras: 3, screens: 3);
        Add(Single, cameras: 2, screens: 1);
        Speak(Single);
        Seen(viewer).ShouldBe("3.0 3.1 -");
    }

    [Fact]
    public void OneScreen_SpeakerWithThreeCameras_CentreIsShown()
    {
        Add(Trio, cameras: 3, screens: 3);
        var viewer = Add(Single, cameras: 1, screens: 1);
        Speak(Trio);
        Seen(viewer).ShouldBe("1.1");
        _room.Screen(viewer).ShouldBeDecodable().TakeLast(30).ShouldAllBe(picture => picture.Source == 11);
    }

    [Fact]
    public void Grid_SpeakerWithThreeCameras_EachIsATileWithItsPlace()
    {
        Add(Trio, cameras: 3, screens: 3);
        var viewer = _room.Add(Single, lines: 5);
        Add(OtherSingle, cameras: 1, screens: 1);
        Speak(Trio);
        Seen(viewer).Split(' ')[0].ShouldBe("1.1", "the line of lowest number shows who has the floor");
        Seen(viewer).Split(' ').Order().ShouldBe(["-", "1.0", "1.1", "1.2", "4.0"]);
        _room.Events.Last(e => e.Kind == VideoEventKind.Shown && e.Peer == viewer && e.LineId == 0).Place.ShouldBe(CameraPlace.Of(1, 3));
    }

    [Fact]
    public void Grid_LinesPinnedToARoom_ShowItsCameras()
    {
        Add(Trio, cameras: 3, screens: 3);
        var viewer = _room.Add(Single, lines: 3);
        Add(OtherSingle, cameras: 1, screens: 1);
        Speak(OtherSingle);
        _room.Room.Pin(viewer, 0, Trio, _room.NowNs);
        _room.Room.Pin(viewer, 1, Trio, _room.NowNs);
        _room.Run(700);
        Seen(viewer).ShouldBe("1.1 1.0 4.0");
    }

    [Fact]
    public void Sources_OfOneRoom_AreToldByCamera()
    {
        Add(Trio, cameras: 3, screens: 0);
        _room.Run(300);
        _room.Events.Where(e => e.Kind == VideoEventKind.SourceStarted).Select(e => (e.ParticipantId, (int)e.Place.Index, e.Place.Count)).Order()
            .ShouldBe([(Trio, 0, 3), (Trio, 1, 3), (Trio, 2, 3)]);
    }

    [Fact]
    public void Cascade_PlaceStandsInEachPacket_AndIsShownInPlaceBeyond()
    {
        var far = new TestVideoRoom(seed: 2);
        var here = Link(_room);
        var there = Link(far);
        _room.OnSend = (peer, line, packet) => peer != here || far.Room.OnRtp(there, packet, line, far.NowNs) || true;
        Add(Trio, cameras: 3, screens: 3);
        Add(Single, cameras: 1, screens: 1);
        var viewer = far.Add(OtherTrio, change: options => options with { Outputs = Screens(3) });
        var one = far.Add(OtherSingle, lines: 1);
        Run(far, 500);
        Speak(far, Trio);
        Seen(viewer).ShouldBe("1.0 1.1 1.2");
        Seen(one).ShouldBe("1.1");
        foreach (var screen in (int[])[0, 1, 2])
            far.Screen(viewer, screen).ShouldBeDecodable();

        Speak(far, Single);
        Seen(viewer).Split(' ')[1].ShouldBe("3.0");
        Speak(far, Trio);
        Seen(viewer).ShouldBe("1.0 1.1 1.2");

        var raw = _room.Screen(here).Raw.Concat(_room.Screen(here, 1).Raw).Concat(_room.Screen(here, 2).Raw).ToList();
        raw.ShouldNotBeEmpty();
        foreach (var packet in raw)
        {
            RtpPacket.TryParse(packet, out var read, out _).ShouldBeTrue();
            read.CsrcCount.ShouldBe(read.GetCsrc(0) == Trio ? 2 : 1, "who has one camera is named alone");
        }
    }

    [Fact]
    public void Cascade_LineShowsAnotherCameraOfTheSameRoom_BeginsWithItsKeyframe()
    {
        var viewer = _room.Add(OtherTrio, lines: 1);
        var link = _room.Add(900, change: options => options with { IsCascade = true, Inputs = [new VideoInput { Id = 0, Formats = [TestVideoRoom.Vp8], NamesSource = true }], Outputs = [] });
        var camera = new TestCamera(7, VideoCodec.Vp8, 0x700) { Participant = Trio, Place = CameraPlace.Of(0, 3) };
        _room.Connect(link, camera, 0);
        _room.Run(500);
        Seen(viewer).ShouldBe("1.0");
        camera.Place = CameraPlace.Of(1, 3);
        _room.Run(40);
        _room.ShownIn(viewer, 0).Count.ShouldBe(1, "the old picture holds until the keyframe of the other camera");
        _room.Run(700);
        Seen(viewer).ShouldBe("1.1");
        _room.Screen(viewer).ShouldBeDecodable();
    }

    static VideoPeer Link(TestVideoRoom room) => room.Add(900, change: options => options with
    {
        IsCascade = true,
        Inputs = [.. Enumerable.Range(0, 4).Select(line => new VideoInput { Id = line, Formats = [TestVideoRoom.Vp8], NamesSource = true })],
        Outputs = [.. Enumerable.Range(0, 4).Select(line => new VideoOutput { Id = line, Formats = [TestVideoRoom.Vp8], NamesSource = true })],
    });

    static VideoOutput[] Screens(int count) => [.. Enumerable.Range(0, count).Select(id => new VideoOutput { Id = id, Formats = [TestVideoRoom.Vp8], Place = CameraPlace.Of(id, count) })];

    static TestCamera[] Cameras(uint participant, int count) => [.. Enumerable.Range(0, count).Select(i => new TestCamera((int)((participant * 10) + i), VideoCodec.Vp8, (participant << 8) + (uint)i + 1))];

    VideoPeer Add(uint participant, int cameras, int screens) => Add(participant, Cameras(participant, cameras), screens);

    VideoPeer Add(uint participant, TestCamera[] cameras, int screens)
    {
        var peer = _room.Add(participant, change: options => options with
        {
            Inputs = [.. cameras.Select((_, i) => new VideoInput { Id = i, Formats = [TestVideoRoom.Vp8], Place = CameraPlace.Of(i, cameras.Length) })],
            Outputs = Screens(screens),
        });
        for (var i = 0; i < cameras.Length; i++)
            _room.Connect(peer, cameras[i], i);
        return peer;
    }

    void Speak(uint participant)
    {
        _room.Room.SetSpeaker(participant, _room.NowNs);
        _room.Run(1_500);
    }

    void Speak(TestVideoRoom far, uint participant)
    {
        _room.Room.SetSpeaker(participant, _room.NowNs);
        far.Room.SetSpeaker(participant, far.NowNs);
        Run(far, 2_000);
    }

    void Run(TestVideoRoom far, int milliseconds)
    {
        for (var at = 0; at < milliseconds; at += 34)
        {
            // What the far room asks of the link is asked of all cameras here.
            if (far.KeyframeRequests.Count > 0)
                _room.Room.Peers.SelectMany(peer => peer.Options.Inputs, (peer, input) => (peer.Options.ParticipantId << 8) + (uint)input.Id + 1).ToList().ForEach(ssrc => _room.WantsKeyframe.Add(ssrc));
            far.KeyframeRequests.Clear();
            _room.Run(34);
            far.Run(34);
        }
    }

    /// <summary>What each line shows: participant and camera, or -.</summary>
    static string Seen(VideoPeer peer) =>
        string.Join(' ', peer.Options.Outputs.Select(output => peer.ShownIn(output.Id) is 0 ? "-" : $"{peer.ShownIn(output.Id)}.{peer.PlaceIn(output.Id).Index}"));
}
