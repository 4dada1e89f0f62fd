namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>Between which rates one peer's bandwidth is looked for.</summary>
public sealed record BandwidthOptions
{
    /// <summary>Assumed while nothing is known, in bit/s: a picture is shown at once, and a probe finds out the rest.</summary>
    public long StartBitsPerSecond { get; init; } = 500_000;

    /// <summary>Never estimated lower, in bit/s: below it no video is worth sending, and feedback would be too rare to find a way up.</summary>
    public long MinBitsPerSecond { get; init; } = 50_000;

    /// <summary>Never estimated higher, in bit/s: what the peer's description allows (b=AS or TIAS), or all that a room would send.</summary>
    public long MaxBitsPerSecond { get; init; } = 12_000_000;
}
