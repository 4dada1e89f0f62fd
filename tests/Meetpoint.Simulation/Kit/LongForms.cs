using System.Globalization;

namespace Meetpoint.Simulation.Kit;

/// <summary>Short forms by default; the long ones with MEETPOINT_FULL=1. MEETPOINT_SIM_SEED repeats one seed.</summary>
static class LongForms
{
    public static bool AreAsked => Environment.GetEnvironmentVariable("MEETPOINT_FULL") == "1";

    /// <summary>The seeds to run; printed, so that a failure can be repeated.</summary>
    public static IEnumerable<int> Seeds(ITestOutputHelper output, int few, int many)
    {
        if (Environment.GetEnvironmentVariable("MEETPOINT_SIM_SEED") is { } one)
            return [int.Parse(one, CultureInfo.InvariantCulture)];
        var first = int.Parse(Environment.GetEnvironmentVariable("MEETPOINT_SIM_BASE") ?? "1000", CultureInfo.InvariantCulture);
        var count = AreAsked ? many : few;
        output.WriteLine($"seeds {first} to {first + count - 1} (MEETPOINT_SIM_BASE draws others, MEETPOINT_SIM_SEED repeats one)");
        return Enumerable.Range(first, count);
    }
}
