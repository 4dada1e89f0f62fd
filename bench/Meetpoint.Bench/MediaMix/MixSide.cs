using System.Diagnostics;

namespace Meetpoint.Bench.MediaMix;

/// <summary>A server under measurement: a whole process.</summary>
abstract class MixSide : IDisposable
{
    // Not left behind by a benchmark that is interrupted.
    protected MixSide() => AppDomain.CurrentDomain.ProcessExit += Kill;

    /// <summary>The process; its user and kernel time is the cost.</summary>
    protected abstract Process Process { get; }

    public int ProcessId => Process.Id;

    /// <summary>Puts every phone into the one room.</summary>
    public abstract void Join(IReadOnlyList<Phone> phones);

    public virtual void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }

    void Kill(object? sender, EventArgs e) => Process.Kill();
}
