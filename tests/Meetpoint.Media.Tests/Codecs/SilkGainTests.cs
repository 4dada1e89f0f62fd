using Meetpoint.Media.Codecs;
using Shouldly;

namespace Meetpoint.Media.Tests.Codecs;

/// <summary>How loud a packet says that it is, read without decoding it.</summary>
public sealed class SilkGainTests
{
    const int Frame = 960;

    [Theory]
    [InlineData(OpusFormat.DefaultBitrate, OpusCodec.Rate)] // hybrid
    [InlineData(16_000, OpusFormat.WideRate)] // SILK alone
    [InlineData(12_000, OpusFormat.NarrowRate)]
    public void OfNoise_TheGainRisesWithTheLevel(int bitrate, int playbackRate)
    {
        var gains = new List<double>();
        for (var peak = 8; peak <= 512; peak *= 4)
            gains.Add(GainsOf(peak, bitrate, playbackRate).Average(gain => gain));

        // 12 dB, in steps of 1.37 dB.
        for (var i = 1; i < gains.Count; i++)
            (gains[i] - gains[i - 1]).ShouldBe(8.8, 2, $"steps from one noise to one four times as loud: {string.Join(' ', gains)}");
    }

    [Fact]
    public void OfAVoice_NothingIsTold()
    {
        using var encoder = AudioCodec.Opus.CreateEncoder();
        var voice = new Kit.TestVoice();
        var (pcm, payload) = (new short[Frame], new byte[400]);
        var told = 0;
        for (var i = 0; i < 100; i++)
            told += SilkGain.TryReadQuiet(payload.AsSpan(0, encoder.Encode(voice.Speak(pcm), payload)), out _) ? 1 : 0;
        told.ShouldBeLessThan(25, "of a hundred packets, those between the syllables");
    }

    [Theory]
    [InlineData("")]
    [InlineData("78")] // hybrid, a pause
    [InlineData("7800")]
    [InlineData("780000", true)]
    [InlineData("788000")] // voice
    [InlineData("784000")] // a copy of the frame before
    [InlineData("7c0000")] // stereo
    [InlineData("790000")] // two frames
    [InlineData("f80000")] // CELT
    [InlineData("180000")] // SILK of 60 ms
    [InlineData("080000", true)] // SILK of 20 ms
    public void OnlyOneFrameOfSpeechCodingWithoutVoice_Tells(string payload, bool tells = false) =>
        SilkGain.TryReadQuiet(Convert.FromHexString(payload), out _).ShouldBe(tells);

    [Fact]
    public void AnyBytes_GiveAGainOrNone()
    {
        var random = new Random(5);
        var told = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 12)];
            random.NextBytes(bytes);
            if (!SilkGain.TryReadQuiet(bytes, out var gain))
                continue;
            told++;
            gain.ShouldBeLessThan((byte)64);
        }

        told.ShouldBeGreaterThan(100);
    }

    static List<byte> GainsOf(int peak, int bitrate, int playbackRate)
    {
        using var encoder = AudioCodec.Opus.CreateEncoder();
        encoder.Tune(new EncodeTarget(AudioCodec.Opus, bitrate, PlaybackRate: playbackRate));
        var random = new Random(peak);
        var (pcm, payload, gains) = (new short[Frame], new byte[400], new List<byte>());
        for (var i = 0; i < 150; i++)
        {
            foreach (ref var sample in pcm.AsSpan())
                sample = (short)random.Next(-peak, peak + 1);
            // The first packets are those in which the encoder learns what noise there is.
            if (SilkGain.TryReadQuiet(payload.AsSpan(0, encoder.Encode(pcm, payload)), out var gain) && i >= 50)
                gains.Add(gain);
        }

        gains.Count.ShouldBeGreaterThan(50, $"packets without voice, of a hundred of noise of {peak}");
        return gains;
    }
}
