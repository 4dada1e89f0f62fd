using System.Diagnostics;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>A relay under measurement: a whole process.</summary>
abstract class RelayProcess : IDisposable
{
    // Not left behind by a benchmark that is interrupted.
    protected RelayProcess() => AppDomain.CurrentDomain.ProcessExit += Kill;

    /// <summary>The process; its user and kernel time is the cost.</summary>
    protected abstract Process Process { get; }

    /// <summary>Number of the process.</summary>
    public int ProcessId => Process.Id;

    /// <summary>Nanoseconds that it has run.</summary>
    public long ProcessorNs => ProcessorTime.ProcessNs(Process.Id);

    /// <summary>Managed bytes that its media loop has allocated; null where there is no such thing.</summary>
    public virtual long? AllocatedBytes => null;

    /// <summary>Sets up the calls between the ends, and tells each its port.</summary>
    public abstract void Connect(Callers callers);

    public virtual void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }

    void Kill(object? sender, EventArgs e) => Process.Kill();
}
