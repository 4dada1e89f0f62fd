using Meetpoint.Net;

namespace Meetpoint.Radius.Exchanges;

/// <summary>Limits and times of the requests towards one server.</summary>
public sealed record RequestTableOptions
{
    /// <summary>Identifiers of one source port, or one connection.</summary>
    public const int IdsPerPort = 256;

    /// <summary>The most source ports, or connections: 64 make 16,384 requests at once. More than a server answers in a timeout is not worth holding.</summary>
    public int MaxPorts { get; init; } = 64;

    /// <summary>True in RADIUS/1.1: one connection has all ids, as its tokens.</summary>
    public bool HasTokens { get; init; }

    /// <summary>How long an answer to a proxied request is awaited, in nanoseconds. Longer than a client sends again, shorter than it gives up.</summary>
    public long TimeoutNs { get; init; } = 20 * MonotonicTime.Second;

    /// <summary>How long an id rests that was not answered in time, in nanoseconds.</summary>
    public long QuarantineNs { get; init; } = 5 * MonotonicTime.Second;
}
