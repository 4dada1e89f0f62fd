using System.Diagnostics;

namespace Meetpoint.Bench.Harness;

/// <summary>A whole process under measurement: its user and kernel time is the cost.</summary>
abstract class MeasuredProcess : IDisposable
{
    // Not left behind by a benchmark that is interrupted.
    protected MeasuredProcess() => AppDomain.CurrentDomain.ProcessExit += Kill;

    /// <summary>The process.</summary>
    protected abstract Process Process { get; }

    /// <summary>Number of the process.</summary>
    public int ProcessId => Process.Id;

    /// <summary>Nanoseconds that it has run.</summary>
    public long ProcessorNs => ProcessorTime.ProcessNs(Process.Id);

    /// <summary>Managed bytes that its media loop has allocated; null where there is no such thing.</summary>
    public virtual long? AllocatedBytes => null;

    /// <summary>What a benchmark sets up with it; one that does not take that is ended.</summary>
    public T SetUp<T>(Func<T> with)
    {
        try
        {
            return with();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public virtual void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }

    void Kill(object? sender, EventArgs e) => Process.Kill();
}
