using System.Buffers.Binary;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Forwarding;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>What a receiver lost comes again.</summary>
public sealed class RetransmissionTests
{
    [Theory]
    [InlineData(VideoCodec.Vp8)]
    [InlineData(VideoCodec.H264)]
    public void OnRtcp_NackOverKeyframesAndSwitches_ComesInTheStreamForIt(VideoCodec codec)
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, codec, 0x100) { PictureId = 0x7FF0 });
        room.Add(2, new TestCamera(2, codec, 0x200));
        var viewer = room.Add(3);
        var random = new Random(5);
        room.OnSend = (_, _, packet) => !IsMedia(packet) || random.Next(10) != 0;
        room.Room.SetSpeaker(1, room.NowNs);
        room.Run(1000);
        room.AskKeyframe(viewer, 0);
        room.Run(700);
        room.Room.SetSpeaker(2, room.NowNs);
        room.Run(1000);
        room.OnSend = null;
        room.Run(100);

        var missing = room.Screen(viewer).Missing();
        missing.Count.ShouldBeGreaterThan(10);
        room.Nack(viewer, 0, [.. missing]);
        room.Screen(viewer).ShouldBeDecodable();
        viewer.Statistics.PacketsSentAgain.ShouldBe(missing.Count);
        room.Screen(viewer).Duplicates.ShouldBe(0);
    }

    [Fact]
    public void OnRtcp_NackWithoutAStreamForIt_SamePacketBitForBit()
    {
        var room = new TestVideoRoom();
        var keys = Enumerable.Range(1, 60).Select(value => (byte)value).ToArray();
        var protection = new SrtpProtection(SrtpSession.Create(
            SrtpProfile.Aes128CmHmacSha1Tag80, keys.AsSpan(0, 16), keys.AsSpan(32, 14), keys.AsSpan(16, 16), keys.AsSpan(46, 14)));
        room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100));
        var viewer = room.Add(2, change: options => options with
        {
            Outputs = [new VideoOutput { Id = 0, Formats = [new VideoFormat(96, VideoCodec.Vp8)] }],
            Protection = protection,
            RequiresProtection = true,
        });
        var sent = new List<byte[]>();
        room.OnSend = (_, _, packet) =>
        {
            sent.Add(packet);
            return false;
        };
        room.Run(1000);
        viewer.RtxSsrcOf(0).ShouldBe(0u);
        var lost = sent[^5];
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(lost.AsSpan(2));
        sent.Clear();
        room.Nack(viewer, 0, sequence);
        sent.Count.ShouldBe(1);
        sent[0].ShouldBe(lost);
    }

    [Fact]
    public void OnRtcp_NackAgainAndAgain_EachPacketSoOftenOnly()
    {
        var room = new TestVideoRoom();
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100);
        room.Add(1, camera);
        var viewer = room.Add(2);
        room.Run(500);
        room.Disconnect(camera);
        var sequence = (ushort)(viewer.Lines[0].Numbers.Next - 3);
        for (var i = 0; i < 10; i++)
            room.Nack(viewer, 0, sequence);
        viewer.Statistics.PacketsSentAgain.ShouldBe(1, "at one time once");
        for (var i = 0; i < 100; i++)
        {
            room.NowNs += PacketRing.MinRepeatNs;
            room.Nack(viewer, 0, sequence);
        }

        viewer.Statistics.PacketsSentAgain.ShouldBe(PacketRing.MaxRepeats);
        room.Nack(viewer, 0, (ushort)(sequence + 1000), (ushort)(sequence - 2000));
        viewer.Statistics.PacketsSentAgain.ShouldBe(PacketRing.MaxRepeats, "what was never sent does not come");
    }

    [Fact]
    public void OnRtp_RetransmissionOfASimulcastLayer_IsFoundByItsRepairedRid()
    {
        var room = new TestVideoRoom();
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100) { Mid = "v", Rid = "f" };
        var sender = room.Add(1, lines: 0, change: options => options with
        {
            Inputs = [new VideoInput { Id = 0, Mid = "v", Formats = [TestVideoRoom.Vp8], Rids = ["q", "f"] }],
        });
        var viewer = room.Add(2);
        var first = camera.Next(true);
        room.Deliver(sender, first[0]);
        room.Deliver(sender, first[2]);
        foreach (var packet in camera.Next(false))
            room.Deliver(sender, packet);
        room.Screen(viewer).Missing().Count.ShouldBe(1);
        room.Deliver(sender, camera.Retransmission(first[1], 0x999, 5)).ShouldBeTrue();
        room.Screen(viewer).ShouldBeDecodable().Count.ShouldBe(2);
        room.Deliver(sender, camera.Retransmission(first[1], 0x999, 6)).ShouldBeTrue("what came before is padding");
        room.Screen(viewer).Duplicates.ShouldBe(0);
        sender.Statistics.PacketsRejected.ShouldBe(0);
    }

    [Fact]
    public void Tick_PacketsMissing_AreAskedForWhereNackWasNegotiated()
    {
        foreach (var hasNack in (bool[])[true, false])
        {
            var room = new TestVideoRoom();
            var camera = new TestCamera(1, VideoCodec.Vp8, 0x100) { PacketsPerPicture = 10 };
            var sender = room.Add(1, lines: 0, change: options => options with { Inputs = TestVideoRoom.Options(1, true, 0).Inputs, HasNack = hasNack });
            var packets = camera.Next(true);
            foreach (var packet in packets.Where((_, i) => i != 4))
                room.Deliver(sender, packet);
            room.NowNs += 100 * MonotonicTime.Millisecond;
            room.Room.Tick(room.NowNs);
            var asked = new List<ushort>();
            foreach (var (_, line, report) in room.Reports)
            {
                line.ShouldBe(VideoRoom.AllLines);
                RtcpReader.TryOpen(report, reducedSize: false, out var reader, out _).ShouldBeTrue();
                while (reader.TryRead(out var packet))
                {
                    if (packet.TryGetNackItem(0, out var id, out _))
                        asked.Add(id);
                }
            }

            asked.ShouldBe(hasNack ? [BinaryPrimitives.ReadUInt16BigEndian(packets[4].AsSpan(2))] : []);
        }
    }

    static bool IsMedia(byte[] packet) => (packet[1] & 0x7F) is TestCamera.Vp8Type or TestCamera.H264Type;
}
