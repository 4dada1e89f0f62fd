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

    /// <summary>Unit of the cost: "ns", "us", "ms".</summary>
    public abstract string Unit { get; }

    /// <summary>What is counted, for the table: "processor time a call".</summary>
    public abstract string Measure { get; }

    /// <summary>The most that ours may cost, in the unit; null where the mark is a ratio.</summary>
    public virtual double? Mark => null;

    /// <summary>True when the figure is a yield and not a cost: <see cref="Mark"/> is then the least that ours must reach.</summary>
    public virtual bool MarkIsLeast => false;

    /// <summary>The most that ours may cost as a share of the peer's; null where the mark is absolute.</summary>
    public virtual double? RatioMark => null;

    /// <summary>What <see cref="Sample.BytesPerUnit"/> is, for the table.</summary>
    public virtual string BytesMeasure => "bytes allocated a unit";

    /// <summary>The most bytes that a unit may take; null where there is no mark.</summary>
    public virtual double? BytesMark => null;

    /// <summary>Runs that are measured, of each side in turn.</summary>
    public virtual int Runs => 7;

    /// <summary>The most windows of a side before it is measured as it is; 1 where one start warms, 0 where it is warm already.</summary>
    public virtual int MaxWarmUpWindows => 60;

    /// <summary>Who does the same beside us; null when nobody does.</summary>
    public virtual string? PeerName => null;

    /// <summary>False when the peer is not on this machine.</summary>
    public virtual bool HasPeer => PeerName is not null;

    /// <summary>Runs one window of ours.</summary>
    public abstract Sample RunOurs();

    /// <summary>Runs the same window of the peer; only called with a <see cref="HasPeer"/>.</summary>
    public virtual Sample RunPeer() => throw new NotSupportedException();

    /// <summary>What else was seen, a line each, for the reader.</summary>
    public virtual IEnumerable<string> Notes => [];

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
