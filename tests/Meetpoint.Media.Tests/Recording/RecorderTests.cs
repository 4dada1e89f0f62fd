using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Recording;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Recording;

/// <summary>A room of telephones and cameras on a virtual network is taken down, and what is in the file is what was said and shown.</summary>
public sealed class RecorderTests : IMediaRoomEvents
{
    const long Second = MonotonicTime.Second;
    readonly VirtualWorld _world = new(7);
    readonly VirtualHost _peers;
    readonly VirtualEventLoop _peerLoop;
    readonly VirtualEventLoop _mediaLoop;
    readonly MediaRoomHandle _room;
    readonly MemoryFolder _folder = new();
    RecordingEnd? _end;
    int _nextPort = 4000;

    public RecorderTests()
    {
        var server = _world.Network.AddHost("192.0.2.10");
        _peers = _world.Network.AddHost("192.0.2.20");
        _peerLoop = _world.CreateLoop("peers");
        _mediaLoop = _world.CreateLoop("media");
        var engine = new MediaEngine(
            server, [_mediaLoop],
            new MediaEngineOptions { BindAddress = NetAddress.Parse("192.0.2.10:0"), MinPort = 30000, MaxPort = 30099, Randomness = new SeededRandomness(1) });
        _room = engine.CreateRoom("r", this, _world.CreateLoop("signalling"));
    }

    [Fact]
    public void TwoPhones_BothTonesAreInTheFile_AndPausesKeepTime()
    {
        RequireOpus();
        Join(400, 1);
        var other = Join(700, 2);
        var recorder = Record();
        _world.RunFor(3 * Second);
        other.Sends = false;
        _world.RunFor(3 * Second);
        recorder.Pause(true);
        _world.RunFor(2 * Second);
        recorder.Pause(false);
        _world.RunFor(2 * Second);
        recorder.Stop();
        _world.RunFor(Second / 10);

        _end.ShouldNotBeNull().Reason.ShouldBe(RecordingEndReason.Asked);
        _end.Parts.ShouldHaveSingleItem().DurationMs.ShouldBeInRange(9_900, 10_100);
        var blocks = new MatroskaFile(_folder.Files["r-1.mkv"]).Blocks.ToList();
        var sound = Decode(blocks.TakeWhile(block => block.Ms < 2_900));
        ToneMeter.Contains(sound.AsSpan(48_000, 48_000), 400, 48_000).ShouldBeTrue("the first phone's tone to be in the file");
        ToneMeter.Contains(sound.AsSpan(48_000, 48_000), 700, 48_000).ShouldBeTrue("the second phone's tone to be in the file");
        blocks.Count(block => block.Ms is > 6_100 and < 7_900).ShouldBe(0, "nothing to be taken down in the pause");
        blocks.Count(block => block.Ms is > 8_100 and < 9_800).ShouldBeInRange(80, 90);
    }

    [Fact]
    public void Stalls_OfTheMediaLoop_LoseNoSound()
    {
        RequireOpus();
        Join(400, 1);
        var recorder = Record();
        _world.RunFor(2 * Second);
        for (var i = 0; i < 3; i++)
        {
            _mediaLoop.StandStill(800 * MonotonicTime.Millisecond);
            _world.RunFor(1 * Second);
        }

        _world.RunFor(1 * Second);
        recorder.Stop();
        _world.RunFor(Second / 10);

        var blocks = new MatroskaFile(_folder.Files["r-1.mkv"]).Blocks.ToList();
        blocks.Zip(blocks.Skip(1), static (one, next) => next.Ms - one.Ms).ShouldAllBe(step => step == 20, "every 20 ms to be there, and at its time");
        blocks.Count.ShouldBeInRange(295, 300);
        var sound = Decode(blocks);
        for (var second = 1; second < 5; second++)
            ToneMeter.Contains(sound.AsSpan(second * 48_000, 48_000), 400, 48_000).ShouldBeTrue($"the tone to be whole in second {second}");
    }

    [Fact]
    public void Camera_IsTakenFromAKeyframe_InStepWithTheSound_AndContentGoesFirst()
    {
        RequireOpus();
        Join(400, 1);
        var camera = Show(1, VideoKind.Camera, VideoCodec.Vp8, 360);
        _world.RunFor(2 * Second);
        var recorder = Record();
        _world.RunFor(5 * Second);
        camera.Asked.ShouldBeTrue("a keyframe to be asked for");
        Join(500, 2);
        var slides = Show(2, VideoKind.Content, VideoCodec.Vp8, 1080);
        _room.SetPresenter(2);
        _world.RunFor(4 * Second);
        slides.Stop();
        _room.SetPresenter(0);
        _world.RunFor(4 * Second);
        recorder.Stop();
        _world.RunFor(Second / 10);

        var file = new MatroskaFile(_folder.Files[_end.ShouldNotBeNull().Parts.ShouldHaveSingleItem().Name]);
        var pictures = file.Blocks.Where(block => block.Track == 2).ToList();
        pictures[0].IsKeyframe.ShouldBeTrue();
        pictures.Count(block => block.Ms is > 1_000 and < 5_000).ShouldBeInRange(110, 125, "thirty pictures a second");
        pictures.Zip(pictures.Skip(1)).ShouldAllBe(pair => pair.First.Ms < pair.Second.Ms);
        HeightsOf(pictures).ShouldBe([360, 1080, 360]);
        pictures[^1].Ms.ShouldBeInRange(12_800, 13_100, "pictures to be in step with the sound");
    }

    [Fact]
    public void AnotherCodec_IsTheNextFile()
    {
        RequireOpus();
        Join(400, 1);
        var first = Show(1, VideoKind.Camera, VideoCodec.Vp8, 360);
        var recorder = Record();
        _world.RunFor(4 * Second);
        first.Stop();
        Show(3, VideoKind.Camera, VideoCodec.H264, 720);
        _world.RunFor(6 * Second);
        recorder.Stop();
        _world.RunFor(Second / 10);
        _end.ShouldNotBeNull().Parts.Select(part => new MatroskaFile(_folder.Files[part.Name]).Tracks.Last().One(0x86).Text).ShouldBe(["V_VP8", "V_MPEG4/ISO/AVC"]);
        _end.Parts.Sum(part => part.DurationMs).ShouldBeInRange(9_800, 10_300);
    }

    [Fact]
    public void EndOfTheRoom_EndsTheRecording()
    {
        RequireOpus();
        Join(400, 1);
        Record();
        _world.RunFor(3 * Second);
        _room.Close();
        _world.RunFor(Second / 10);
        _end.ShouldNotBeNull().Parts.ShouldHaveSingleItem().DurationMs.ShouldBeInRange(2_900, 3_100);
    }

    void IMediaRoomEvents.OnMediaEvent(in MediaEvent e)
    {
    }

    static void RequireOpus() => Assert.SkipUnless(OpusSupport.IsAvailable(out var reason), reason);

    static List<int> HeightsOf(IEnumerable<Block> pictures)
    {
        var heights = new List<int>();
        foreach (var picture in pictures.Where(picture => picture.IsKeyframe))
        {
            var height = picture.Frame[8] | (picture.Frame[9] << 8);
            if (heights.Count == 0 || heights[^1] != height)
                heights.Add(height);
        }

        return heights;
    }

    static short[] Decode(IEnumerable<Block> blocks)
    {
        using var decoder = AudioCodec.Opus.CreateDecoder();
        var sound = new List<short>();
        var frame = new short[960];
        foreach (var block in blocks)
        {
            decoder.Decode(block.Frame, frame);
            sound.AddRange(frame);
        }

        return [.. sound];
    }

    RecorderHandle Record() => _room.Record(new RecordingOptions { Folder = _folder, Name = "r", Run = static work => work(), Ended = end => _end = end }).ShouldNotBeNull();

    NetworkPhone Join(int hz, uint participantId)
    {
        var phone = new TestPhone(AudioCodec.Pcmu, hz);
        var leg = _room.AddLeg(phone.Options(participantId)).ShouldNotBeNull();
        var local = Local();
        leg.SetRemote(local);
        return new NetworkPhone(_peers, _peerLoop, local, leg.LocalAddress, phone);
    }

    NetworkCamera Show(uint participantId, VideoKind kind, VideoCodec codec, int height)
    {
        var leg = _room.AddLeg(new TestPhone(AudioCodec.Pcmu, 1).Options(participantId + 100)).ShouldNotBeNull();
        var video = _room.AddVideo(leg);
        var address = video.OpenLine(0).ShouldNotBeNull();
        var local = Local();
        video.SetRemote(0, local, default, controlMuxed: true, protection: null);
        video.Configure(new VideoPeerOptions
        {
            ParticipantId = participantId,
            Inputs = [new VideoInput { Id = 0, Kind = kind, Formats = [new(TestCamera.Vp8Type, VideoCodec.Vp8), new(TestCamera.H264Type, VideoCodec.H264)] }],
            HasSeparateLines = true,
            HasPli = true,
        });
        return new NetworkCamera(_peers, _peerLoop, local, address, new TestCamera((int)participantId, codec, 1_000 + participantId) { Height = height });
    }

    NetAddress Local() => NetAddress.Parse("192.0.2.20:0").WithPort(_nextPort += 2);
}
