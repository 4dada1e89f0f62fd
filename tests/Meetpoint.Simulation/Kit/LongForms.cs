using System.Globalization;

namespace Meetpoint.Simulation.Kit;

/// <summary>Short forms by default; the long ones with MEETPOINT_FULL=1. MEETPOINT_SIM_SEED, or that of another kind, repeats one seed.</summary>
static class LongForms
{
    public static bool AreAsked => Environment.GetEnvironmentVariable("MEETPOINT_FULL") == "1";

    /// <summary>The seeds to run; printed, so that a failure can be repeated.</summary>
    public static IReadOnlyList<int> Seeds(ITestOutputHelper output, int few, int many, string kind = "SIM")
    {
        if (Environment.GetEnvironmentVariable($"MEETPOINT_{kind}_SEED") is { } one)
            return [int.Parse(one, CultureInfo.InvariantCulture)];
        var first = int.Parse(Environment.GetEnvironmentVariable($"MEETPOINT_{kind}_BASE") ?? "1000", CultureInfo.InvariantCulture);
        var count = AreAsked ? many : few;
        output.WriteLine($"seeds {first} to {first + count - 1} (MEETPOINT_{kind}_BASE draws others, MEETPOINT_{kind}_SEED repeats one)");
        return [.. Enumerable.Range(first, count)];
    }
}
