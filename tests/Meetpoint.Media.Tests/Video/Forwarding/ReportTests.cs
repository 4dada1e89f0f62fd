using Meetpoint.Media.Rtp;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>RTCP reports: what receivers set pictures and sound by.</summary>
public sealed class ReportTests
{
    [Fact]
    public void Tick_SenderReports_TellWhenThePictureOfATimestampWasTaken()
    {
        var room = new TestVideoRoom(new VideoRoomOptions { UnixTimeOffsetNs = 1_000_000 * MonotonicTime.Second });
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100);
        var sender = room.Add(1, camera);
        var viewer = room.Add(2, change: options => options with { CanonicalName = "viewer@meetpoint" });
        var lateNs = 40 * MonotonicTime.Millisecond; // on the way
        for (var i = 0; i < 120; i++)
        {
            if (i % 30 == 0)
            {
                // What the camera's clock says has nothing to do with ours.
                var (ntp, timestamp) = (NtpTime.Of(room.NowNs + (77 * MonotonicTime.Second)), camera.Timestamp - (uint)(lateNs * 9 / 100_000));
                var packet = new byte[200];
                var writer = new RtcpWriter(packet);
                writer.SenderReport(camera.Ssrc, ntp, timestamp + (uint)(lateNs * 9 / 100_000), 1, 1, default);
                room.Room.OnRtcp(sender, packet.AsSpan(0, writer.Length), room.NowNs);
            }

            room.Run(34);
        }

        var (reported, reportedTimestamp, octets, packets) = LastReport(room, viewer);
        var picture = room.Screen(viewer).Pictures()[^1];
        var tookNs = ((long)(reported - NtpTime.Of(1_000_000 * MonotonicTime.Second + room.NowNs)) * MonotonicTime.Second) >> 32;
        // The last picture came now; by the report it was there when its timestamp says.
        var ofPictureNs = tookNs + ((int)(picture.Timestamp - reportedTimestamp) * 100_000L / 9);
        Math.Abs(ofPictureNs).ShouldBeLessThan(60 * MonotonicTime.Millisecond);
        packets.ShouldBeInRange(1u, (uint)room.Screen(viewer).Count);
        octets.ShouldBeInRange(packets * 150, packets * 260);
    }

    [Fact]
    public void Tick_ReportsToASender_NameItsSourcesAndLoss()
    {
        var room = new TestVideoRoom();
        var sender = room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100), lines: 0, change: options => options with { HasNack = false });
        var count = 0;
        room.OnDeliver = (_, _) => ++count % 10 != 0;
        room.Run(5000);
        var blocks = new List<ReportBlock>();
        foreach (var (peer, _, report) in room.Reports)
        {
            peer.ShouldBe(sender);
            RtcpReader.TryOpen(report, reducedSize: false, out var reader, out _).ShouldBeTrue();
            while (reader.TryRead(out var packet))
            {
                for (var i = 0; packet.TryGetReportBlock(i, out var block); i++)
                    blocks.Add(block);
            }
        }

        blocks.Count.ShouldBeInRange(3, 9, "about one a second");
        blocks.ShouldAllBe(block => block.Ssrc == 0x100);
        (blocks[^1].FractionLost / 256.0).ShouldBeInRange(0.07, 0.13);
    }

    [Fact]
    public void OnRtcp_ReportOfAReceiver_LossAndRoundTripAreKnown()
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100));
        var viewer = room.Add(2);
        room.Run(1000);
        var sentNs = room.NowNs;
        room.Run(100);
        var held = 40 * MonotonicTime.Millisecond;
        room.Rtcp(viewer, (ref writer) => writer.ReceiverReport(7, [new ReportBlock(
            viewer.SsrcOf(0), 64, 10, 500, 0, (uint)(NtpTime.Of(sentNs) >> 16), NtpTime.ShortOf(held))]));
        viewer.Statistics.RemoteLoss.ShouldBe(0.25);
        viewer.Statistics.RoundTripMs.ShouldBe(((room.NowNs - sentNs) - held) / 1e6, 0.1);
    }

    [Fact]
    public void RemovePeer_ByeOfAllLines()
    {
        var room = new TestVideoRoom();
        var viewer = room.Add(2, lines: 3);
        var own = Enumerable.Range(0, 3).Select(viewer.SsrcOf).ToList();
        room.Room.RemovePeer(viewer, room.NowNs);
        var gone = new List<uint>();
        RtcpReader.TryOpen(room.Reports[^1].Packet, reducedSize: false, out var reader, out _).ShouldBeTrue();
        while (reader.TryRead(out var packet))
        {
            if (packet.TryGetByeSource(0, out var ssrc))
                gone.Add(ssrc);
        }

        gone.ShouldBe(own);
    }

    [Fact]
    public void Tick_LinesWithTransportsOfTheirOwn_EachGetsItsReports()
    {
        var room = new TestVideoRoom();
        room.Add(1, new TestCamera(1, VideoCodec.Vp8, 0x100));
        room.Add(2, new TestCamera(2, VideoCodec.Vp8, 0x200));
        var viewer = room.Add(3, lines: 2, change: options => options with { HasSeparateLines = true });
        room.Run(3000);
        room.Reports.Where(report => report.Peer == viewer).Select(report => report.Line).Distinct().Order().ShouldBe([0, 1]);
    }

    static (ulong Ntp, uint Timestamp, uint Octets, uint Packets) LastReport(TestVideoRoom room, VideoPeer viewer)
    {
        foreach (var (peer, _, report) in Enumerable.Reverse(room.Reports))
        {
            RtcpReader.TryOpen(report, reducedSize: false, out var reader, out _).ShouldBeTrue();
            while (peer == viewer && reader.TryRead(out var packet))
            {
                if (packet.TryGetNtpTime(out var ntp, out var timestamp) && packet.Ssrc == viewer.SsrcOf(0))
                    return (ntp, timestamp, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.Body[20..]), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.Body[16..]));
            }
        }

        throw new Xunit.Sdk.XunitException("no sender report went to the viewer");
    }
}
