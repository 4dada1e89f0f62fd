using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Tests.Kit;
using Shouldly;

namespace Meetpoint.Media.Tests.Codecs;

public sealed class G722Tests
{
    [Fact]
    public void Encode_ReferenceVectors_SameBits()
    {
        foreach (var vector in Vectors.Read("g722.txt").Where(vector => vector.ContainsKey("pcm")))
        {
            var pcm = Vectors.Pcm(vector["pcm"]);
            var payload = new byte[pcm.Length / 2];
            AudioCodec.G722.CreateEncoder().Encode(pcm, payload).ShouldBe(payload.Length);
            Convert.ToHexStringLower(payload).ShouldBe(vector["code"], vector["name"]);
        }
    }

    [Fact]
    public void Decode_ReferenceVectors_SameSamples()
    {
        foreach (var vector in Vectors.Read("g722.txt").Where(vector => vector.ContainsKey("out")))
        {
            var payload = Convert.FromHexString(vector["code"]);
            var pcm = new short[payload.Length * 2];
            AudioCodec.G722.CreateDecoder().Decode(payload, pcm).ShouldBe(pcm.Length);
            var expected = Vectors.Pcm(vector["out"]);
            for (var i = 0; i < pcm.Length; i++)
                pcm[i].ShouldBe(expected[i], $"{vector["name"]}, sample {i}");
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(3000)]
    [InlineData(6000)]
    public void RoundTrip_Tone_IsThereAtItsLevel(int hz)
    {
        var tone = new ToneGenerator(hz, 16000, 10000);
        var pcm = new short[16000];
        tone.Generate(pcm);
        var payload = new byte[8000];
        AudioCodec.G722.CreateEncoder().Encode(pcm, payload);
        var back = new short[16000];
        AudioCodec.G722.CreateDecoder().Decode(payload, back);

        ToneMeter.AmplitudeOf(back.AsSpan(1600), hz, 16000).ShouldBe(10000, 500);
    }

    [Fact]
    public void CopyStateFrom_OtherEncoder_GoesOnWithSameBits()
    {
        var tone = new ToneGenerator(700, 16000, 9000);
        var pcm = new short[320];
        var first = AudioCodec.G722.CreateEncoder();
        var second = AudioCodec.G722.CreateEncoder();
        byte[] a = new byte[160], b = new byte[160];
        for (var i = 0; i < 10; i++)
        {
            tone.Generate(pcm);
            first.Encode(pcm, a);
        }

        second.CopyStateFrom(first);
        tone.Generate(pcm);
        first.Encode(pcm, a);
        second.Encode(pcm, b);
        b.ShouldBe(a);
    }
}
