using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>A relay.</summary>
abstract class RelayProcess : MeasuredProcess
{
    /// <summary>Sets up the calls between the ends, and tells each its port.</summary>
    public abstract void Connect(Callers callers);
}
