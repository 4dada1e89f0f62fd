using Meetpoint.Media.Audio;
using Meetpoint.Media.Mixing;
using Shouldly;

namespace Meetpoint.Media.Tests.Mixing;

public sealed class SoundTests
{
    [Theory]
    [InlineData(32767, 3)]
    [InlineData(3277, 23)]
    [InlineData(33, 63)]
    public void Measure_Sine_LevelOfItsRms(double peak, int level)
    {
        var pcm = new short[8000];
        new ToneGenerator(1000, 8000, peak).Generate(pcm);
        ((int)AudioLevel.Measure(pcm)).ShouldBeInRange(level - 1, level + 1);
        AudioLevel.Measure(new short[160]).ShouldBe(AudioLevel.Silence);
    }

    [Fact]
    public void WavFile_WriteThenParse_SameSamples()
    {
        var pcm = new short[777];
        new ToneGenerator(300, 16000).Generate(pcm);
        using var stream = new MemoryStream();
        WavFile.Write(stream, 16000, pcm);

        WavFile.TryParse(stream.ToArray(), out var file).ShouldBeTrue();
        file.SampleRate.ShouldBe(16000);
        file.Samples.ToArray().ShouldBe(pcm);
        for (var cut = 0; cut < 44; cut++)
            WavFile.TryParse(stream.ToArray().AsSpan(0, cut), out _);
        WavFile.TryParse("RIFF----WAVEjunk"u8, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(8000, 16000)]
    [InlineData(16000, 48000)]
    [InlineData(8000, 48000)]
    public void RateConverter_DownAndUp_PassesWhatTheLowerRateCarriesAndStopsAliases(int low, int high)
    {
        RoundTrip(low * 0.125).ShouldBe(8000, 100);
        RoundTrip(low * 0.4125).ShouldBe(8000, 400);
        RoundTrip(low * 0.6875).ShouldBeLessThan(30);
        if (high / low > 2)
            RoundTrip(low * 1.2).ShouldBeLessThan(30);

        double RoundTrip(double hz)
        {
            var tone = new ToneGenerator(hz, high);
            var down = RateConverter.Between(high, low);
            var up = RateConverter.Between(low, high);
            short[] wide = new short[high / 50], narrow = new short[low / 50];
            var all = new List<short>();
            for (var i = 0; i < 50; i++)
            {
                tone.Generate(wide);
                down.Process(wide, narrow);
                up.Process(narrow, wide);
                if (i > 2)
                    all.AddRange(wide);
            }

            var pcm = all.ToArray();
            return new[] { hz, Math.Abs(low - hz), low + hz }.Max(heard => ToneMeter.AmplitudeOf(pcm, heard, high));
        }
    }

    [Fact]
    public void RateConverter_OfACopiedState_GoesOnAlike()
    {
        foreach (var (from, to) in new[] { (48000, 8000), (48000, 16000), (16000, 48000) })
        {
            var (one, other) = (RateConverter.Between(from, to), RateConverter.Between(from, to));
            short[] input = new short[from / 50], output = new short[to / 50], copied = new short[to / 50];
            var tone = new ToneGenerator(440, from);
            for (var i = 0; i < 10; i++)
            {
                tone.Generate(input);
                one.Process(input, output);
            }

            other.CopyStateFrom(one);
            tone.Generate(input);
            one.Process(input, output);
            other.Process(input, copied);
            copied.ShouldBe(output);
        }
    }

    [Fact]
    public void Mixer_LoudFrames_SaturateAndMinusIsExact()
    {
        var mixer = new AudioMixer(320);
        var random = new Random(1);
        var frames = new short[4][];
        mixer.Begin(173);
        for (var f = 0; f < 4; f++)
        {
            frames[f] = new short[173];
            for (var i = 0; i < 173; i++)
                frames[f][i] = (short)random.Next(short.MinValue, short.MaxValue + 1);
            mixer.Add(frames[f]);
        }

        short[] total = new short[173], minus = new short[173];
        mixer.Total(total);
        mixer.Minus(frames[2], minus);
        for (var i = 0; i < 173; i++)
        {
            total[i].ShouldBe((short)Math.Clamp(frames.Sum(frame => frame[i]), short.MinValue, short.MaxValue));
            minus[i].ShouldBe((short)Math.Clamp(frames[0][i] + frames[1][i] + frames[3][i], short.MinValue, short.MaxValue));
        }
    }
}
