using System.Globalization;

namespace Meetpoint.Bench.Harness;

/// <summary>Warms both sides until their cost stands still, then measures them in turn.</summary>
public static class Runner
{
    const double Still = 0.03;
    const int StillWindows = 2;

    /// <summary>Runs a benchmark and prints what it finds.</summary>
    public static Report Run(Benchmark benchmark, Effort effort, TextWriter output)
    {
        if (benchmark.PeerName is { } missing && !benchmark.HasPeer)
            output.WriteLine($"{missing}: not installed, so there is nothing to compare with");
        if (effort == Effort.Full)
        {
            WarmUp(benchmark.RunOurs, "ours", benchmark.MaxWarmUpWindows, output);
            if (benchmark.HasPeer)
                WarmUp(benchmark.RunPeer, benchmark.PeerName!, benchmark.MaxWarmUpWindows, output);
        }

        var runs = new List<Run>();
        var bytes = new List<double>();
        for (var i = 0; i < (effort == Effort.Full ? benchmark.Runs : 1); i++)
        {
            var ours = benchmark.RunOurs();
            if (ours.BytesPerUnit is { } perUnit)
                bytes.Add(perUnit);
            runs.Add(new Run(ours.CostPerUnit, benchmark.HasPeer ? benchmark.RunPeer().CostPerUnit : null));
        }

        var our = Median(runs.Select(run => run.Ours));
        double? peer = benchmark.HasPeer ? Median(runs.Select(run => run.Peer!.Value)) : null;
        var report = new Report(
            benchmark.Name, benchmark.Unit, our, peer, benchmark.PeerName, our / peer, bytes.Count == 0 ? null : Median(bytes),
            benchmark.Mark ?? (benchmark.RatioMark * peer), runs, [.. benchmark.Notes]);
        report.Print(output, benchmark);
        return report;
    }

    static void WarmUp(Func<Sample> window, string who, int maxWindows, TextWriter output)
    {
        if (maxWindows == 0)
            return;
        var last = window().CostPerUnit;
        if (maxWindows == 1)
            return;
        var still = 0;
        for (var i = 1; i < maxWindows && still < StillWindows; i++)
        {
            var cost = window().CostPerUnit;
            still = Math.Abs(cost - last) <= Still * last ? still + 1 : 0;
            last = cost;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{who}: {cost:0.###} in warm-up window {i + 1}"));
        }

        output.WriteLine(still < StillWindows ? $"{who}: never stood still in {maxWindows} windows" : $"{who}: warm");
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
