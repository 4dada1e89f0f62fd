namespace Meetpoint.Bench.Harness;

/// <summary>What one window cost.</summary>
/// <param name="CostPerUnit">Processor time a unit, in the benchmark's unit.</param>
/// <param name="BytesPerUnit">Managed bytes allocated a unit; null where it cannot be read.</param>
public readonly record struct Sample(double CostPerUnit, double? BytesPerUnit);

/// <summary>One thing that is measured, with or without a peer that does the same.</summary>
public abstract class Benchmark : IDisposable
{
    /// <summary>What it is called on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Unit of the cost, "ns" or "us".</summary>
    public abstract string Unit { get; }

    /// <summary>The figure to reach, in the unit.</summary>
    public abstract double? Mark { get; }

    /// <summary>Who does the same beside us; null when nobody does.</summary>
    public virtual string? PeerName => null;

    /// <summary>Runs one window of ours.</summary>
    public abstract Sample RunOurs();

    /// <summary>Runs the same window of the peer; only called with a <see cref="PeerName"/>.</summary>
    public virtual Sample RunPeer() => throw new NotSupportedException();

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
