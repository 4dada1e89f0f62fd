using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>Who is shown in which line.</summary>
public sealed class LinePolicyTests
{
    readonly TestVideoRoom _room = new();

    [Fact]
    public void SetSpeaker_SpeakerHimself_SeesWhoSpokeBefore()
    {
        var peers = Join(3);
        Speak(1);
        Speak(2);
        Lines(peers[0]).ShouldBe([2u]);
        Lines(peers[1]).ShouldBe([1u]);
        Lines(peers[2]).ShouldBe([2u]);
        Speak(3);
        Lines(peers[2]).ShouldBe([2u]);
        Lines(peers[1]).ShouldBe([3u]);
    }

    [Fact]
    public void SetSpeaker_Nobody_PictureStays()
    {
        var peers = Join(3);
        Speak(2);
        Speak(0);
        Lines(peers[2]).ShouldBe([2u]);
    }

    [Fact]
    public void SetSpeaker_SpeaksWithoutVideo_PictureStays()
    {
        var peers = Join(3);
        _room.Add(77, lines: 1);
        Speak(2);
        Speak(77);
        Lines(peers[2]).ShouldBe([2u]);
        Lines(peers[1]).ShouldBe([1u]);
    }

    [Fact]
    public void Assign_SeveralLines_WhoIsShownStaysWhereHeIs()
    {
        var peers = Join(7, lines: 3);
        foreach (var speaker in (uint[])[4, 3, 2, 1])
            Speak(speaker);
        var viewer = peers[6];
        var before = Lines(viewer);
        before[0].ShouldBe(1u);
        before.Order().ShouldBe([1u, 2u, 3u]);

        Speak(5); // 1 takes the place of 3, who is the one too many; 2 stays
        var after = Lines(viewer);
        after[0].ShouldBe(5u);
        var stays = before.IndexOf(2u);
        after[stays].ShouldBe(2u);
        after.Order().ShouldBe([1u, 2u, 5u]);
    }

    [Fact]
    public void Assign_MoreLinesThanPeople_NobodyTwiceAndNeverHimself()
    {
        var peers = Join(4, lines: 9);
        Speak(2);
        foreach (var peer in peers)
        {
            var shown = Lines(peer).Where(id => id != 0).ToList();
            shown.Count.ShouldBe(3);
            shown.Distinct().Count().ShouldBe(3);
            shown.ShouldNotContain((uint)peer.Owner!);
        }
    }

    [Fact]
    public void Pin_SomebodySilent_StaysWhoeverSpeaks()
    {
        var peers = Join(5, lines: 2);
        Speak(1);
        _room.Room.Pin(peers[4], 0, 3, _room.NowNs);
        _room.Run(700);
        Lines(peers[4])[0].ShouldBe(3u);
        Speak(2);
        Lines(peers[4])[0].ShouldBe(3u);
        Speak(3);
        Lines(peers[4]).ShouldBe([3u, 2u], "nobody is shown twice");
        _room.Room.Pin(peers[4], 0, 0, _room.NowNs);
        Speak(2);
        Lines(peers[4])[0].ShouldBe(2u);
    }

    [Fact]
    public void RemovePeer_WhoIsShown_NextTakesTheLine()
    {
        var peers = Join(3);
        Speak(2);
        Speak(1);
        _room.Room.RemovePeer(peers[0], _room.NowNs);
        _room.Run(700);
        Lines(peers[2]).ShouldBe([2u]);
        _room.Room.RemovePeer(peers[1], _room.NowNs);
        Lines(peers[2]).ShouldBe([0u]);
        _room.ShownIn(peers[2], 0).ShouldBe([1u, 2u, 1u, 2u, 0u]);
    }

    [Fact]
    public void Tick_CameraSwitchedOff_IsToldAndNotShown()
    {
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100);
        var first = _room.Add(1, camera);
        var viewer = _room.Add(2);
        _room.Run(500);
        _room.Disconnect(camera);
        _room.Run(2500);
        Lines(viewer).ShouldBe([1u], "it may only have stalled");
        _room.Run(1000);
        Lines(viewer).ShouldBe([0u]);
        _room.Events.Count(e => e.Kind == VideoEventKind.SourceStarted && e.ParticipantId == 1).ShouldBe(1);
        _room.Events.Count(e => e.Kind == VideoEventKind.SourceStopped && e.ParticipantId == 1 && e.Peer == first).ShouldBe(1);
        _room.Connect(first, camera);
        _room.Run(700);
        Lines(viewer).ShouldBe([1u]);
        _room.Screen(viewer).ShouldBeDecodable();
    }

    [Fact]
    public void Hide_CameraSaidToBeOff_IsNotShownAtOnce_AndBeginsAgainWithAKeyframe()
    {
        var peers = Join(3);
        Speak(1);
        _room.Room.Hide(1, true, _room.NowNs);
        Lines(peers[2]).ShouldBe([0u], "at once, while packets still come");
        _room.Run(1000);
        Lines(peers[2]).ShouldBe([2u], "the next has the line");
        _room.Room.Hide(1, false, _room.NowNs);
        _room.Run(700);
        Lines(peers[2]).ShouldBe([1u]);
        _room.Screen(peers[2]).ShouldBeDecodable();
    }

    [Fact]
    public void SetAway_IsShownNobody_AndGoesOnInTheSameLineWithTheNextNumber()
    {
        var peers = Join(2);
        var (viewer, ssrc) = (peers[1], peers[1].SsrcOf(0));
        _room.Room.SetAway(viewer, true, _room.NowNs);
        var before = _room.Screen(viewer).Count;
        _room.Run(1000);
        (Lines(viewer)[0], _room.Screen(viewer).Count).ShouldBe((0u, before));
        Lines(peers[0]).ShouldBe([2u], "whether he is seen is another matter");
        _room.Room.SetAway(viewer, false, _room.NowNs);
        _room.Run(700);
        Lines(viewer).ShouldBe([1u]);
        viewer.SsrcOf(0).ShouldBe(ssrc);
        _room.Screen(viewer).ShouldBeDecodable();
        _room.Screen(viewer).Missing().ShouldBeEmpty("numbers go on, so that none meets a key twice");
    }

    [Fact]
    public void SetPresenter_ContentLine_ShowsItToAllButThePresenter()
    {
        var slides = new TestCamera(9, VideoCodec.Vp8, 0x900) { Mid = "s" };
        VideoPeerOptions WithContent(VideoPeerOptions options) => options with
        {
            Inputs = [.. options.Inputs, new VideoInput { Id = 1, Mid = "s", Kind = VideoKind.Content, Formats = [TestVideoRoom.Vp8] }],
            Outputs = [.. options.Outputs, new VideoOutput { Id = 5, Kind = VideoKind.Content, Formats = [TestVideoRoom.Vp8] }],
        };
        var presenter = _room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100) { Mid = "v" }, change: WithContent);
        var viewer = _room.Add(2, new TestCamera(2, VideoCodec.Vp8, 0x200) { Mid = "v" }, change: WithContent);
        _room.Connect(presenter, slides);
        _room.Run(500);
        viewer.ShownIn(5).ShouldBe(0u, "nobody has the floor for content");
        _room.Room.SetPresenter(1, _room.NowNs);
        _room.Run(700);
        viewer.ShownIn(5).ShouldBe(1u);
        viewer.ShownIn(0).ShouldBe(1u);
        presenter.ShownIn(5).ShouldBe(0u);
        _room.Screen(viewer, 5).ShouldBeDecodable();
        _room.Screen(viewer, 5).Sources().ShouldBe([9]);
        _room.Room.SetPresenter(0, _room.NowNs);
        var before = _room.Screen(viewer, 5).Count;
        _room.Run(300);
        _room.Screen(viewer, 5).Count.ShouldBe(before);
        viewer.ShownIn(5).ShouldBe(0u);
    }

    [Fact]
    public void SetPresenter_NoContentLine_ShowsItInPlaceOfTheSpeaker_AndTheSpeakerAfter()
    {
        var slides = new TestCamera(9, VideoCodec.Vp8, 0x900) { Mid = "s" };
        var presenter = _room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100) { Mid = "v" }, change: options => options with
        {
            Inputs = [.. options.Inputs, new VideoInput { Id = 1, Mid = "s", Kind = VideoKind.Content, Formats = [TestVideoRoom.Vp8] }],
        });
        _room.Add(2, new TestCamera(2, VideoCodec.Vp8, 0x200) { Mid = "v" });
        var viewer = _room.Add(3);
        _room.Connect(presenter, slides);
        _room.Run(500);
        Speak(2);
        _room.Screen(viewer).Sources().ShouldNotContain(9);
        _room.Room.SetPresenter(1, _room.NowNs);
        _room.Run(700);
        _room.Screen(viewer).Sources()[^1].ShouldBe(9, "what is presented");
        Lines(viewer).ShouldBe([1u]);
        Lines(presenter).ShouldBe([2u], "the presenter himself goes on to see who speaks");
        Speak(2);
        _room.Screen(viewer).Sources()[^1].ShouldBe(9, "whoever speaks");
        _room.Room.SetPresenter(0, _room.NowNs);
        _room.Run(700);
        _room.Screen(viewer).Sources()[^1].ShouldBe(2, "who has the floor");
        _room.Screen(viewer).ShouldBeDecodable();
    }

    [Fact]
    public void Wanted_OneTakesH264Only_AllAreToSendIt()
    {
        var any = Join(2);
        _room.Room.Wanted.ShouldBeNull();
        var room = _room.Add(50, lines: 1, change: options => options with { Outputs = [new VideoOutput { Id = 0, Formats = [TestVideoRoom.H264] }] });
        _room.Room.Wanted.ShouldBe(VideoCodec.H264);
        _room.Events[^1].ShouldBe(new VideoEvent(VideoEventKind.CodecWanted, Codec: VideoCodec.H264, AtNs: _room.NowNs));
        _room.Run(300);
        Lines(room).ShouldBe([0u], "it cannot decode VP8");
        Lines(any[0]).ShouldBe([2u]);
        _room.Room.RemovePeer(room, _room.NowNs);
        _room.Room.Wanted.ShouldBeNull();
    }

    [Fact]
    public void Reconfigure_LineStays_GoesOnWithItsSource()
    {
        var peers = Join(2);
        _room.Run(1000);
        _room.KeyframeRequests.Clear();
        var viewer = peers[1];
        var ssrc = viewer.SsrcOf(0);
        _room.Room.Reconfigure(viewer, TestVideoRoom.Options(2, true, 2), _room.NowNs);
        _room.Run(700);
        viewer.SsrcOf(0).ShouldBe(ssrc);
        _room.KeyframeRequests.ShouldBeEmpty("what is shown goes on");
        viewer.SsrcOf(1).ShouldNotBe(0u);
        _room.Screen(viewer).ShouldBeDecodable();
        Lines(viewer).ShouldBe([1u, 0u]);
    }

    [Fact]
    public void AddPeer_RoomFull_NullAndLimitsHold()
    {
        var room = new TestVideoRoom(new VideoRoomOptions { MaxPeers = 1 });
        room.Add(1);
        room.Room.AddPeer(TestVideoRoom.Options(2, false, 1), room.NowNs).ShouldBeNull();
        Should.Throw<ArgumentException>(() => room.Room.AddPeer(TestVideoRoom.Options(0, false, 1), room.NowNs));
        Should.Throw<ArgumentException>(() => room.Room.AddPeer(TestVideoRoom.Options(1, false, VideoRoomOptions.MaxLinesPerPeer + 1), room.NowNs));
    }

    [Fact]
    public void OnRtp_MorePacketsThanAllowed_Rejected()
    {
        var room = new TestVideoRoom(new VideoRoomOptions { MaxPacketsPerSecond = 100, MaxBurstPackets = 10 });
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100) { PacketsPerPicture = 15 };
        var peer = room.Add(1, camera);
        room.NowNs += MonotonicTime.Second;
        camera.Next(true).Count(packet => room.Deliver(peer, packet)).ShouldBe(10);
        peer.Statistics.PacketsRejected.ShouldBe(5);
    }

    List<VideoPeer> Join(int count, int lines = 1)
    {
        var peers = new List<VideoPeer>();
        for (uint id = 1; id <= count; id++)
            peers.Add(_room.Add(id, new TestCamera((int)id, VideoCodec.Vp8, id << 8), lines));
        _room.Run(300);
        return peers;
    }

    void Speak(uint participant)
    {
        _room.Room.SetSpeaker(participant, _room.NowNs);
        _room.Run(700);
    }

    static List<uint> Lines(VideoPeer peer) => [.. peer.Options.Outputs.Select(output => peer.ShownIn(output.Id))];
}
