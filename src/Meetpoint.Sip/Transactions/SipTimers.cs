using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>The base times of RFC 3261's table 4, in nanoseconds; the other timers follow from them.</summary>
public sealed record SipTimers
{
    /// <summary>Round-trip estimate; default 500 ms.</summary>
    public long T1Ns { get; init; } = 500 * MonotonicTime.Millisecond;

    /// <summary>Longest pause between retransmissions; default 4 s.</summary>
    public long T2Ns { get; init; } = 4 * MonotonicTime.Second;

    /// <summary>How long a message may stay in the network; default 5 s.</summary>
    public long T4Ns { get; init; } = 5 * MonotonicTime.Second;

    /// <summary>Timer D: how long the answer of an INVITE is acknowledged again over UDP; at least 32 s.</summary>
    public long DNs { get; init; } = 32 * MonotonicTime.Second;

    /// <summary>How soon 100 goes out when the application says nothing; default 200 ms (section 17.2.1).</summary>
    public long TryingNs { get; init; } = 200 * MonotonicTime.Millisecond;

    /// <summary>64 x T1: timers B, F, H, J, L, M, and the wait for an ACK or PRACK.</summary>
    public long TimeoutNs => 64 * T1Ns;
}
