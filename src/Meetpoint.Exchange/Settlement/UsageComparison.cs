using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>Decides whether two measurements of one usage agree.</summary>
static class UsageComparison
{
    /// <summary>How far the wall clocks of two exchanges may stand apart, on top of the tolerance.</summary>
    public static readonly Duration ClockAllowance = Duration.FromSeconds(5);

    /// <summary>Packets of one direction in a second of audio, by which the tolerance in seconds is turned into packets.</summary>
    const int PacketsPerSecond = 50;

    /// <summary>Null when they agree, otherwise why not.</summary>
    /// <remarks>
    /// Durations are compared, since clocks differ; the start only roughly, so that usage cannot be moved into another period. Packets
    /// can be lost on the way and cannot be made there: neither side may have received more than the other sent.
    /// </remarks>
    public static string? Difference(UsageRecord measured, UsageObservation seen, UsageTolerance tolerance)
    {
        if (seen.Ended is not { } ended)
            return UsageReason.StillRunning;
        var seenMs = seen.BillableMs ?? (long)(ended - seen.Started).TotalMilliseconds;
        var allowedMs = Allowed(measured.BillableMs, seenMs, 1_000, tolerance);
        if (Math.Abs(measured.BillableMs - seenMs) > allowedMs)
            return UsageReason.Duration;
        var apart = measured.Started > seen.Started ? measured.Started - seen.Started : seen.Started - measured.Started;
        if (apart > ClockAllowance + Duration.FromMilliseconds(allowedMs))
            return UsageReason.Start;
        if (Differ(measured.BytesIn, seen.BytesIn, tolerance) || Differ(measured.BytesOut, seen.BytesOut, tolerance))
            return UsageReason.Volume;
        return Created(measured.PacketsOut, seen.PacketsIn, tolerance) || Created(seen.PacketsOut, measured.PacketsIn, tolerance)
            ? UsageReason.Packets
            : null;
    }

    /// <summary>Both sides were told of the same octets by the same access server: what is allowed is for a last report that one of them did not get.</summary>
    static bool Differ(long measured, long? seen, UsageTolerance tolerance) =>
        seen is { } octets && Math.Abs(measured - octets) > Math.Max(tolerance.Octets ?? 0, (long)(Math.Max(measured, octets) * (decimal)tolerance.PerMille / 1_000m));

    static bool Created(long? sent, long? received, UsageTolerance tolerance) =>
        sent is { } s && received is { } r && r - s > Allowed(s, r, PacketsPerSecond, tolerance);

    static long Allowed(long left, long right, long perSecond, UsageTolerance tolerance) =>
        Math.Max(tolerance.Seconds * perSecond, (long)(Math.Max(left, right) * (decimal)tolerance.PerMille / 1_000m));
}

/// <summary>Why a usage is contested; stable words that travel between exchanges.</summary>
public static class UsageReason
{
    /// <summary>The durations differ by more than the tolerance.</summary>
    public const string Duration = "duration";

    /// <summary>The starts lie too far apart.</summary>
    public const string Start = "start";

    /// <summary>One side received more than the other sent.</summary>
    public const string Packets = "packets";

    /// <summary>The octets differ by more than the tolerance.</summary>
    public const string Volume = "volume";

    /// <summary>The witness saw no such participant or cascade.</summary>
    public const string Unseen = "unseen";

    /// <summary>For the witness it has not ended.</summary>
    public const string StillRunning = "still-running";

    /// <summary>The agreement or its version is not the witness's.</summary>
    public const string Terms = "terms";

    /// <summary>The prices differ.</summary>
    public const string Price = "price";

    /// <summary>The id came again with other content.</summary>
    public const string Changed = "changed";

    /// <summary>The statement's period is closed.</summary>
    public const string Closed = "closed";

    /// <summary>The record contradicts itself.</summary>
    public const string Malformed = "malformed";
}
