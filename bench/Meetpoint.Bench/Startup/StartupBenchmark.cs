using System.Globalization;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Startup;

/// <summary>
/// From the start of the process until it answers that it is ready, and what is resident once it is idle: the published program (one
/// self-contained file, compiled ahead), the demonstration's configuration and world, SQLite, keys and store there from a first start.
/// </summary>
public sealed class StartupBenchmark : Benchmark
{
    const int IdleMs = 3_000;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-startup-").FullName;
    readonly string _program;
    readonly int _idleMs;
    readonly List<double> _residentMb = [];

    /// <summary>Publishes the program; the short form takes the one that was built beside this.</summary>
    public StartupBenchmark(Effort effort)
    {
        _program = effort == Effort.Full ? PublishedProgram.Make() : PublishedProgram.BuiltBeside;
        _idleMs = effort == Effort.Full ? IdleMs : 0;
        DemonstrationExchange.Make(_program, _folder);
    }

    /// <inheritdoc/>
    public override string Name => "startup";

    /// <inheritdoc/>
    public override string Unit => "ms";

    /// <inheritdoc/>
    public override string Measure => "from the start of the process until GET /health/ready answers 200";

    /// <inheritdoc/>
    public override double? Mark => 1_000;

    /// <inheritdoc/>
    public override string BytesMeasure => "bytes resident when idle";

    /// <inheritdoc/>
    public override double? BytesMark => 150e6;

    /// <inheritdoc/>
    public override int Runs => 5;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes =>
        [$"resident, MB: {string.Join(", ", _residentMb.Select(mb => mb.ToString("f1", CultureInfo.InvariantCulture)))} (the first was before the runs)"];

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        using var server = StartedServer.Start(_program, _folder);
        var readyMs = server.WaitUntilReady();
        Pause.For(_idleMs);
        var resident = server.Program.ResidentBytes;
        _residentMb.Add(resident / 1e6);
        return new Sample(readyMs, resident);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }
}
