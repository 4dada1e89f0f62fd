using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

/// <summary>Flows over one link, millisecond by millisecond.</summary>
sealed class SimulatedRun
{
    const long Ms = MonotonicTime.Millisecond;

    public SimulatedRun(SimulatedLink link, int flows = 1, BandwidthOptions? options = null)
    {
        Link = link;
        Flows = [.. Enumerable.Range(0, flows).Select(_ => new SimulatedFlow(link, NowNs, options))];
    }

    public SimulatedLink Link { get; }

    public SimulatedFlow[] Flows { get; }

    public SimulatedFlow Flow => Flows[0];

    public long NowNs { get; private set; } = 1_000 * MonotonicTime.Second;

    public long Estimate => Flow.Estimator.BitsPerSecond;

    /// <summary>A line now and then for a person who reads the test's output.</summary>
    public Action<string>? Trace { get; init; }

    public Observed Run(double seconds)
    {
        var waits = new List<long>();
        var arrived = Flows.Select(flow => flow.ArrivedBytes).ToArray();
        var (estimates, low, high) = (0.0, long.MaxValue, 0L);
        var steps = (int)(seconds * 1000);
        for (var i = 0; i < steps; i++, NowNs += Ms)
        {
            Link.Run(NowNs);
            foreach (var flow in Flows)
                flow.Step(NowNs);
            waits.Add(Link.WaitNs);
            (estimates, low, high) = (estimates + Estimate, Math.Min(low, Estimate), Math.Max(high, Estimate));
            if (i % 200 == 0)
                Trace?.Invoke(Line());
        }

        waits.Sort();
        return new Observed(
            estimates / steps, low, high, [.. Flows.Select((flow, i) => (flow.ArrivedBytes - arrived[i]) * 8 / seconds)], waits[waits.Count / 2] / Ms, waits[waits.Count * 95 / 100] / Ms);
    }

    string Line()
    {
        var estimates = string.Join(' ', Flows.Select(flow => $"{flow.Estimator.BitsPerSecond / 1000,6}"));
        return $"{(NowNs / Ms) - 1_000_000,7} ms {estimates} kbit/s, queue {Link.WaitNs / Ms,4} ms, loss {Flow.Estimator.Loss:0.00}, round trip {Flow.Estimator.RoundTripNs / Ms} ms";
    }

    /// <summary>Seconds until something holds; more than the bound when it does not.</summary>
    public double Until(Func<bool> holds, double boundSeconds)
    {
        var startNs = NowNs;
        while (!holds() && NowNs - startNs <= boundSeconds * MonotonicTime.Second)
            Run(0.01);
        return (NowNs - startNs) / (double)MonotonicTime.Second;
    }
}

/// <summary>What was seen of the first flow's estimate, and of the link, over a time.</summary>
/// <param name="MeanEstimate">Bit/s.</param>
/// <param name="LowestEstimate">Bit/s.</param>
/// <param name="HighestEstimate">Bit/s.</param>
/// <param name="Arrived">Bit/s of each flow, its probes counted.</param>
/// <param name="MedianWaitMs">In the queue.</param>
/// <param name="LongWaitMs">In the queue, that 95 of 100 milliseconds stayed under.</param>
readonly record struct Observed(double MeanEstimate, long LowestEstimate, long HighestEstimate, double[] Arrived, long MedianWaitMs, long LongWaitMs);
