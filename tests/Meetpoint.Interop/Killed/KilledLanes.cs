using System.Collections.Concurrent;
using System.Globalization;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Killed;

/// <summary>The kills, seed after seed over some pairs of exchanges side by side; run once, whoever asks for what came of them.</summary>
/// <remarks>MEETPOINT_KILL_LANES sets the number of pairs.</remarks>
public sealed class KilledLanes : IDisposable
{
    /// <summary>After so many failures the rest would tell nothing new.</summary>
    const int MaxFailures = 5;

    const int ReportEvery = 25;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-killed-").FullName;
    readonly ConcurrentQueue<string> _failures = new();
    readonly ConcurrentQueue<string> _contested = new();
    readonly long _began = TimeProvider.System.GetTimestamp();
    Task? _run;
    int _done;
    int _records;

    /// <summary>What was lost, charged twice or left half done; with the logs.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Usage records that both sides hold contested, as they show them.</summary>
    public IReadOnlyCollection<string> Contested => _contested;

    double Elapsed => TimeProvider.System.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Kills by every seed, at the first call; done when the last is settled.</summary>
    public Task RunAsync(ITestOutputHelper output) => _run ??= RunAllAsync(output);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    async Task RunAllAsync(ITestOutputHelper output)
    {
        var lanes = int.Parse(Environment.GetEnvironmentVariable("MEETPOINT_KILL_LANES") ?? "3", CultureInfo.InvariantCulture);
        var seeds = new ConcurrentQueue<int>(LongForms.Seeds(output, 20, 2_000, "KILL"));
        await Task.WhenAll(Enumerable.Range(0, Math.Min(lanes, seeds.Count)).Select(lane => RunLaneAsync(lane, seeds, output)));
        output.WriteLine($"{_done} kills in {Elapsed:0} s; {_contested.Count} of {_records} usage records are contested");
    }

    /// <summary>Seed after seed over one pair of exchanges; a failure throws the pair away.</summary>
    async Task RunLaneAsync(int lane, ConcurrentQueue<int> seeds, ITestOutputHelper output)
    {
        for (var pair = 0; !seeds.IsEmpty && _failures.Count < MaxFailures; pair++)
        {
            int? seed = null;
            var world = await KillingWorld.StartAsync(120 + lane, Path.Combine(_folder, $"{lane}-{pair}"));
            await using var run = new KilledRun(world);
            try
            {
                await run.MeasureAsync();
                output.WriteLine($"lane {lane}: writes of a round: Albion {run.Writes[0]}, Liberty {run.Writes[1]}");
                while (_failures.Count < MaxFailures && seeds.TryDequeue(out var next))
                {
                    seed = next;
                    Report($"lane {lane}, {await run.RoundAsync(next)}", output);
                }

                seed = null;
                await run.CheckAllAsync();
            }
            catch (Exception failure)
            {
                _failures.Enqueue($"lane {lane}, seed {seed?.ToString(CultureInfo.InvariantCulture) ?? "none"}: {failure}\n{world.Logs()}");
            }

            Interlocked.Add(ref _records, world.Settled);
            foreach (var record in world.Contested)
                _contested.Enqueue($"lane {lane}: {record}");
        }
    }

    void Report(string line, ITestOutputHelper output)
    {
        output.WriteLine(line);
        if (Interlocked.Increment(ref _done) % ReportEvery == 0 && LongForms.AreAsked)
            TestContext.Current.SendDiagnosticMessage($"{_done} kills after {Elapsed:0} s, {_failures.Count} failures, {_contested.Count} contested");
    }
}
