using System.Globalization;
using System.Text;

namespace Meetpoint.Simulation.Kit;

/// <summary>Short forms by default; the long ones with MEETPOINT_FULL=1. MEETPOINT_SIM_SEED, or that of another kind, repeats one seed.</summary>
static class LongForms
{
    /// <summary>Failures that are told of; with more of them it is one fault.</summary>
    const int MaxFailures = 10;

    public static bool AreAsked => Environment.GetEnvironmentVariable("MEETPOINT_FULL") == "1";

    /// <summary>Runs every seed, also after one that failed, and fails with those that did. The range is printed, so that it can be repeated.</summary>
    public static void Run(ITestOutputHelper output, int few, int many, Action<int> run)
    {
        var failures = new StringBuilder();
        var failed = 0;
        foreach (var seed in Seeds(output, few, many))
        {
            try
            {
                run(seed);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Append(CultureInfo.InvariantCulture, $"\nseed {seed} (MEETPOINT_SIM_SEED={seed} repeats it): {exception}");
                if (++failed == MaxFailures)
                    break;
            }
        }

        Assert.True(failed == 0, failures.ToString());
    }

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
