using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls.Registrations;

/// <summary>Where a request to a registered address goes: one client, by one way.</summary>
sealed record RegisteredTarget
{
    /// <summary>Id of the registration, by which <see cref="RegistrationBook.FlowFailed"/> is told.</summary>
    public required string Id { get; init; }

    /// <summary>The request URI: the contact byte for byte as registered.</summary>
    public required string RequestUri { get; init; }

    /// <summary>Route values in order, with brackets, from its path (RFC 3327); empty without.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>The flow that it is reached by, open; null where <see cref="NextHop"/> is set.</summary>
    public SipFlow? Flow { get; init; }

    /// <summary>The next hop; null where <see cref="Flow"/> is set.</summary>
    public SipTarget? NextHop { get; init; }

    /// <summary>Its client says that it speaks CLUE (+sip.clue, RFC 8848 section 3).</summary>
    public bool SpeaksClue { get; init; }

    /// <summary>Preference in thousandths, 0 to 1,000.</summary>
    public int Q { get; init; }

    /// <summary>
    /// Other ways to the same client, to be tried one after the other when this one has failed: no answer, 430, a closed connection (RFC 5626 section
    /// 5.3). They have no alternates of their own.
    /// </summary>
    public IReadOnlyList<RegisteredTarget> Alternates { get; init; } = [];

    /// <summary>The way, as the user agent takes it.</summary>
    public SipRoute Route => Flow is { } flow ? SipRoute.Over(flow) : SipRoute.To([NextHop!]);
}
