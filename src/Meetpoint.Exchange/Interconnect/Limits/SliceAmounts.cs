namespace Meetpoint.Exchange.Interconnect;

/// <summary>A figure for each limit that is shared out between nodes. A limit that the agreement does not set counts as nought.</summary>
readonly record struct SliceAmounts(int Meetings, int Ports, int Rate)
{
    public static SliceAmounts Of(DirectionLimits limits) => new(limits.Meetings ?? 0, limits.Ports ?? 0, limits.CallsPerSecond ?? 0);

    public static SliceAmounts Max(SliceAmounts a, SliceAmounts b) =>
        new(Math.Max(a.Meetings, b.Meetings), Math.Max(a.Ports, b.Ports), Math.Max(a.Rate, b.Rate));

    public static SliceAmounts Min(SliceAmounts a, SliceAmounts b) =>
        new(Math.Min(a.Meetings, b.Meetings), Math.Min(a.Ports, b.Ports), Math.Min(a.Rate, b.Rate));

    public static SliceAmounts operator +(SliceAmounts a, SliceAmounts b) => new(a.Meetings + b.Meetings, a.Ports + b.Ports, a.Rate + b.Rate);

    public static SliceAmounts operator -(SliceAmounts a, SliceAmounts b) => new(a.Meetings - b.Meetings, a.Ports - b.Ports, a.Rate - b.Rate);

    /// <summary>True when no figure is above its counterpart.</summary>
    public bool IsWithin(SliceAmounts other) => Meetings <= other.Meetings && Ports <= other.Ports && Rate <= other.Rate;

    /// <summary>As the part that a lease allows: what the agreement does not limit stays without limit.</summary>
    public DirectionLimits As(DirectionLimits whole) => new()
    {
        Meetings = whole.Meetings is null ? null : Meetings,
        Ports = whole.Ports is null ? null : Ports,
        CallsPerSecond = whole.CallsPerSecond is null ? null : Rate,
    };
}
