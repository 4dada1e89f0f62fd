namespace Meetpoint.Exchange.Quality;

/// <summary>When a leg is poor, and when that is an alarm.</summary>
public sealed record QualityOptions
{
    /// <summary>A score below this is poor: where nearly all are dissatisfied (G.107 table B.1: R of 60).</summary>
    public double PoorBelow { get; init; } = 3.1;

    /// <summary>A score from here on is good: most are satisfied (G.107 table B.1: R of 70).</summary>
    public double GoodFrom => Math.Max(3.6, PoorBelow);

    /// <summary>Windows of ten seconds that are poor one after the other before it is an alarm, and that are not before it is none any more.</summary>
    public int AlarmWindows { get; init; } = 2;
}
