using System.Globalization;
using System.Runtime.InteropServices;

namespace Meetpoint.Bench.Harness;

/// <summary>Processor time, never wall time: other work on the machine does not count.</summary>
public static partial class ProcessorTime
{
    const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID
    const int TicksPerSecond = 100; // USER_HZ, fixed on Linux

    /// <summary>Nanoseconds that the calling thread has run.</summary>
    public static long ThreadNs()
    {
        if (ClockGetTime(ThreadClock, out var time) != 0)
            throw new InvalidOperationException("no clock of this thread");
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    /// <summary>Nanoseconds that a process has run, user and kernel, to 10 ms.</summary>
    public static long ProcessNs(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        // The name in brackets may hold spaces; utime and stime are the 12th and 13th field after it (proc(5)).
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return ticks * (1_000_000_000 / TicksPerSecond);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
