using System.Collections.Concurrent;
using System.Globalization;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Killed;

/// <summary>
/// One exchange is killed (SIGKILL) at any write of booking and meeting: no half-booked meeting, no acknowledged usage lost, no second charged
/// twice, and the meeting can be joined again.
/// </summary>
/// <remarks>MEETPOINT_KILL_LANES sets how many pairs of exchanges run side by side.</remarks>
public sealed class KilledTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>After so many failures the rest would tell nothing new.</summary>
    const int MaxFailures = 5;

    const int ReportEvery = 25;

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-killed-").FullName;
    readonly ConcurrentQueue<string> _failures = new();
    readonly long _began = TimeProvider.System.GetTimestamp();
    int _done;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Kill_AtAnyWriteOfBookingAndMeeting_LosesNothingThatWasAcknowledged()
    {
        var lanes = int.Parse(Environment.GetEnvironmentVariable("MEETPOINT_KILL_LANES") ?? "4", CultureInfo.InvariantCulture);
        var seeds = new ConcurrentQueue<int>(LongForms.Seeds(output, 50, 2_000, "KILL"));
        await Task.WhenAll(Enumerable.Range(0, Math.Min(lanes, seeds.Count)).Select(lane => RunLaneAsync(lane, seeds)));
        output.WriteLine($"{_done} rounds in {Elapsed:0} s");
        Assert.True(_failures.IsEmpty, string.Join("\n\n", _failures));
    }

    [Fact(Skip = "Known gap: now and then (of 50 kills: 5, 1 and 0 as measured) a record that a kill cut is contested on both sides, since its witness was down and"
        + " the two accounts of its beginning or end differ by more than the agreement's tolerance. It is off both statements.")]
    public Task Kill_AtAnyWrite_LeavesEveryRecordAgreed() => Task.CompletedTask;

    double Elapsed => TimeProvider.System.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Seed after seed over one pair of exchanges; a failure throws the pair away.</summary>
    async Task RunLaneAsync(int lane, ConcurrentQueue<int> seeds)
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
                    Report($"lane {lane}, {await run.RoundAsync(next)}");
                }

                seed = null;
                await run.CheckAllAsync();
                output.WriteLine($"lane {lane}: {world.Settled.Contested} of {world.Settled.All} usage records are contested");
            }
            catch (Exception failure)
            {
                _failures.Enqueue($"lane {lane}, seed {seed?.ToString(CultureInfo.InvariantCulture) ?? "none"}: {failure}\n{world.Logs()}");
            }
        }
    }

    void Report(string line)
    {
        output.WriteLine(line);
        if (Interlocked.Increment(ref _done) % ReportEvery == 0 && LongForms.AreAsked)
            TestContext.Current.SendDiagnosticMessage($"{_done} kills after {Elapsed:0} s, {_failures.Count} failures");
    }
}
