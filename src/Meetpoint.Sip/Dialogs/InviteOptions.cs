using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>What an outgoing call is made of.</summary>
public sealed record InviteOptions
{
    /// <summary>Whom to call: request URI, and To.</summary>
    public required SipUri Target { get; init; }

    /// <summary>Who calls.</summary>
    public required NameAddress From { get; init; }

    /// <summary>To where it differs from the target; null takes the target.</summary>
    public NameAddress? To { get; init; }

    /// <summary>Where it goes; null resolves the target.</summary>
    public SipRoute? Route { get; init; }

    /// <summary>Route headers to preload, as values with brackets.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>Our offer; null waits for theirs in the 2xx (late offer).</summary>
    public SdpDescription? Offer { get; init; }

    /// <summary>What the INVITE and its refreshes carry in place of an offer: the dialog has no session then. Null in a call.</summary>
    public SipContent? Content { get; init; }

    /// <summary>For challenges; null answers none.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>User part of our Contact.</summary>
    public string ContactUser { get; init; } = "";

    /// <summary>Parameters of our Contact, the leading semicolon included; empty without.</summary>
    public string ContactFeatures { get; init; } = "";

    /// <summary>Call-ID; null makes one.</summary>
    public string? CallId { get; init; }

    /// <summary>Our half of Session-ID, 32 lower-case hexadecimal digits; null makes one.</summary>
    public string? SessionId { get; init; }

    /// <summary>Max-Forwards: lower when the call comes from elsewhere.</summary>
    public int MaxForwards { get; init; } = 70;

    /// <summary>Seconds until it is cancelled without answer; default 180.</summary>
    public int RingSeconds { get; init; } = 180;

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}
