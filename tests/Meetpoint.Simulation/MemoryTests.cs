using System.Diagnostics;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Nothing runs beside it: what is measured is the whole process.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;

/// <summary>Exchanges are objects: a thousand idle ones have room in 4 GB.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class MemoryTests(ITestOutputHelper output)
{
    const int Count = 25;
    const long Budget = 4L << 30;

    [Fact]
    public void Idle_ThousandExchanges_FitInFourGigabytes()
    {
        using (new SimulatedWorld(70))
        {
            // What is made once for the process is not an exchange's.
        }

        var before = Resident();
        var worlds = Enumerable.Range(0, Count).Select(i => new SimulatedWorld(71 + i)).ToList();
        foreach (var world in worlds)
            world.Run(5);
        var each = (Resident() - before) / (2 * Count);
        output.WriteLine($"{each >> 10} KiB resident for each of {2 * Count} idle exchanges: {each * 1000 / (1 << 20)} MiB for a thousand");
        foreach (var world in worlds)
            world.Dispose();
        (each * 1000).ShouldBeLessThan(Budget);
    }

    static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
