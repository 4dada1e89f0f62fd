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

    [Fact]
    public void Pin_OfOneInAnotherHalf_BringsHimThoughOthersSpeak()
    {
        var (left, middle, right) = (new TestVideoRoom(seed: 1), new TestVideoRoom(seed: 2), new TestVideoRoom(seed: 3));
        Join(left, middle, 900);
        Join(middle, right, 901);
        var viewer = left.Add(1, lines: 3);
        middle.Add(2, new TestCamera(2, VideoCodec.Vp8, 0x200));
        for (uint id = 3; id <= 6; id++)
            right.Add(id, new TestCamera((int)id, VideoCodec.Vp8, 0x100 * id));
        foreach (var speaker in (uint[])[3, 4])
        {
            foreach (var room in (TestVideoRoom[])[left, middle, right])
                room.Room.SetSpeaker(speaker, room.NowNs);
            Run(1500, left, middle, right);
        }

        Shown(viewer).ShouldNotContain(6u, "he is not among those who spoke last");
        left.Room.Pin(viewer, 2, 6, left.NowNs);
        Run(2500, left, middle, right);
        viewer.ShownIn(2).ShouldBe(6u, "pinned two links away");
        viewer.ShownIn(0).ShouldBe(4u, "and who has the floor is seen as before");
        left.Screen(viewer, 2).ShouldBeDecodable();

        left.Room.Pin(viewer, 2, 0, left.NowNs);
        Run(2500, left, middle, right);
        right.Room.Peers.Single(peer => peer.Options.IsCascade).ShownIn(1).ShouldNotBe(6u, "nobody asks for him any more");
        left.Events.Count(e => e.Kind == VideoEventKind.Demand).ShouldBeInRange(2, 12, "demands that were told in ten seconds");
    }

    [Fact]
    public void SetView_SmallBehindTheLink_TheLowerLayerCrosses()
    {
        var (first, second) = (new TestVideoRoom(seed: 1), new TestVideoRoom(seed: 2));
        Join(first, second, 900);
        var (large, small) = (first.Add(1, lines: 1), first.Add(2, lines: 1));
        string[] rids = ["q", "h", "f"];
        var sender = second.Add(3, change: options => options with { Inputs = [new VideoInput { Id = 0, Mid = "v", Rids = rids, Formats = [TestVideoRoom.Vp8] }] });
        for (var layer = 0; layer < 3; layer++)
            second.Connect(sender, new TestCamera(layer + 1, VideoCodec.Vp8, 0x300 + (uint)layer) { Height = 180 << layer, Mid = "v", Rid = rids[layer], Participant = 0 });
        Run(2000, first, second);
        Crossing(second).ShouldBe(3, "the page looks at it in full");

        first.Room.SetView(large, 0, 300, first.NowNs);
        first.Room.SetView(small, 0, 90, first.NowNs);
        Run(2000, first, second);
        Crossing(second).ShouldBe(2, "the larger of two views");

        first.Room.SetView(large, 0, 0, first.NowNs);
        Run(2000, first, second);
        Crossing(second).ShouldBe(1, "one small view is left");

        first.Room.SetView(small, 0, 0, first.NowNs);
        var before = second.Screen(Link(second)).Count;
        Run(2000, first, second);
        Crossing(second).ShouldBe(1);
        second.Screen(Link(second)).Count.ShouldBeGreaterThan(before, "the lowest goes on, for who looks again");

        first.Room.SetView(large, 0, 700, first.NowNs);
        Run(2000, first, second);
        Crossing(second).ShouldBe(3);
        second.Screen(Link(second)).ShouldBeDecodable();
    }

    [Fact]
    public void Bounded_DemandFromElsewhere_IsWithinItsLimits()
    {
        var demand = new VideoDemand(-5, [.. Enumerable.Range(0, 100).Select(id => new VideoLook((uint)id / 2, int.MaxValue, true))]).Bounded();
        demand.Most.ShouldBe(0);
        demand.Looks.Count.ShouldBe(VideoDemand.MaxLooks);
        demand.Looks.ShouldNotContain(look => look.Participant == 0);
        demand.HeightOf(1).ShouldBe(4_320);
        demand.HeightOf(99).ShouldBe(VideoDemand.Least);
        new VideoDemand(int.MaxValue, null!).Bounded().HeightOf(1).ShouldBe(4_320);
    }

    static VideoPeer Link(TestVideoRoom room) => room.Room.Peers.Single(peer => peer.Options.IsCascade);

    /// <summary>Which camera's picture crossed last.</summary>
    static int Crossing(TestVideoRoom room) => room.Screen(Link(room)).Pictures()[^1].Source;

    /// <summary>Joins two rooms by a link; each is a peer of the other, and hears what the other looks at.</summary>
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
        first.OnTick += () => Tell(second, there, first, here);
        second.OnTick += () => Tell(first, here, second, there);
    }

    /// <summary>What the other half looked at last is told, as signalling does.</summary>
    static void Tell(TestVideoRoom from, VideoPeer link, TestVideoRoom to, VideoPeer other)
    {
        if (from.Events.FindLast(e => e.Kind == VideoEventKind.Demand && e.Peer == link).Demand is { } demand && !ReferenceEquals(demand, other.Demand))
            to.Room.SetDemand(other, demand, to.NowNs);
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
