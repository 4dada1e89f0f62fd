using Meetpoint.Media.Recording;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Recording;

public sealed class PictureAssemblerTests : IWholePictures
{
    readonly List<(PictureTrack Track, uint Timestamp, bool IsKeyframe, byte[] Picture)> _pictures = [];
    readonly PictureAssembler _assembler;
    readonly PacketOrder _order;
    long _nowNs;

    public PictureAssemblerTests()
    {
        _assembler = new PictureAssembler(this);
        _order = new PacketOrder(_assembler);
    }

    [Fact]
    public void Vp8_InThreePackets_IsOnePicture()
    {
        var camera = new TestCamera(1, VideoCodec.Vp8, 7) { Height = 360 };
        Add(camera, camera.Next(keyframe: true));
        Add(camera, camera.Next(keyframe: false));
        _pictures.Select(picture => (picture.IsKeyframe, picture.Timestamp)).ShouldBe([(true, 5_000u), (false, 8_000u)]);
        _pictures[0].Track.ShouldBe(new PictureTrack(VideoCodec.Vp8, 640, 360, _pictures[0].Track.Parameters));
        _pictures[0].Picture[..10].ShouldBe([0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01]);
        _pictures[1].Picture.Length.ShouldBe(10 + (3 * (TestCamera.StampLength + camera.PayloadBytes - 10)));
    }

    [Fact]
    public void H264_AggregateAndFragments_AreUnitsWithTheirLengths()
    {
        var camera = new TestCamera(1, VideoCodec.H264, 7);
        Add(camera, camera.Next(keyframe: true));
        Add(camera, camera.Next(keyframe: false));
        _pictures.Select(picture => picture.IsKeyframe).ShouldBe([true, false]);
        Units(_pictures[0].Picture).Select(unit => unit[0] & 0x1F).ShouldBe([7, 8, 30, 5]);
        Units(_pictures[1].Picture).Select(unit => unit[0] & 0x1F).ShouldBe([1]);
        var track = _pictures[0].Track;
        (track.Width, track.Height).ShouldBe((1280, 720));
        var sequence = BitWriter.ParameterSet(1280, 720);
        track.Parameters.ShouldBe([1, 0x42, 0xE0, 0x1F, 0xFF, 0xE1, 0, (byte)sequence.Length, .. sequence, 1, 0, 4, 0x68, 0xCE, 0x38, 0x80]);
    }

    [Theory]
    [InlineData(VideoCodec.Vp8)]
    [InlineData(VideoCodec.H264)]
    public void Loss_NothingUntilTheNextKeyframe(VideoCodec codec)
    {
        var camera = new TestCamera(1, codec, 7);
        Add(camera, camera.Next(keyframe: true));
        var broken = camera.Next(keyframe: false);
        broken.RemoveAt(1);
        Add(camera, broken);
        for (var i = 0; i < 20; i++)
        {
            _nowNs += 33 * MonotonicTime.Millisecond;
            _order.Tick(_nowNs);
            Add(camera, camera.Next(keyframe: false));
        }

        _pictures.Count.ShouldBe(1, "only the keyframe to be whole");
        _assembler.WantsKeyframe.ShouldBeTrue();
        Add(camera, camera.Next(keyframe: true));
        Add(camera, camera.Next(keyframe: false));
        _pictures.Select(picture => picture.IsKeyframe).ShouldBe([true, true, false]);
        _assembler.WantsKeyframe.ShouldBeFalse();
    }

    [Theory]
    [InlineData(VideoCodec.Vp8)]
    [InlineData(VideoCodec.H264)]
    public void PacketThatComesLate_IsTakenInItsTurn(VideoCodec codec)
    {
        var camera = new TestCamera(1, codec, 7);
        Add(camera, camera.Next(keyframe: true));
        var second = camera.Next(keyframe: false);
        var late = second[1];
        second.RemoveAt(1);
        Add(camera, second);
        Add(camera, camera.Next(keyframe: false));
        _pictures.Count.ShouldBe(1);
        _nowNs += PacketOrder.PatienceNs / 2;
        _order.Tick(_nowNs);
        Add(camera, [late]);
        _pictures.Select(picture => picture.Timestamp).ShouldBe([5_000u, 8_000u, 11_000u]);
    }

    [Fact]
    public void MarkerThatWasForgotten_TheNextTimestampEndsThePicture()
    {
        var camera = new TestCamera(1, VideoCodec.Vp8, 7);
        var packets = camera.Next(keyframe: true);
        packets[^1][1] &= 0x7F;
        Add(camera, packets);
        _pictures.ShouldBeEmpty();
        Add(camera, camera.Next(keyframe: false));
        _pictures.Count.ShouldBe(2);
    }

    [Fact]
    public void LongGap_DoesNotWaitForWhatCannotCome()
    {
        var camera = new TestCamera(1, VideoCodec.Vp8, 7);
        Add(camera, camera.Next(keyframe: true));
        camera.Sequence += 5_000;
        Add(camera, camera.Next(keyframe: true));
        _pictures.Count.ShouldBe(2);
    }

    [Fact]
    public void Garbage_NothingIsThrown_AndAKeyframeEndsIt()
    {
        var random = new Random(11);
        var order = (ushort)1;
        foreach (var codec in (VideoCodec[])[VideoCodec.Vp8, VideoCodec.H264])
        {
            for (var i = 0; i < 50_000; i++)
            {
                var payload = new byte[random.Next(0, 40)];
                random.NextBytes(payload);
                if (payload.Length > 2 && codec == VideoCodec.H264 && i % 3 == 0)
                    payload[0] = (byte)(i % 2 == 0 ? 0x7C : 0x78);
                order += (ushort)(random.Next(20) == 0 ? random.Next(-3, 700) : 1);
                Add([.. Header(codec, order, (uint)(i / 4), i % 4 == 3), .. payload], codec);
                _nowNs += MonotonicTime.Millisecond;
                if (i % 20 == 0)
                    _order.Tick(_nowNs);
            }
        }

        foreach (var (track, _, _, picture) in _pictures)
        {
            if (track.Codec == VideoCodec.H264)
                Units(picture).ShouldNotBeEmpty();
        }

        _pictures.Clear();
        var camera = new TestCamera(1, VideoCodec.H264, 7) { Sequence = (ushort)(order + 1), Timestamp = 900_000 };
        Add(camera, camera.Next(keyframe: true));
        _nowNs += PacketOrder.PatienceNs;
        _order.Tick(_nowNs);
        Add(camera, camera.Next(keyframe: true));
        _pictures.ShouldContain(picture => picture.IsKeyframe);
    }

    void IWholePictures.OnPicture(PictureTrack track, uint timestamp, bool isKeyframe, ReadOnlySpan<byte> picture) =>
        _pictures.Add((track, timestamp, isKeyframe, picture.ToArray()));

    static byte[] Header(VideoCodec codec, ushort sequence, uint timestamp, bool marker)
    {
        var header = new byte[RtpPacket.FixedHeaderLength];
        new RtpHeader(codec == VideoCodec.Vp8 ? TestCamera.Vp8Type : TestCamera.H264Type, marker, sequence, timestamp, 7).Write(header);
        return header;
    }

    static List<byte[]> Units(byte[] picture)
    {
        var units = new List<byte[]>();
        for (var at = 0; at < picture.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(at));
            units.Add(picture[(at + 4)..(at + 4 + length)]);
            at += 4 + length;
        }

        return units;
    }

    void Add(TestCamera camera, IEnumerable<byte[]> packets)
    {
        foreach (var packet in packets)
            Add(packet, camera.Codec);
    }

    void Add(byte[] packet, VideoCodec codec)
    {
        if (RtpPacket.TryParse(packet, out var read, out _))
            _order.Add(read, codec, _nowNs);
    }
}
