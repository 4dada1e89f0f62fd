using System.Security.Cryptography;
using Meetpoint.Media.Recording;
using Meetpoint.Media.Video;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Recording;

public sealed class RecordingWriterTests
{
    static readonly PictureTrack _vp8 = new(VideoCodec.Vp8, 640, 360, []);
    static readonly PictureTrack _vp8Larger = new(VideoCodec.Vp8, 1280, 720, []);
    static readonly PictureTrack _h264 = new(VideoCodec.H264, 640, 360, [1]);
    static readonly PictureTrack _h264Other = new(VideoCodec.H264, 640, 360, [2]);
    static readonly PictureTrack _h264Larger = new(VideoCodec.H264, 1280, 720, [1]);

    MemoryFolder _folder = new();
    RecordingEnd? _end;
    long _bytes;

    [Fact]
    public void SoundAlone_IsOneFile_WithItsSum()
    {
        var writer = Writer();
        Sound(writer, 0, 5_000);
        writer.End();
        var part = _end.ShouldNotBeNull().Parts.ShouldHaveSingleItem();
        part.ShouldBe(new RecordingPart("r-1.mkv", 0, 5_000, _folder.Files["r-1.mkv"].Length, Convert.ToHexStringLower(SHA256.HashData(_folder.Files["r-1.mkv"])), false));
        _end.Reason.ShouldBe(RecordingEndReason.Asked);
    }

    [Fact]
    public void ShorterThanItsPatience_IsAFileAllTheSame()
    {
        var writer = Writer();
        Sound(writer, 0, 500);
        writer.End();
        _end!.Parts.ShouldHaveSingleItem().DurationMs.ShouldBe(500);
    }

    [Fact]
    public void PictureWithinPatience_IsInTheFirstFile_WithTheSoundBeforeIt()
    {
        var writer = Writer();
        Sound(writer, 0, 1_000);
        Picture(writer, 1_000, _vp8, isKeyframe: true);
        Sound(writer, 1_000, 3_000);
        writer.End();
        _end!.Parts.ShouldHaveSingleItem().HasPictures.ShouldBeTrue();
        var file = new MatroskaFile(_folder.Files["r-1.mkv"]);
        file.Blocks.First(block => block.Track == 1).Ms.ShouldBe(0);
        file.Blocks.Single(block => block.Track == 2).Ms.ShouldBe(1_000);
    }

    [Fact]
    public void PictureThatComesLater_BeginsTheNextFile_AtItsTime()
    {
        var writer = Writer();
        Sound(writer, 0, 4_000);
        Picture(writer, 3_990, _vp8, isKeyframe: false);
        Picture(writer, 4_000, _vp8, isKeyframe: true);
        Sound(writer, 4_000, 6_000);
        writer.End();
        _end!.Parts.Select(part => (part.StartMs, part.DurationMs, part.HasPictures)).ShouldBe([(0, 4_000, false), (4_000, 2_000, true)]);
        new MatroskaFile(_folder.Files["r-2.mkv"]).Blocks.First().Ms.ShouldBe(0);
    }

    [Fact]
    public void AnotherCodec_OrSizeOfH264_BeginsTheNextFile_AndNothingElseDoes()
    {
        var writer = Writer();
        foreach (var (track, i) in ((PictureTrack[])[_vp8, _vp8Larger, _vp8, _h264, _h264Other, _h264Larger, _vp8]).Select((track, i) => (track, i)))
        {
            Sound(writer, i * 1_000, (i + 1) * 1_000);
            Picture(writer, (i + 1) * 1_000, track, isKeyframe: true);
            Picture(writer, ((i + 1) * 1_000) + 33, track, isKeyframe: false);
        }

        writer.End();
        _end!.Parts.Select(part => part.StartMs).ShouldBe([0, 4_000, 6_000, 7_000]);
        _folder.Files.Values.Sum(file => new MatroskaFile(file).Blocks.Count(block => block.Track == 2)).ShouldBe(14);
    }

    [Fact]
    public void FullDisk_EndsItWithWhatTheDiskSaid_AndWhatIsWrittenPlays()
    {
        _folder = new MemoryFolder(capacity: 40_000);
        var writer = Writer();
        var isTaken = true;
        for (var ms = 0; ms < 60_000 && isTaken; ms += 1_000)
            isTaken = Sound(writer, ms, ms + 1_000);
        isTaken.ShouldBeFalse("the recorder to hear that the disk is full");
        _end.ShouldNotBeNull().Reason.ShouldBe(RecordingEndReason.DiskFailed);
        _end.Detail.ShouldBe("No space left on device");
        new MatroskaFile(_folder.Files["r-1.mkv"]).Blocks.Max(block => block.Ms).ShouldBeGreaterThan(3_000);
    }

    [Fact]
    public void SlowDisk_QueueHasItsLimit_AndItEnds()
    {
        var work = new Queue<Action>();
        var writer = Writer(run: work.Enqueue);
        var frames = 0;
        while (writer.TryWrite(RecordedFrame.Of(frames * 20, null, true, new byte[80])))
            frames++;
        frames.ShouldBe(RecordingWriter.MaxQueuedFrames);
        work.Count.ShouldBe(1, "one at a time");
        work.Dequeue()();
        _end.ShouldNotBeNull().Reason.ShouldBe(RecordingEndReason.DiskTooSlow);
        _end.Parts.ShouldHaveSingleItem().DurationMs.ShouldBe(RecordingWriter.MaxQueuedFrames * 20);
    }

    [Fact]
    public void AsManyBytesAsItMayHave_EndsIt()
    {
        var writer = Writer(maxBytes: 100_000);
        for (var ms = 0; ms < 120_000; ms += 1_000)
            Sound(writer, ms, ms + 1_000);
        _end.ShouldNotBeNull().Reason.ShouldBe(RecordingEndReason.TooLarge);
        _folder.Files.Values.Sum(file => file.LongLength).ShouldBeInRange(100_000, 130_000);
        _bytes.ShouldBe(_folder.Files.Values.Sum(file => file.LongLength), "what it has grown by to be told");
    }

    RecordingWriter Writer(long maxBytes = long.MaxValue, Action<Action>? run = null) => new(new RecordingOptions
    {
        Folder = _folder, Name = "r", Title = "T", Grows = grown => (_bytes += grown) <= maxBytes, Run = run ?? (static work => work()), Ended = end =>
        {
            _end.ShouldBeNull("the end to be told once");
            _end = end;
        },
    });

    static bool Sound(RecordingWriter writer, int fromMs, int toMs)
    {
        for (var ms = fromMs; ms < toMs; ms += 20)
        {
            if (!writer.TryWrite(RecordedFrame.Of(ms, null, true, new byte[80])))
                return false;
        }

        return true;
    }

    static void Picture(RecordingWriter writer, long ms, PictureTrack track, bool isKeyframe) => writer.TryWrite(RecordedFrame.Of(ms, track, isKeyframe, new byte[500]));
}
