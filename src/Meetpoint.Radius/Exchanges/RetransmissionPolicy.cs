using Meetpoint.Net;

namespace Meetpoint.Radius.Exchanges;

/// <summary>
/// When a request of our own is sent again (RFC 5080 section 2.2.1). What is proxied is never: its client sends again, and a proxy that did so too would multiply the load.
/// </summary>
/// <param name="InitialNs">IRT: until the first time, in nanoseconds.</param>
/// <param name="MaxIntervalNs">MRT: the longest interval; 0 for none.</param>
/// <param name="MaxCount">MRC: how often it is sent in all; 0 for no limit.</param>
/// <param name="MaxDurationNs">MRD: how long an answer is waited for; 0 for no limit.</param>
public sealed record RetransmissionPolicy(long InitialNs, long MaxIntervalNs, int MaxCount, long MaxDurationNs)
{
    const double Spread = 0.1;

    /// <summary>The values of the RFC: 2 s, 16 s, 5 times, 30 s.</summary>
    public static RetransmissionPolicy Standard { get; } = new(2 * MonotonicTime.Second, 16 * MonotonicTime.Second, 5, 30 * MonotonicTime.Second);

    /// <summary>The interval after one: the first is given by 0. Each is spread by a tenth, so that clients that lost a server together do not come back together.</summary>
    public long Next(long previousNs, Random random)
    {
        var spread = ((2 * random.NextDouble()) - 1) * Spread;
        if (previousNs == 0)
            return (long)(InitialNs * (1 + spread));
        var next = (long)(previousNs * (2 + spread));
        return MaxIntervalNs > 0 && next > MaxIntervalNs ? (long)(MaxIntervalNs * (1 + spread)) : next;
    }
}
