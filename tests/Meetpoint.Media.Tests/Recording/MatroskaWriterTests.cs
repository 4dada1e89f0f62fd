using Meetpoint.Media.Recording;
using Meetpoint.Media.Video;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Recording;

public sealed class MatroskaWriterTests
{
    static readonly PictureTrack _vp8 = new(VideoCodec.Vp8, 640, 360, []);

    readonly MemoryStream _stream = new();

    [Fact]
    public void Head_Golden_AsTheSpecificationsHaveIt()
    {
        _ = new MatroskaWriter(_stream, null, "A");
        Convert.ToHexString(_stream.ToArray()).ShouldBe(
            "1A45DFA3" + "10000023" + "42868101" + "42F78101" + "42F28104" + "42F38108" + "4282886D6174726F736B61" + "42878104" + "42858102" // EBML: matroska, version 4, read by 2
            + "18538067" + "01FFFFFFFFFFFFFF" // the segment, of a size that is not known
            + "ECDE" + new string('0', 94 * 2) // room for its table
            + "1549A966" + "1000002E" + "2AD7B1830F4240" + "EC89" + new string('0', 9 * 2) + "7BA98141" + "4D80894D656574706F696E74" + "5741894D656574706F696E74"
            + "1654AE6B" + "1000004F" + "AE" + "1000004A" + "D78101" + "73C58101" + "838102" + "9C8100" + "8686415F4F505553"
            + "63A293" + "4F707573486561640101" + "3801" + "80BB0000" + "000000" // OpusHead: one channel, 312 samples first, 48 kHz
            + "56AA83632EA0" + "56BB8404C4B400" + "E1" + "1000000D" + "B58840E7700000000000" + "9F8101");
    }

    [Fact]
    public void Finish_SaysWhatIsWhere_AndHowLong()
    {
        var writer = new MatroskaWriter(_stream, _vp8, "Weekly");
        Write(writer, seconds: 12, keyframeEverySeconds: 3);
        writer.Finish();
        var file = new MatroskaFile(_stream.ToArray());

        file.DurationMs.ShouldBe(12_000);
        file.Elements.Select(element => element.Id).ShouldBe([0x1A45DFA3u, 0x18538067u]);
        file.Clusters.Count().ShouldBe(4);
        file.Blocks.Count(block => block.Track == 1).ShouldBe(600);
        file.Blocks.Count(block => block.Track == 2).ShouldBe(360);
        file.Blocks.Where(block => block.Track == 2 && block.IsKeyframe).Select(block => block.Ms).ShouldBe([0, 3_000, 6_000, 9_000]);
        foreach (var seek in file.Segment.One(0x114D9B74).All(0x4DBB))
        {
            file.Segment.Children.ShouldContain(
                element => element.Id == seek.One(0x53AB).Number && element.At - file.SegmentStart == (long)seek.One(0x53AC).Number, "the table to lead to what it names");
        }

        var cues = file.Segment.One(0x1C53BB6B).All(0xBB).ToList();
        cues.Select(cue => (long)cue.One(0xB3).Number).ShouldBe([0, 3_000, 6_000, 9_000]);
        foreach (var cue in cues)
            file.Clusters.ShouldContain(cluster => cluster.At - file.SegmentStart == (long)cue.One(0xB7).One(0xF1).Number, "the index to lead to clusters");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60)]
    public void Clusters_AreNoLongerThanFiveSeconds_AndNoLargerThanTheirLimit(int? keyframeEverySeconds)
    {
        var writer = new MatroskaWriter(_stream, keyframeEverySeconds is null ? null : _vp8, "");
        Write(writer, seconds: 30, keyframeEverySeconds, pictureBytes: 20_000);
        writer.Finish();
        foreach (var cluster in new MatroskaFile(_stream.ToArray()).Clusters)
        {
            cluster.Body.Length.ShouldBeLessThanOrEqualTo(MatroskaWriter.MaxClusterBytes + 100);
            var times = cluster.All(0xA3).Select(block => System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(block.Body.AsSpan(1))).ToList();
            ((int)times.Max()).ShouldBeLessThanOrEqualTo(MatroskaWriter.MaxClusterMs);
            ((int)times.Min()).ShouldBeGreaterThanOrEqualTo(0);
        }
    }

    [Fact]
    public void FileThatIsCutOff_HasAllUpToItsLastCluster()
    {
        var writer = new MatroskaWriter(_stream, _vp8, "");
        Write(writer, seconds: 11, keyframeEverySeconds: 2);
        var file = new MatroskaFile(_stream.ToArray()); // as a crash leaves it
        file.DurationMs.ShouldBeNull();
        file.Blocks.Max(block => block.Ms).ShouldBeGreaterThanOrEqualTo(9_900);
        new MatroskaFile(_stream.ToArray()[..^2_000]).Blocks.Max(block => block.Ms).ShouldBeInRange(6_000, 8_100);
    }

    [Fact]
    public void Track_OfH264_HasItsConfiguration()
    {
        _ = new MatroskaWriter(_stream, new PictureTrack(VideoCodec.H264, 1280, 720, [1, 2, 3]), "");
        var track = new MatroskaFile(_stream.ToArray()).Tracks.Last();
        track.One(0x86).Text.ShouldBe("V_MPEG4/ISO/AVC");
        track.One(0x63A2).Body.ShouldBe([1, 2, 3]);
        track.One(0xE0).One(0xB0).Number.ShouldBe(1280UL);
        track.One(0xE0).One(0xBA).Number.ShouldBe(720UL);
    }

    static void Write(MatroskaWriter writer, int seconds, int? keyframeEverySeconds, int pictureBytes = 500)
    {
        for (var ms = 0; ms < seconds * 1_000; ms += 100)
        {
            for (var sound = 0; sound < 100; sound += 20)
                writer.WriteSound(ms + sound, 20, new byte[80]);
            for (var picture = 0; keyframeEverySeconds is { } every && picture < 3; picture++)
                writer.WritePicture(ms + (picture * 33), picture == 0 && ms % (every * 1_000) == 0, new byte[pictureBytes]);
        }
    }
}
