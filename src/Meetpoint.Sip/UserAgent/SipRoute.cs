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

    /// <summary>Name of the listener to send from; null, or one that does not fit, takes the first that does.</summary>
    public string? ListenerName { get; private init; }

    /// <summary>What serves when the next hop has no address: the way that the other side itself came.</summary>
    internal SipFlow? Fallback { get; private init; }

    /// <summary>To where RFC 3263 finds the URI.</summary>
    public static SipRoute To(SipUri nextHop) => new() { NextHop = nextHop };

    internal static SipRoute To(SipUri nextHop, SipFlow? fallback) => new() { NextHop = nextHop, Fallback = fallback };

    /// <summary>To targets, the next when one fails.</summary>
    public static SipRoute To(params IReadOnlyList<SipTarget> targets) => new() { Targets = targets };

    /// <summary>The same, from the listener of that name; null leaves it.</summary>
    public SipRoute From(string? listenerName) => listenerName is null ? this
        : new() { NextHop = NextHop, Targets = Targets, Flow = Flow, Fallback = Fallback, ListenerName = listenerName };

    /// <summary>A target of this route, from its listener unless it names one itself.</summary>
    internal SipTarget Of(SipTarget target) => ListenerName is null || target.ListenerName is not null ? target : target with { ListenerName = ListenerName };

    /// <summary>Over a flow that a message came by.</summary>
    public static SipRoute Over(SipFlow flow) => new() { Flow = flow };
}
