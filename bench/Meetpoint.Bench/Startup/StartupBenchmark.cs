using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Startup;

public sealed class StartupBenchmark(Effort effort) : Benchmark
{
    public override string Name => "startup";
    public override string Unit => "ms";
    public override string Measure => "from the start of the process to its ready answer";
    public override double? Mark => 1000;
    public override Sample RunOurs() => throw new NotSupportedException(effort.ToString());
}
