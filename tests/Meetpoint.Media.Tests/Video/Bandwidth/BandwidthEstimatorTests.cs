using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

public sealed class BandwidthEstimatorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1_000_000)]
    [InlineData(2_000_000)]
    [InlineData(5_000_000)]
    public void BitsPerSecond_AGoodLink_IsFilledWithoutAStandingQueue(long capacity)
    {
        var run = new SimulatedRun(new SimulatedLink(capacity)) { Trace = output.WriteLine };
        run.Run(10);
        var seen = run.Run(30);
        output.WriteLine(seen.ToString());
        seen.MeanEstimate.ShouldBeInRange(0.80 * capacity, 1.0 * capacity);
        seen.Arrived[0].ShouldBeInRange(0.80 * capacity, 1.0 * capacity, "what went through");
        seen.MedianWaitMs.ShouldBeLessThan(50);
        seen.LongWaitMs.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData(5_000_000, 3_500_000, 2)]
    [InlineData(10_000_000, 6_000_000, 3)]
    public void BitsPerSecond_AtTheBegin_IsSoonAtMostOfTheLink(long capacity, long reached, double seconds)
    {
        var run = new SimulatedRun(new SimulatedLink(capacity)) { Trace = output.WriteLine };
        run.Until(() => run.Estimate >= reached, 10).ShouldBeLessThan(seconds);
    }

    [Fact]
    public void BitsPerSecond_TheLinkFallsToAFifth_FollowsWithinTwoSecondsAndRecovers()
    {
        var run = new SimulatedRun(new SimulatedLink(5_000_000)) { Trace = output.WriteLine };
        run.Run(15);
        run.Link.BitsPerSecond = 1_000_000;
        run.Until(() => run.Estimate <= 1_100_000, 5).ShouldBeLessThan(2, "seconds until it follows the fall");
        run.Run(4);
        var low = run.Run(10);
        low.LongWaitMs.ShouldBeLessThan(150, "the queue of the fall is gone");
        low.Arrived[0].ShouldBeInRange(700_000, 1_000_000);
        run.Link.BitsPerSecond = 5_000_000;
        run.Until(() => run.Estimate >= 3_500_000, 40).ShouldBeLessThan(25, "seconds until it has found the way up");
    }

    [Theory]
    [InlineData(2_000_000, 0.02)]
    [InlineData(2_000_000, 0.10)]
    [InlineData(5_000_000, 0.10)]
    public void BitsPerSecond_LossByChance_DoesNotStrangle(long capacity, double loss)
    {
        var run = new SimulatedRun(new SimulatedLink(capacity) { Loss = loss }) { Trace = output.WriteLine };
        run.Run(10);
        var seen = run.Run(30);
        output.WriteLine(seen.ToString());
        seen.MeanEstimate.ShouldBeInRange(0.65 * capacity, 1.05 * capacity);
        seen.LongWaitMs.ShouldBeLessThan(100);
    }

    [Fact]
    public void BitsPerSecond_AQueueTooShortToShowDelay_IsBoundByLoss()
    {
        var run = new SimulatedRun(new SimulatedLink(1_000_000) { QueueNs = 12 * MonotonicTime.Millisecond }) { Trace = output.WriteLine };
        run.Run(15);
        var dropped = run.Link.Dropped;
        var seen = run.Run(30);
        output.WriteLine($"{seen}, {run.Link.Dropped - dropped} dropped");
        seen.MeanEstimate.ShouldBeInRange(600_000, 1_150_000);
    }

    [Fact]
    public void BitsPerSecond_ALinkThatPauses_IsBackWithinSeconds()
    {
        var run = new SimulatedRun(new SimulatedLink(3_000_000)) { Trace = output.WriteLine };
        run.Run(15);
        for (var pause = 0; pause < 3; pause++)
        {
            run.Link.BitsPerSecond = 0;
            run.Run(1.5);
            run.Link.BitsPerSecond = 3_000_000;
            run.Until(() => run.Estimate >= 2_000_000, 30).ShouldBeLessThan(8, $"seconds until the estimate is back after pause {pause}");
            run.Run(5);
        }
    }

    [Fact]
    public void BitsPerSecond_TwoFlows_ShareTheLink()
    {
        var run = new SimulatedRun(new SimulatedLink(4_000_000), flows: 2) { Trace = output.WriteLine };
        run.Run(20);
        var seen = run.Run(60);
        output.WriteLine($"{seen.Arrived[0]} {seen.Arrived[1]} {seen}");
        seen.Arrived.Sum().ShouldBeInRange(0.75 * 4_000_000, 4_000_000);
        seen.Arrived.Min().ShouldBeGreaterThan(0.25 * 4_000_000, "neither starves");
        seen.LongWaitMs.ShouldBeLessThan(150);
    }
}
