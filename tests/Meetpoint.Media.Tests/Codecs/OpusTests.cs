using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Tests.Kit;
using Shouldly;

namespace Meetpoint.Media.Tests.Codecs;

public sealed class OpusTests
{
    const int Frame = 960;

    [Theory]
    [InlineData(440)]
    [InlineData(3000)]
    [InlineData(9000)]
    public void ATone_ComesBack(double hz)
    {
        using var encoder = AudioCodec.Opus.CreateEncoder();
        using var decoder = AudioCodec.Opus.CreateDecoder();
        var heard = new List<short>();
        short[] pcm = new short[Frame], decoded = new short[2880];
        var payload = new byte[400];
        var tone = new ToneGenerator(hz, 48000);
        var bytes = 0;
        for (var i = 0; i < 50; i++)
        {
            tone.Generate(pcm);
            var length = encoder.Encode(pcm, payload);
            bytes += length;
            AudioCodec.Opus.SampleCount(payload.AsSpan(0, length)).ShouldBe(Frame);
            decoder.Decode(payload.AsSpan(0, length), decoded).ShouldBe(Frame);
            heard.AddRange(decoded.AsSpan(0, Frame));
        }

        ToneMeter.AmplitudeOf(heard.ToArray().AsSpan(24000), hz, 48000).ShouldBe(8000, 2000);
        (bytes * 8).ShouldBeInRange(10_000, 48_000, "bits in a second");
    }

    [Fact]
    public void TwoStreamsOfCopiedState_GiveTheSameBytes()
    {
        using var one = AudioCodec.Opus.CreateEncoder();
        using var other = AudioCodec.Opus.CreateEncoder();
        var voice = new TestVoice();
        var pcm = new short[Frame];
        byte[] first = new byte[400], second = new byte[400];
        for (var i = 0; i < 30; i++)
            one.Encode(voice.Speak(pcm), first);
        other.CopyStateFrom(one);
        for (var i = 0; i < 30; i++)
        {
            voice.Speak(pcm);
            var length = one.Encode(pcm, first);
            other.Encode(pcm, second).ShouldBe(length);
            second.AsSpan(0, length).SequenceEqual(first.AsSpan(0, length)).ShouldBeTrue($"frame {i}");
        }

        using var fresh = AudioCodec.Opus.CreateEncoder();
        var (a, b) = (one.Encode(voice.Speak(pcm), first), fresh.Encode(pcm, second));
        first.AsSpan(0, a).SequenceEqual(second.AsSpan(0, b)).ShouldBeFalse("one without the state goes another way");
    }

    // RFC 6716 section 3.1: configuration, stereo, and how many frames; samples at 48 kHz.
    [Theory]
    [InlineData("00", 480)] // SILK of 10 ms
    [InlineData("18", 2880)] // SILK of 60 ms
    [InlineData("1c", 2880)] // the same in stereo
    [InlineData("19", 0)] // two of them: over 60 ms
    [InlineData("78", 960)] // hybrid of 20 ms
    [InlineData("80", 120)] // CELT of 2.5 ms
    [InlineData("fc", 960)] // CELT of 20 ms, stereo
    [InlineData("fd", 1920)] // two of them
    [InlineData("fb03", 2880)] // three of them
    [InlineData("fb", 0)] // how many it does not say
    [InlineData("fb00", 0)] // none
    [InlineData("", 0)]
    public void SampleCount_FollowsTheFirstByte(string payload, int samples) => AudioCodec.Opus.SampleCount(Convert.FromHexString(payload)).ShouldBe(samples);

    [Fact]
    public void WhenThePeerReportsLoss_PacketsCarryTheFrameBefore()
    {
        Recovered(lossPercent: 25).ShouldBeInRange(0.7, 1.4, "share of the energy that the copies of every third packet have");
        Copies(lossPercent: 25).ShouldBeGreaterThan(60, "of a hundred packets, those with voice");
        Copies(lossPercent: 0).ShouldBe(0);

        static int Copies(int lossPercent) => Packets(lossPercent).Count(packet => OpusPacket.RedundantSamples(packet) == Frame);

        static double Recovered(int lossPercent)
        {
            using var decoder = (IConcealingDecoder)AudioCodec.Opus.CreateDecoder();
            using var whole = AudioCodec.Opus.CreateDecoder();
            var packets = Packets(lossPercent);
            short[] pcm = new short[Frame], right = new short[2880];
            double energy = 0, all = 0;
            for (var i = 0; i < packets.Count - 1; i++)
            {
                whole.Decode(packets[i], right);
                var isLost = i % 3 == 2 && decoder.RecoverableSamples(packets[i + 1]) == Frame;
                if (isLost)
                {
                    decoder.Recover(packets[i + 1], pcm);
                    energy += AudioLevel.SumOfSquares(pcm);
                    all += AudioLevel.SumOfSquares(right.AsSpan(0, Frame));
                }
                else
                {
                    decoder.Decode(packets[i], right.AsSpan());
                }
            }

            return energy / all;
        }
    }

    [Fact]
    public void Conceal_GoesOn_AndAnyBytesDecodeToTheirTime()
    {
        using var decoder = (IConcealingDecoder)AudioCodec.Opus.CreateDecoder();
        var pcm = new short[2880];
        foreach (var packet in Packets(0))
            decoder.Decode(packet, pcm);
        decoder.Conceal(pcm.AsSpan(0, Frame));
        AudioLevel.Measure(pcm.AsSpan(0, Frame)).ShouldBeLessThan((byte)40, "the first lost frame is as good as heard");

        var random = new Random(2);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 80)];
            random.NextBytes(bytes);
            var expected = OpusPacket.SampleCount(bytes);
            decoder.Decode(bytes, pcm).ShouldBe(expected);
            if (decoder.RecoverableSamples(bytes) is > 0 and var copied)
                decoder.Recover(bytes, pcm.AsSpan(0, copied));
        }
    }

    [Fact]
    public void OfStereoPackets_MonoIsHeard()
    {
        // CELT, stereo, 20 ms, of a 48 kHz encoder of two channels: the first byte says so, and the length is right.
        using var decoder = AudioCodec.Opus.CreateDecoder();
        var packet = new byte[80];
        new Random(1).NextBytes(packet);
        packet[0] = 0xFC;
        decoder.Decode(packet, new short[2880]).ShouldBe(Frame);
    }

    [Theory]
    [InlineData("minptime=10;useinbandfec=1", 32000, true, false, false)]
    [InlineData("maxaveragebitrate=20000; usedtx=1 ;cbr=1;stereo=1", 16000, false, true, true)]
    [InlineData("maxaveragebitrate=510000", 64000, false, false, false)]
    [InlineData("maxaveragebitrate=5999;useinbandfec=0", 32000, false, false, false)]
    [InlineData("maxaveragebitrate=99999999999;useinbandfec;=;;usedtx=2", 32000, false, false, false)]
    [InlineData("", 32000, false, false, false)]
    public void Format_OfFmtp(string parameters, int bitrate, bool fec, bool dtx, bool constant)
    {
        var format = OpusFormat.Parse(parameters);
        format.Bitrate.ShouldBe(bitrate);
        format.UsesInbandFec.ShouldBe(fec);
        format.UsesDtx.ShouldBe(dtx);
        format.IsConstantRate.ShouldBe(constant);
    }

    [Fact]
    public void Library_IsHere_AndAllHasTheCodec()
    {
        OpusSupport.IsAvailable(out var reason).ShouldBeTrue(reason);
        AudioCodec.All.ShouldContain(AudioCodec.Opus);
        AudioCodec.Find("OPUS", 48000).ShouldBe(AudioCodec.Opus);
    }

    [Fact]
    public void Disposed_IsNotUsedAnyMore()
    {
        var encoder = AudioCodec.Opus.CreateEncoder();
        encoder.Dispose();
        encoder.Dispose();
        Should.Throw<ObjectDisposedException>(() => encoder.Encode(new short[Frame], new byte[400]));
    }

    static List<byte[]> Packets(int lossPercent)
    {
        using var encoder = AudioCodec.Opus.CreateEncoder();
        encoder.Tune(new EncodeTarget(AudioCodec.Opus, OpusFormat.DefaultBitrate, LossPercent: lossPercent));
        var voice = new TestVoice();
        var pcm = new short[Frame];
        var payload = new byte[400];
        var packets = new List<byte[]>();
        for (var i = 0; i < 100; i++)
            packets.Add(payload[..encoder.Encode(voice.Speak(pcm), payload)]);
        return packets;
    }
}
