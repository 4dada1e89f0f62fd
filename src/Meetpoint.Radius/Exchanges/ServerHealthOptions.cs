using Meetpoint.Net;

namespace Meetpoint.Radius.Exchanges;

/// <summary>Limits and times of <see cref="ServerHealth"/>.</summary>
public sealed record ServerHealthOptions
{
    /// <summary>From one question whether it is there to the next, in nanoseconds; spread by a tenth.</summary>
    public long ProbeIntervalNs { get; init; } = 10 * MonotonicTime.Second;

    /// <summary>How long an answer to such a question is awaited, in nanoseconds.</summary>
    public long ProbeTimeoutNs { get; init; } = 4 * MonotonicTime.Second;

    /// <summary>Questions without an answer, one after another, that make a suspect dead.</summary>
    public int ProbesToDead { get; init; } = 3;

    /// <summary>Answers, one after another, that make the dead alive.</summary>
    public int AnswersToAlive { get; init; } = 3;

    /// <summary>Requests of one realm without an answer, one after another, that make the realm suspect.</summary>
    public int TimeoutsToSuspectRealm { get; init; } = 3;

    /// <summary>How long a suspect realm is kept from the server until it is tried again, in nanoseconds.</summary>
    public long RealmRetryNs { get; init; } = 30 * MonotonicTime.Second;

    /// <summary>The most realms of a server that are counted; those beyond are taken as well.</summary>
    public int MaxRealms { get; init; } = 4_096;

    /// <summary>
    /// False for a server that knows no Status-Server and has no name to be probed by: then requests themselves are the probes, and one that is dead is tried again after
    /// the probes that it would have had.
    /// </summary>
    public bool CanProbe { get; init; } = true;
}
