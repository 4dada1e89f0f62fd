namespace Meetpoint.Sip;

/// <summary>Where a request goes: one of a next hop to resolve, targets already known, or a flow.</summary>
public sealed class SipRoute
{
    SipRoute()
    {
    }

    /// <summary>The URI to resolve; null when another is set.</summary>
    public SipUri? NextHop { get; private init; }

    /// <summary>Targets in order of preference; null when another is set.</summary>
    public IReadOnlyList<SipTarget>? Targets { get; private init; }

    /// <summary>The very flow; null when another is set.</summary>
    public SipFlow? Flow { get; private init; }

    /// <summary>What serves when the next hop has no address: the way that the other side itself came.</summary>
    internal SipFlow? Fallback { get; private init; }

    /// <summary>To where RFC 3263 finds the URI.</summary>
    public static SipRoute To(SipUri nextHop) => new() { NextHop = nextHop };

    internal static SipRoute To(SipUri nextHop, SipFlow? fallback) => new() { NextHop = nextHop, Fallback = fallback };

    /// <summary>To targets, the next when one fails.</summary>
    public static SipRoute To(params IReadOnlyList<SipTarget> targets) => new() { Targets = targets };

    /// <summary>Over a flow that a message came by.</summary>
    public static SipRoute Over(SipFlow flow) => new() { Flow = flow };
}
