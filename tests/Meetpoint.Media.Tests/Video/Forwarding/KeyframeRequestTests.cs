using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Forwarding;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>However many want a keyframe, a source is asked once in half a second.</summary>
public sealed class KeyframeRequestTests
{
    [Fact]
    public void OnRtcp_HundredReceiversAsk_SourceIsAskedOnce()
    {
        var room = new TestVideoRoom();
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100);
        var sender = room.Add(1, camera, lines: 0);
        var viewers = Enumerable.Range(2, 100).Select(id => room.Add((uint)id)).ToList();
        room.Run(2000);
        room.KeyframeRequests.Clear();
        for (var i = 0; i < 60; i++)
        {
            foreach (var viewer in viewers)
                room.AskKeyframe(viewer, 0);
            room.Run(34);
        }

        room.KeyframeRequests.Count.ShouldBeInRange(4, 5);
        room.KeyframeRequests.Zip(room.KeyframeRequests.Skip(1), (a, b) => b.AtNs - a.AtNs).ShouldAllBe(gap => gap >= KeyframeArbiter.IntervalNs);
        sender.Statistics.KeyframesAsked.ShouldBeGreaterThan(3);
        viewers[0].Statistics.KeyframesWanted.ShouldBe(60);
    }

    [Fact]
    public void Tick_NoKeyframeComes_IsAskedAgainUntilOneDoes()
    {
        var room = new TestVideoRoom { AnswersKeyframeRequests = false };
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100);
        room.Add(1, camera, lines: 0);
        room.Run(1000);
        room.KeyframeRequests.ShouldBeEmpty("nobody looks");
        var viewer = room.Add(2);
        room.Run(2100);
        var asked = room.KeyframeRequests.Count;
        asked.ShouldBeInRange(4, 5);
        room.Screen(viewer).Count.ShouldBe(0, "nothing goes on before a keyframe");
        room.WantsKeyframe.Add(camera.Ssrc);
        room.Run(2000);
        room.KeyframeRequests.Count.ShouldBeInRange(asked, asked + 1);
        room.Screen(viewer).ShouldBeDecodable();
    }

    [Fact]
    public void AskKeyframe_PeerTakesOnlyFullIntraRequests_ThatIsSent()
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, VideoCodec.H264, 0x100), lines: 0, change: options => options with { HasPli = false, HasFir = true });
        var viewer = room.Add(2);
        room.Run(1000);
        room.AskKeyframe(viewer, 0);
        room.Run(100);
        room.KeyframeRequests.Select(request => request.Ssrc).ShouldBe([0x100u]);
        room.Screen(viewer).ShouldBeDecodable().Count(picture => picture.IsKeyframe).ShouldBe(2);
    }

    [Fact]
    public void AskKeyframe_PeerWithoutFeedback_IsAnEventForInfo()
    {
        var room = new TestVideoRoom();
        var sender = room.Add(1, new TestCamera(1, VideoCodec.H264, 0x100), lines: 0, change: options => options with { HasPli = false, HasNack = false });
        var viewer = room.Add(2);
        room.Run(1000);
        room.Room.RequestKeyframe(viewer, 0, room.NowNs);
        room.KeyframeRequests.ShouldBeEmpty();
        var asked = room.Events.Where(e => e.Kind == VideoEventKind.KeyframeWanted).ShouldHaveSingleItem();
        asked.Peer.ShouldBe(sender);
        asked.LineId.ShouldBe(0);
        asked.ParticipantId.ShouldBe(1u);
    }

    [Fact]
    public void OnRtcp_PliOfAnUnknownSourceOrGarbage_PassedOver()
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100), lines: 0);
        var viewer = room.Add(2);
        room.Run(500);
        room.Rtcp(viewer, (ref writer) => writer.PictureLoss(7, 12345));
        var random = new Random(2);
        var garbage = new byte[200];
        for (var i = 0; i < 5000; i++)
        {
            var length = random.Next(garbage.Length);
            random.NextBytes(garbage);
            (garbage[0], garbage[1], garbage[2], garbage[3]) = ((byte)(0x80 | (i & 31)), (byte)(200 + (i % 8)), 0, (byte)((length / 4) - 1));
            room.Room.OnRtcp(viewer, garbage.AsSpan(0, length / 4 * 4), room.NowNs);
        }

        room.KeyframeRequests.ShouldBeEmpty();
        room.Run(200);
        room.Screen(viewer).ShouldBeDecodable();
    }
}
