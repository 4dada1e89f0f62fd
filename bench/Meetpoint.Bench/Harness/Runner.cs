using System.Globalization;

namespace Meetpoint.Bench.Harness;

/// <summary>Warms both sides until their cost stands still, then measures them in turn.</summary>
public static class Runner
{
    const int Runs = 7;
    const int MaxWarmUpWindows = 60;
    const double Still = 0.03;

    /// <summary>Runs a benchmark and prints what it finds.</summary>
    public static Report Run(Benchmark benchmark, TextWriter output)
    {
        WarmUp(benchmark.RunOurs, "ours", output);
        if (benchmark.PeerName is { } peerName)
            WarmUp(benchmark.RunPeer, peerName, output);

        var runs = new List<Run>();
        var bytes = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            var ours = benchmark.RunOurs();
            if (ours.BytesPerUnit is { } perUnit)
                bytes.Add(perUnit);
            runs.Add(new Run(ours.CostPerUnit, benchmark.PeerName is null ? null : benchmark.RunPeer().CostPerUnit));
        }

        var our = Median(runs.Select(run => run.Ours));
        double? peer = benchmark.PeerName is null ? null : Median(runs.Select(run => run.Peer!.Value));
        var report = new Report(
            benchmark.Name, benchmark.Unit, our, peer, benchmark.PeerName, our / peer, bytes.Count == 0 ? null : Median(bytes), benchmark.Mark, runs);
        Print(report, output);
        return report;
    }

    static void WarmUp(Func<Sample> window, string who, TextWriter output)
    {
        var last = window().CostPerUnit;
        var still = 0;
        for (var i = 1; i < MaxWarmUpWindows && still < 2; i++)
        {
            var cost = window().CostPerUnit;
            still = Math.Abs(cost - last) <= Still * last ? still + 1 : 0;
            last = cost;
        }

        output.WriteLine(still < 2 ? $"{who}: never stood still in {MaxWarmUpWindows} windows" : $"{who}: warm");
    }

    static void Print(Report report, TextWriter output)
    {
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine(string.Create(culture, $"{"run",4} {"ours",12} {report.PeerName ?? "-",12}"));
        for (var i = 0; i < report.Runs.Count; i++)
            output.WriteLine(string.Create(culture, $"{i + 1,4} {report.Runs[i].Ours,12:f2} {report.Runs[i].Peer,12:f2}"));
        output.WriteLine(string.Create(culture, $"{report.Name}: {report.Ours:f1} {report.Unit} processor time a unit (median), {report.BytesPerUnit:f3} bytes a unit"));
        if (report.Ratio is { } ratio)
            output.WriteLine(string.Create(culture, $"{report.PeerName}: {report.Peer:f1} {report.Unit}; ratio {ratio:f3}"));
        if (report.Mark is { } mark)
            output.WriteLine(string.Create(culture, $"to reach: {mark:f0} {report.Unit}: {(report.Ours <= mark ? "reached" : "NOT reached")}"));
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
