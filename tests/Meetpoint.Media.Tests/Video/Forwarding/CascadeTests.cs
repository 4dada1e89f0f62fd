using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>Rooms of several exchanges, joined by lines that name whom they show.</summary>
public sealed class CascadeTests
{
    const int Lines = 2;

    [Fact]
    public void TwoHalves_SpeakersOfBoth_AreSeenByAllUnderTheirIds()
    {
        var (first, second) = (new TestVideoRoom(seed: 1), new TestVideoRoom(seed: 2));
        Join(first, second, 900);
        var a = first.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100), lines: 3);
        var b = second.Add(2, new TestCamera(2, VideoCodec.Vp8, 0x200), lines: 3);
        var c = second.Add(3, new TestCamera(3, VideoCodec.Vp8, 0x300), lines: 3);
        foreach (var speaker in (uint[])[2, 3, 1, 2])
        {
            first.Room.SetSpeaker(speaker, first.NowNs);
            second.Room.SetSpeaker(speaker, second.NowNs);
            Run(1500, first, second);
        }

        Shown(a).ShouldBe([2u, 3u]);
        a.ShownIn(0).ShouldBe(2u);
        Shown(b).ShouldBe([1u, 3u]);
        Shown(c).ShouldBe([1u, 2u]);
        foreach (var (room, peer) in ((TestVideoRoom, VideoPeer)[])[(first, a), (second, b), (second, c)])
        {
            room.Screen(peer).ShouldBeDecodable().Count.ShouldBeGreaterThan(100);
            room.Screen(peer, 1).ShouldBeDecodable().Count.ShouldBeGreaterThan(100);
        }

        first.Events.Concat(second.Events).ShouldNotContain(e => e.Kind == VideoEventKind.CascadeLoop);
        // Whom the link's lines show stands in each packet.
        var pictures = second.Screen(second.Room.Peers[0]).Pictures();
        pictures.ShouldAllBe(picture => picture.Participant == (uint)picture.Source);
    }

    [Fact]
    public void TwoHalves_WhatCameOverTheLink_NeverGoesBack()
    {
        var (first, second) = (new TestVideoRoom(seed: 1), new TestVideoRoom(seed: 2));
        Join(first, second, 900);
        first.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100));
        second.Add(2, lines: 1);
        Run(1500, first, second);
        second.Screen(second.Room.Peers[0]).Count.ShouldBe(0);
        second.Room.Peers[0].Statistics.PacketsReceived.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Hide_SomebodyBehindTheLink_IsNotShownAtOnce()
    {
        var (first, second) = (new TestVideoRoom(seed: 1), new TestVideoRoom(seed: 2));
        Join(first, second, 900);
        first.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100));
        var b = second.Add(2, lines: 1);
        Run(1500, first, second);
        b.ShownIn(0).ShouldBe(1u);
        second.Room.Hide(1, true, second.NowNs);
        b.ShownIn(0).ShouldBe(0u);
        first.Room.Hide(1, true, first.NowNs);
        Run(200, first, second);
        first.Room.Hide(1, false, first.NowNs);
        second.Room.Hide(1, false, second.NowNs);
        Run(1000, first, second);
        b.ShownIn(0).ShouldBe(1u);
        second.Screen(b).ShouldBeDecodable();
    }

    [Fact]
    public void Star_ThreeExchanges_MiddleOnePassesOn()
    {
        var (left, middle, right) = (new TestVideoRoom(seed: 1), new TestVideoRoom(seed: 2), new TestVideoRoom(seed: 3));
        Join(left, middle, 900);
        Join(middle, right, 901);
        left.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100), lines: 3);
        var far = right.Add(3, new TestCamera(3, VideoCodec.Vp8, 0x300), lines: 3);
        var centre = middle.Add(2, lines: 3);
        Run(2500, left, middle, right);
        Shown(far).ShouldBe([1u]);
        Shown(centre).ShouldBe([1u, 3u]);
        right.Screen(far).ShouldBeDecodable();
    }

    [Fact]
    public void OnRtp_OneOfThisRoomComesBack_LoopIsToldAndNotForwarded()
    {
        var room = new TestVideoRoom();
        var own = room.Add(5, lines: 2);
        var link = room.Add(900, change: options => Cascade(options, 900));
        room.Connect(link, new TestCamera(7, VideoCodec.Vp8, 0x700) { Participant = 5 }, 0);
        room.Run(1000);
        room.Events.Count(e => e.Kind == VideoEventKind.CascadeLoop && e.Peer == link && e.ParticipantId == 5).ShouldBe(1);
        Shown(own).ShouldBeEmpty();
        room.Screen(own).Count.ShouldBe(0);
    }

    [Fact]
    public void OnRtp_LineOfTheLinkShowsAnother_WhoWasSeenInItIsNot()
    {
        var room = new TestVideoRoom();
        var viewer = room.Add(5, lines: 2);
        var link = room.Add(900, change: options => Cascade(options, 900));
        var camera = new TestCamera(7, VideoCodec.Vp8, 0x700) { Participant = 50 };
        room.Connect(link, camera, 0);
        room.Run(500);
        Shown(viewer).ShouldBe([50u]);
        camera.Participant = 51;
        room.WantsKeyframe.Add(camera.Ssrc);
        room.KeyframeRequests.Clear();
        room.Run(500);
        Shown(viewer).ShouldBe([51u]);
        room.KeyframeRequests.ShouldBeEmpty("the line changed with a keyframe, and that is the one to begin with");
        room.Screen(viewer).ShouldBeDecodable();
        room.Events.Where(e => e.Kind is VideoEventKind.SourceStarted or VideoEventKind.SourceStopped).Select(e => (e.Kind, e.ParticipantId))
            .ShouldBe([(VideoEventKind.SourceStarted, 50u), (VideoEventKind.SourceStopped, 50u), (VideoEventKind.SourceStarted, 51u)]);
    }

    /// <summary>Joins two rooms by a link; each is a peer of the other.</summary>
    static void Join(TestVideoRoom first, TestVideoRoom second, uint id)
    {
        var here = first.Add(id, lines: Lines, change: options => Cascade(options, id));
        var there = second.Add(id, lines: Lines, change: options => Cascade(options, id));
        var before = (First: first.OnSend, Second: second.OnSend);
        var (toThere, toHere) = (new Queue<(int, byte[])>(), new Queue<(int, byte[])>());
        first.OnSend = (peer, line, packet) => Pass(peer, here, line, packet, toThere) && (before.First?.Invoke(peer, line, packet) ?? true);
        second.OnSend = (peer, line, packet) => Pass(peer, there, line, packet, toHere) && (before.Second?.Invoke(peer, line, packet) ?? true);
        first.OnTick += () => Drain(toHere, first, here, second);
        second.OnTick += () => Drain(toThere, second, there, first);
    }

    static bool Pass(VideoPeer peer, VideoPeer link, int line, byte[] packet, Queue<(int, byte[])> queue)
    {
        if (peer == link)
            queue.Enqueue((line, packet));
        return true;
    }

    static void Drain(Queue<(int Line, byte[] Packet)> queue, TestVideoRoom room, VideoPeer link, TestVideoRoom from)
    {
        while (queue.TryDequeue(out var item))
            room.Room.OnRtp(link, item.Packet, item.Line, room.NowNs);
        foreach (var (peer, _, report) in room.Reports.ToArray())
        {
            if (peer == link)
                from.Room.OnRtcp(from.Room.Peers.Single(other => other.Options.ParticipantId == link.Options.ParticipantId), report, from.NowNs);
        }

        room.Reports.RemoveAll(report => report.Peer == link);
    }

    static VideoPeerOptions Cascade(VideoPeerOptions options, uint id) => options with
    {
        ParticipantId = id,
        IsCascade = true,
        Inputs = [.. Enumerable.Range(0, Lines).Select(line => new VideoInput { Id = line, Formats = [TestVideoRoom.Vp8, TestVideoRoom.H264], NamesSource = true })],
        Outputs = [.. Enumerable.Range(0, Lines).Select(line => new VideoOutput { Id = line, Formats = [TestVideoRoom.Vp8, TestVideoRoom.H264], NamesSource = true })],
    };

    static void Run(int milliseconds, params TestVideoRoom[] rooms)
    {
        for (var i = 0; i < milliseconds / 34; i++)
        {
            foreach (var room in rooms)
                room.Run(34);
        }
    }

    static List<uint> Shown(VideoPeer peer) => [.. peer.Options.Outputs.Select(output => peer.ShownIn(output.Id)).Where(id => id != 0).Order()];
}
