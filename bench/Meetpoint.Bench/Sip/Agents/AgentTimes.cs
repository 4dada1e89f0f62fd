using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>How the agents behave.</summary>
sealed record AgentTimes
{
    /// <summary>First interval at which what is not answered is sent again; it doubles (RFC 3261 section 17.1.1.1).</summary>
    public const long T1Ns = 500 * MonotonicTime.Millisecond;

    /// <summary>The longest of these intervals, but for INVITE.</summary>
    public const long T2Ns = 4 * MonotonicTime.Second;

    /// <summary>After that long an agent gives a request or an answer up.</summary>
    public const long GiveUpNs = 8 * MonotonicTime.Second;

    /// <summary>From INVITE to the answer to BYE, without the time that it is held: a call that takes longer is no good one.</summary>
    public const long GoodNs = 3 * MonotonicTime.Second;

    /// <summary>From the first call until a window counts as settled.</summary>
    public long SettleNs { get; init; }

    /// <summary>Between 180 and 200.</summary>
    public long RingNs { get; init; } = 20 * MonotonicTime.Millisecond;

    /// <summary>Between ACK and BYE.</summary>
    public long HoldNs { get; init; } = 20 * MonotonicTime.Millisecond;
}
