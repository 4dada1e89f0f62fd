using Meetpoint.Exchange.Calls.Statistics;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls.Statistics;

public sealed class DelayHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(999)]
    [InlineData(65_536)]
    [InlineData(262_143)]
    public void Quantile_OfOne_IsItToSevenPercent(long milliseconds)
    {
        var histogram = new DelayHistogram();
        histogram.Add(milliseconds);
        histogram.Quantile(0.95)!.Value.ShouldBeInRange(milliseconds * 93 / 100, (milliseconds * 107 / 100) + 1);
    }

    [Fact]
    public void Quantile_OfMany_IsByRank()
    {
        var histogram = new DelayHistogram();
        for (var i = 1; i <= 10; i++)
            histogram.Add(i);
        (histogram.Quantile(0.5), histogram.Quantile(0.95), histogram.Quantile(1)).ShouldBe((5, 10, 10));
    }

    [Fact]
    public void Quantile_BeyondAllBounds_IsTheLastClass()
    {
        var histogram = new DelayHistogram();
        histogram.Quantile(0.5).ShouldBeNull();
        histogram.Add(-5);
        histogram.Quantile(0.5).ShouldBe(0);
        histogram.Add(long.MaxValue);
        histogram.Quantile(1)!.Value.ShouldBeGreaterThan(240_000);
    }
}
