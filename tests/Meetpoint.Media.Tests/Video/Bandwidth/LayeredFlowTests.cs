using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

/// <summary>Estimate and layers together: what goes out are whole layers of several lines, so the link is never filled to the bit.</summary>
public sealed class LayeredFlowTests(ITestOutputHelper output)
{
    static readonly LayerRates Simulcast = LayerRates.Of(150_000, 500_000, 1_500_000);

    readonly LayerAllocation _allocation = new();
    readonly int[] _layers = new int[4];
    int _changes;

    [Theory]
    [InlineData(8_000_000, "2 2 2 2")]
    [InlineData(4_000_000, "2 1 1 1")]
    [InlineData(2_500_000, "2 0 0 0")]
    [InlineData(1_200_000, "1 0 0 0")]
    public void Allocate_OverALink_FindsTheLayersThatFitAndKeepsThem(long capacity, string expected)
    {
        var run = new SimulatedRun(new SimulatedLink(capacity));
        Watch(run, 20);
        _changes = 0;
        var waits = Watch(run, 60);
        output.WriteLine($"{_changes} changes, queue {waits} ms");
        string.Join(' ', _layers).ShouldBe(expected);
        _changes.ShouldBeLessThanOrEqualTo(6, "changes of layer in a minute");
        waits.ShouldBeLessThan(100, "ms in the queue, that 95 of 100 seconds stayed under");
    }

    [Fact]
    public void Allocate_TheLinkFallsAndComesBack_LayersFollow()
    {
        var run = new SimulatedRun(new SimulatedLink(8_000_000));
        Watch(run, 10);
        string.Join(' ', _layers).ShouldBe("2 2 2 2");
        run.Link.BitsPerSecond = 1_200_000;
        Watch(run, 15);
        string.Join(' ', _layers).ShouldBe("1 0 0 0");
        run.Link.BitsPerSecond = 8_000_000;
        Watch(run, 45);
        string.Join(' ', _layers).ShouldBe("2 2 2 2");
    }

    // Allocates each 200 ms; the longest of each second's waits, but for one in twenty.
    long Watch(SimulatedRun run, int seconds)
    {
        LineDemand[] demands =
        [
            new(1, 1, LineImportance.Speaker, Simulcast),
            new(2, 2, LineImportance.Other, Simulcast),
            new(3, 3, LineImportance.Other, Simulcast),
            new(4, 4, LineImportance.Other, Simulcast),
        ];
        var waits = new List<long>();
        run.Flow.Estimator.SetDemand(LayerAllocation.Demand(demands));
        for (var i = 0; i < seconds * 5; i++)
        {
            var before = string.Join(' ', _layers);
            _allocation.Allocate(demands, run.Estimate, run.NowNs, _layers);
            run.Flow.Media = demands.Zip(_layers).Sum(line => line.Second == LayerAllocation.Paused ? 0 : line.First.Rates[line.Second]);
            waits.Add(run.Run(0.2).LongWaitMs);
            if (before == string.Join(' ', _layers))
                continue;
            _changes++;
            output.WriteLine($"{run.NowNs / MonotonicTime.Second - 1_000} s: {before} to {string.Join(' ', _layers)} at {run.Estimate / 1000} kbit/s");
        }

        waits.Sort();
        return waits[waits.Count * 95 / 100];
    }
}
