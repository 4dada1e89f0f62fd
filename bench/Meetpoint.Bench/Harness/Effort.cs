namespace Meetpoint.Bench.Harness;

/// <summary>How long is measured.</summary>
public enum Effort
{
    /// <summary>As the figures are to be quoted.</summary>
    Full,

    /// <summary>Seconds, to see that a benchmark works at all; its figures say nothing.</summary>
    Short,
}
