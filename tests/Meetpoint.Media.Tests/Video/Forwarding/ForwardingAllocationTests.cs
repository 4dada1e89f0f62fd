using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>Nothing is allocated per packet once warm.</summary>
public sealed class ForwardingAllocationTests
{
    const int Receivers = 20;
    const int WarmPackets = 3_000;
    const int MeasuredPackets = 3_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnRtp_TwentyReceiversWithKeyframesNacksAndTicks_NothingAllocated(bool hasRtx)
    {
        var output = new Counter();
        var room = new VideoRoom(new VideoRoomOptions { MaxRingBytes = 128 * 1024, Bandwidth = new BandwidthOptions { StartBitsPerSecond = 10_000_000 } }, output, output, 1);
        var now = 10 * MonotonicTime.Second;
        var camera = new TestCamera(1, VideoCodec.Vp8, 0x100) { PayloadBytes = 1100, Mid = "v", HasTemporalLayers = true };
        var options = TestVideoRoom.Options(1, true, 0) with { HasTransportFeedback = true, TransportSequenceExtensionId = TestCamera.TransportSequenceId };
        // One camera of several, named in every other line: the longest header.
        var sender = room.AddPeer(options with { Inputs = [options.Inputs[0] with { Place = CameraPlace.Of(1, 3) }] }, now)!;
        var viewers = new List<VideoPeer>();
        for (uint id = 2; id < 2 + Receivers; id++)
        {
            var formats = hasRtx ? TestVideoRoom.Vp8 : new VideoFormat(TestCamera.Vp8Type, VideoCodec.Vp8);
            viewers.Add(room.AddPeer(TestVideoRoom.Options(id, false, 1) with
            {
                Outputs = [new VideoOutput { Id = 0, Mid = "a", Formats = [formats], NamesSource = id % 2 == 0 }],
                Protection = new SrtpProtection(Session()),
                HasTransportFeedback = true,
                TransportSequenceExtensionId = TestCamera.TransportSequenceId,
            }, now)!);
        }

        var packets = new List<byte[]>();
        for (var i = 0; packets.Count < WarmPackets + MeasuredPackets; i++)
            packets.AddRange(camera.Next(i % 200 == 0));
        var compound = new byte[100];
        var buffer = new byte[1500];
        var before = 0L;
        for (var i = 0; i < WarmPackets + MeasuredPackets; i++)
        {
            if (i == WarmPackets)
                before = Allocations.Begin();
            now += 10 * MonotonicTime.Millisecond;
            packets[i].CopyTo(buffer, 0);
            if (i % 97 != 5)
                room.OnRtp(sender, buffer.AsSpan(0, packets[i].Length), -1, now);
            if (i % 2 == 0)
                room.Tick(now);
            if (i % 50 == 0)
                AskAgain(room, viewers[i % Receivers], compound, now);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, $"bytes over {MeasuredPackets} packets to {Receivers} receivers");
        output.Sent.ShouldBeGreaterThan(MeasuredPackets * Receivers);
        viewers.Sum(viewer => viewer.Statistics.PacketsSentAgain).ShouldBeGreaterThan(10);
    }

    static void AskAgain(VideoRoom room, VideoPeer viewer, byte[] compound, long now)
    {
        var writer = new RtcpWriter(compound);
        writer.ReceiverReport(7, default);
        writer.Nack(7, viewer.SsrcOf(0), [(ushort)(viewer.Lines[0].Numbers.Next - 9), (ushort)(viewer.Lines[0].Numbers.Next - 8)]);
        writer.PictureLoss(7, viewer.SsrcOf(0));
        room.OnRtcp(viewer, compound.AsSpan(0, writer.Length), now);
    }

    static SrtpSession Session()
    {
        var keys = new byte[60];
        new Random(1).NextBytes(keys);
        return SrtpSession.Create(
            SrtpProfile.Aes128CmHmacSha1Tag80, keys.AsSpan(0, 16), keys.AsSpan(32, 14), keys.AsSpan(16, 16), keys.AsSpan(46, 14));
    }

    sealed class Counter : IVideoOutput, IVideoRoomEvents
    {
        public int Sent { get; private set; }

        public void Send(VideoPeer peer, int lineId, ReadOnlySpan<byte> packet, bool rtcp) => Sent += rtcp ? 0 : 1;

        public void OnVideoEvent(in VideoEvent e)
        {
        }
    }
}
