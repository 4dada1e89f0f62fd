using System.Runtime.InteropServices;

namespace Meetpoint.Bench.Harness;

/// <summary>Which processors this program runs on.</summary>
static partial class ProcessorAffinity
{
    /// <summary>Leaves one processor, counted from 0, to another program: all threads of ours keep off it. Nothing is done on a machine with one.</summary>
    public static void KeepOff(int processor)
    {
        if (Environment.ProcessorCount < 2)
            return;
        var mask = ((1UL << Math.Min(Environment.ProcessorCount, 63)) - 1) & ~(1UL << processor);
        foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
            _ = SetAffinity(int.Parse(Path.GetFileName(task), System.Globalization.CultureInfo.InvariantCulture), sizeof(ulong), in mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, in ulong mask);
}
