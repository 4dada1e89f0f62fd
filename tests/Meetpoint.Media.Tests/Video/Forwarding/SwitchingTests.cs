using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>No decoder notices that another source is shown in its line.</summary>
public sealed class SwitchingTests
{
    [Theory]
    [InlineData(VideoCodec.Vp8)]
    [InlineData(VideoCodec.H264)]
    public void SetSpeaker_AnotherSpeaks_LineGoesOnWithoutAJump(VideoCodec codec)
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, codec, 0x100) { Sequence = 65_530, Timestamp = uint.MaxValue - 20_000, PictureId = 0x7FFA, BaseLayerIndex = 250 });
        room.Add(2, new TestCamera(2, codec, 0x200) { Sequence = 100, Timestamp = 77, PictureId = 3 });
        var viewer = room.Add(3);
        room.Room.SetSpeaker(1, room.NowNs);
        room.Run(1000);
        room.Room.SetSpeaker(2, room.NowNs);
        room.Run(1000);
        room.Room.SetSpeaker(1, room.NowNs);
        room.Run(1000);

        var screen = room.Screen(viewer);
        var pictures = screen.ShouldBeDecodable();
        screen.Sources().ShouldBe([1, 2, 1]);
        pictures.Count.ShouldBeGreaterThan(85, "the old picture goes on until the new one comes");
        room.ShownIn(viewer, 0).ShouldBe([1u, 2u, 1u]);
    }

    [Fact]
    public void SetSpeaker_ManySwitches_NumbersWrapWithoutAJump()
    {
        var room = new TestVideoRoom(seed: 7);
        var first = new TestCamera(1, VideoCodec.Vp8, 0x100) { PacketsPerPicture = 15, PictureId = 0x7F00 };
        room.Add(1, first);
        room.Add(2, new TestCamera(2, VideoCodec.Vp8, 0x200) { PacketsPerPicture = 15, HasLongPictureId = false });
        room.Add(3, new TestCamera(3, VideoCodec.Vp8, 0x300) { PacketsPerPicture = 15, HasPictureId = false });
        room.Add(4, new TestCamera(4, VideoCodec.Vp8, 0x400) { PacketsPerPicture = 15, HasTemporalLayers = true });
        var viewer = room.Add(9);
        for (var i = 0; i < 90; i++)
        {
            room.Room.SetSpeaker((uint)(1 + (i % 4)), room.NowNs);
            room.Run(2000);
        }

        var screen = room.Screen(viewer);
        screen.ShouldBeDecodable();
        screen.Count.ShouldBeGreaterThan(ushort.MaxValue, "the sequence wrapped");
    }

    [Theory]
    [InlineData(VideoCodec.Vp8)]
    [InlineData(VideoCodec.H264)]
    public void OnRtp_PacketsOvertakeEachOther_PictureBeginsWithItsFirst(VideoCodec codec)
    {
        var room = new TestVideoRoom();
        var camera = new TestCamera(1, codec, 0x100) { PacketsPerPicture = 4 };
        var sender = room.Add(1, lines: 0, change: options => options with { Inputs = TestVideoRoom.Options(1, true, 0).Inputs });
        var viewer = room.Add(2);
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            room.NowNs += TestVideoRoom.PictureNs;
            var packets = camera.Next(room.WantsKeyframe.Remove(camera.Ssrc)).ToArray();
            random.Shuffle(packets);
            foreach (var packet in packets)
                room.Deliver(sender, packet);
            room.Room.Tick(room.NowNs);
            if (i % 40 == 20)
                room.AskKeyframe(viewer, 0);
        }

        room.Screen(viewer).ShouldBeDecodable().Count.ShouldBeGreaterThan(190);
        room.Screen(viewer).Duplicates.ShouldBe(0);
    }

    [Theory]
    [InlineData(VideoCodec.Vp8)]
    [InlineData(VideoCodec.H264)]
    public void OnRtp_LossOnTheWayIn_IsAskedForAndFilledIn(VideoCodec codec)
    {
        var room = new TestVideoRoom();
        var random = new Random(11);
        var cameras = new[] { new TestCamera(1, codec, 0x100), new TestCamera(2, codec, 0x200) };
        var sent = new Dictionary<(uint, ushort), byte[]>();
        ushort rtxSequence = 0;
        room.OnDeliver = (_, packet) =>
        {
            var key = (System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(8)), System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)));
            sent.TryAdd(key, packet);
            return key.Item1 > 0x1000 || random.Next(10) != 0;
        };
        var peers = new[] { room.Add(1, cameras[0]), room.Add(2, cameras[1]) };
        var viewer = room.Add(3);
        for (var i = 0; i < 400; i++)
        {
            if (i % 50 == 0)
                room.Room.SetSpeaker((uint)(1 + (i / 50 % 2)), room.NowNs);
            room.Run(34);
            foreach (var (peer, _, report) in room.Reports.ToArray())
            {
                foreach (var (ssrc, missing) in Asked(report))
                {
                    var original = sent[(ssrc, missing)];
                    room.Deliver(peer, cameras[ssrc == 0x100 ? 0 : 1].Retransmission(original, ssrc + 0x10000, rtxSequence++));
                }
            }

            room.Reports.Clear();
        }

        // The last few may be missing still, and what was missing at a switch is of a picture that nobody needs any more.
        var screen = room.Screen(viewer);
        screen.Missing().Count.ShouldBeLessThan(12, "of more than a hundred that were lost");
        screen.Count.ShouldBeGreaterThan(1000);
        peers[0].Statistics.PacketsLost.ShouldBe(0);
    }

    [Fact]
    public void OnRtp_SourceBeginsAnew_LineWaitsForItsKeyframe()
    {
        var room = new TestVideoRoom();
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100);
        var sender = room.Add(1, camera);
        var viewer = room.Add(2);
        room.Run(500);
        room.Disconnect(camera);
        room.Connect(sender, new TestCamera(5, VideoCodec.Vp8, 0x777) { Mid = "v", Sequence = 9 });
        room.Run(500);

        room.Screen(viewer).ShouldBeDecodable();
        room.Screen(viewer).Sources().ShouldBe([1, 5]);
        room.ShownIn(viewer, 0).ShouldBe([1u], "the same participant");
    }

    [Fact]
    public void OnRtp_CodecChangesWithinASource_LineGoesOn()
    {
        var room = new TestVideoRoom();
        var vp8 = new TestCamera(1, VideoCodec.Vp8, 0x100);
        var sender = room.Add(1, vp8);
        var viewer = room.Add(2);
        room.Run(500);
        room.Disconnect(vp8);
        room.Connect(sender, new TestCamera(2, VideoCodec.H264, 0x100) { Sequence = vp8.Sequence, Timestamp = vp8.Timestamp });
        room.Run(500);

        var pictures = room.Screen(viewer).ShouldBeDecodable();
        pictures.Select(picture => picture.Type).Distinct().ShouldBe([TestCamera.Vp8Type, TestCamera.H264Type]);
        pictures.Count.ShouldBeGreaterThan(28);
    }

    [Fact]
    public void SetView_NotLookedAt_NothingIsSentAndItBeginsWithAKeyframe()
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100));
        var viewer = room.Add(2);
        room.Run(500);
        room.Room.SetView(viewer, 0, 0, room.NowNs);
        var before = room.Screen(viewer).Count;
        room.Run(500);
        room.Screen(viewer).Count.ShouldBe(before);
        room.Room.SetView(viewer, 0, 720, room.NowNs);
        room.Run(500);

        var pictures = room.Screen(viewer).Pictures();
        room.Screen(viewer).Missing().ShouldBeEmpty();
        pictures.Count(picture => picture.IsKeyframe).ShouldBe(2);
        ((int)(pictures[^1].Timestamp - pictures[0].Timestamp)).ShouldBeInRange(125_000, 140_000, "the timestamp goes on with time");
    }

    [Fact]
    public void TemporalTarget_UpperLayersLeftOut_NumbersCloseUp()
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100) { HasTemporalLayers = true });
        var viewer = room.Add(2);
        foreach (var target in (int[])[3, 0, 1, 3])
        {
            room.OnDeliver = (_, _) =>
            {
                viewer.Lines[0].TemporalTarget = target; // whatever the bandwidth says
                return true;
            };
            room.Run(1000);
        }

        var pictures = room.Screen(viewer).ShouldBeDecodable();
        var half = pictures.Where(picture => picture.Number is > 34 and < 58).ToList();
        half.ShouldAllBe(picture => picture.Temporal == 0);
        pictures.Where(picture => picture.Number is > 70 and < 88).Max(picture => picture.Temporal).ShouldBe(1);
        pictures.Where(picture => picture.Number > 100).Max(picture => picture.Temporal).ShouldBe(2);
    }

    static IEnumerable<(uint Ssrc, ushort Missing)> Asked(byte[] report)
    {
        var asked = new List<(uint, ushort)>();
        Media.Rtp.RtcpReader.TryOpen(report, reducedSize: false, out var reader, out _).ShouldBeTrue();
        var missing = new ushort[64];
        while (reader.TryRead(out var packet))
        {
            if (!packet.IsNack)
                continue;
            for (var i = 0; i < packet.ReadNack(missing); i++)
                asked.Add((packet.MediaSource, missing[i]));
        }

        return asked;
    }
}
