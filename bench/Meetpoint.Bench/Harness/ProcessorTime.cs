using System.Runtime.InteropServices;

namespace Meetpoint.Bench.Harness;

/// <summary>Processor time, never wall time: other work on the machine does not count.</summary>
public static partial class ProcessorTime
{
    const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Nanoseconds that the calling thread has run.</summary>
    public static long ThreadNs() => Read(ThreadClock);

    /// <summary>Nanoseconds that a process has run, all its threads, user and kernel: the sum of utime and stime of /proc/PID/stat, but to the nanosecond.</summary>
    public static long ProcessNs(int processId) => Read(ProcessClock(processId));

    /// <summary>clock_getcpuclockid(3) of a process: its number inverted, then CPUCLOCK_SCHED (2) in the low three bits.</summary>
    static int ProcessClock(int processId) => (~processId << 3) | 2;

    static long Read(int clock) =>
        ClockGetTime(clock, out var time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : throw new InvalidOperationException("no such process or clock");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
