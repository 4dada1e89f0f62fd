namespace Meetpoint.Sip;

/// <summary>How a user agent behaves.</summary>
public sealed record SipUserAgentOptions
{
    /// <summary>User-Agent and Server; null sends none.</summary>
    public string? ProductName { get; init; } = "Meetpoint";

    /// <summary>Value of Allow (RFC 3261 section 20.5): what the application takes, which others may then send.</summary>
    public string AllowedMethods { get; init; } = SipUserAgent.KnownMethods;

    /// <summary>Option tags that the application understands in the Require of a REGISTER, such as "path"; none by default.</summary>
    public IReadOnlyList<string> RegisterExtensions { get; init; } = [];

    /// <summary>The same for the Require of a SUBSCRIBE or NOTIFY, such as "eventlist".</summary>
    public IReadOnlyList<string> SubscribeExtensions { get; init; } = [];

    /// <summary>Base times of the transactions.</summary>
    public SipTimers Timers { get; init; } = new();

    /// <summary>Finds next hops that are names; null knows literal addresses only.</summary>
    public SipTargetResolver? Resolver { get; init; }

    /// <summary>Session interval that we ask for, in seconds; at least <see cref="MinSessionSeconds"/>. Default 1,800 (RFC 4028).</summary>
    public int SessionSeconds { get; init; } = 1_800;

    /// <summary>Shortest session interval that we agree to, in seconds; at least 90 (RFC 4028 section 4).</summary>
    public int MinSessionSeconds { get; init; } = 90;

    /// <summary>Transactions each way.</summary>
    public int MaxTransactions { get; init; } = 100_000;

    /// <summary>Calls and subscriptions at a time; a new one over it is answered 503.</summary>
    public int MaxDialogs { get; init; } = 50_000;

    /// <summary>Longest subscription granted, in seconds; default 3,600.</summary>
    public int MaxSubscriptionSeconds { get; init; } = 3_600;

    /// <summary>Tags, branches and Call-IDs; null takes the system's randomness.</summary>
    public SipTokens? Tokens { get; init; }
}
