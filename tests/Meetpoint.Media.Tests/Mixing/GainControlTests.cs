using Meetpoint.Media.Audio;
using Meetpoint.Media.Mixing;
using Shouldly;

namespace Meetpoint.Media.Tests.Mixing;

public sealed class GainControlTests
{
    [Theory]
    [InlineData(28, 10)] // too quiet
    [InlineData(40, GainControl.MaxGain)] // far too quiet
    [InlineData(9, -9)] // too loud
    [InlineData(19, 0)] // near enough
    public void Speech_ComesToTheAim_WithinBounds(byte level, float gain)
    {
        var control = default(GainControl);
        for (var i = 0; i < 50 * 12; i++)
            control.Update(level);
        control.Gain.ShouldBe(gain, 0.5f);
        control.Update(level).ShouldBe((byte)Math.Round(level - gain));
    }

    [Fact]
    public void ItMovesSlowly()
    {
        var control = default(GainControl);
        for (var i = 0; i < 50 * 2; i++)
            control.Update(40);
        control.Gain.ShouldBeInRange(1, 4, "two seconds");
    }

    [Fact]
    public void WhatIsHeardBetweenTheWords_TeachesNothing()
    {
        var control = default(GainControl);
        for (var i = 0; i < 50 * 60; i++)
            control.Update((byte)(i % 100 < 50 ? 18 : 55));
        control.Gain.ShouldBe(0, 0.1f);
    }

    [Fact]
    public void AShoutAfterWhispers_IsNotRaised()
    {
        var control = default(GainControl);
        for (var i = 0; i < 50 * 20; i++)
            control.Update(32);
        control.Gain.ShouldBeGreaterThan(10);
        control.Update(9);
        control.Gain.ShouldBe(0);
    }

    [Fact]
    public void Apply_IsARampWithoutAStep_AndAsLoudAsItSays()
    {
        var control = default(GainControl);
        var tone = new ToneGenerator(440, 48000, 1000); // -33 dBov
        var frame = new short[960];
        short last = 0;
        var largest = 0;
        for (var i = 0; i < 50 * 20; i++)
        {
            tone.Generate(frame);
            control.Update(AudioLevel.Measure(frame));
            control.Apply(frame);
            foreach (var sample in frame)
            {
                largest = Math.Max(largest, Math.Abs(sample - last));
                last = sample;
            }
        }

        control.Gain.ShouldBe(GainControl.MaxGain, 0.1f);
        ToneMeter.AmplitudeOf(frame, 440, 48000).ShouldBe(1000 * Math.Pow(10, control.Gain / 20), 200);
        largest.ShouldBeLessThan((int)(4000 * 2 * Math.PI * 440 / 48000 * 1.1), "the steepest of the sine at its loudest");
    }
}
