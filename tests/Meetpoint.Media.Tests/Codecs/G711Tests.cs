using Meetpoint.Media.Codecs;
using Shouldly;

namespace Meetpoint.Media.Tests.Codecs;

public sealed class G711Tests
{
    // ITU-T G.711 tables 1a to 2b: both ends and the middle of the scale.
    [Theory]
    [InlineData(0, 0xFF)]
    [InlineData(-1, 0x7F)]
    [InlineData(32767, 0x80)]
    [InlineData(-32768, 0x00)]
    [InlineData(8, 0xFE)]
    [InlineData(1000, 0xCE)]
    [InlineData(-1000, 0x4E)]
    public void EncodeMu_KnownSample_KnownCode(int sample, int code)
    {
        var payload = new byte[1];
        G711.EncodeMu([(short)sample], payload);
        payload[0].ShouldBe((byte)code);
    }

    [Theory]
    [InlineData(0, 0xD5)]
    [InlineData(-1, 0x55)]
    [InlineData(32767, 0xAA)]
    [InlineData(-32768, 0x2A)]
    [InlineData(1000, 0xFA)]
    [InlineData(-1000, 0x7A)]
    public void EncodeA_KnownSample_KnownCode(int sample, int code)
    {
        var payload = new byte[1];
        G711.EncodeA([(short)sample], payload);
        payload[0].ShouldBe((byte)code);
    }

    [Theory]
    [InlineData(0x00, -32124)]
    [InlineData(0x80, 32124)]
    [InlineData(0xFF, 0)]
    [InlineData(0x7F, 0)]
    [InlineData(0xFE, 8)]
    public void DecodeMu_KnownCode_KnownSample(int code, int sample)
    {
        var pcm = new short[1];
        G711.DecodeMu([(byte)code], pcm);
        pcm[0].ShouldBe((short)sample);
    }

    [Theory]
    [InlineData(0x2A, -32256)]
    [InlineData(0xAA, 32256)]
    [InlineData(0xD5, 8)]
    [InlineData(0x55, -8)]
    public void DecodeA_KnownCode_KnownSample(int code, int sample)
    {
        var pcm = new short[1];
        G711.DecodeA([(byte)code], pcm);
        pcm[0].ShouldBe((short)sample);
    }

    [Fact]
    public void RoundTrip_EveryCode_ComesBack()
    {
        var codes = Enumerable.Range(0, 256).Select(code => (byte)code).ToArray();
        var pcm = new short[256];
        var back = new byte[256];

        G711.DecodeA(codes, pcm);
        G711.EncodeA(pcm, back);
        back.ShouldBe(codes);

        G711.DecodeMu(codes, pcm);
        G711.EncodeMu(pcm, back);
        codes[0x7F] = 0xFF; // mu-law has two zeros, and the positive one is sent
        back.ShouldBe(codes);
    }

    [Fact]
    public void RoundTrip_EverySample_WithinHalfAStep()
    {
        var pcm = Enumerable.Range(short.MinValue, 65536).Select(sample => (short)sample).ToArray();
        var codes = new byte[pcm.Length];
        var back = new short[pcm.Length];
        G711.EncodeMu(pcm, codes);
        G711.DecodeMu(codes, back);
        Check(bias: 132);
        G711.EncodeA(pcm, codes);
        G711.DecodeA(codes, back);
        Check(bias: 256);

        void Check(int bias)
        {
            for (var i = 0; i < pcm.Length; i++)
            {
                var magnitude = Math.Min(Math.Abs((int)pcm[i]), 32124);
                var halfStep = (magnitude + bias) / 16;
                Math.Abs(back[i] - Math.Clamp((int)pcm[i], -32124, 32124)).ShouldBeLessThanOrEqualTo(halfStep + 132 / 8, $"sample {pcm[i]}");
            }
        }
    }
}
