using Meetpoint.Bench.Admission;
using Meetpoint.Bench.Harness;

// Each benchmark is one line here and one folder.
var known = new Dictionary<string, Func<Benchmark>>(StringComparer.Ordinal)
{
    ["admission"] = static () => new AdmissionBenchmark(),
};

if (args is not [var name, ..] || !known.TryGetValue(name, out var make) || args is not ([_] or [_, "--json", _]))
{
    Console.Error.WriteLine($"usage: bench/run NAME [--json FILE]\nNAME: {string.Join(", ", known.Keys)}");
    return 2;
}

using var benchmark = make();
var report = Runner.Run(benchmark, Console.Out);
if (args is [_, "--json", var file])
    await File.WriteAllTextAsync(file, report.ToJson());
return 0;
