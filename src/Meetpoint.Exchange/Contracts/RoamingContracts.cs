using Meetpoint.Exchange.Roaming.Sessions;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A roaming session.</summary>
public sealed record RoamingSessionView
{
    /// <summary>Here; time first.</summary>
    public required string Id { get; init; }

    /// <summary>On every exchange that had its reports: that of its usage records.</summary>
    public required string Correlation { get; init; }

    /// <summary>How far it has come.</summary>
    public required SessionState State { get; init; }

    /// <summary>How it ended; null while it goes on.</summary>
    public SessionEnd? End { get; init; }

    /// <summary>Id of the provider whose network is used.</summary>
    public required string Visited { get; init; }

    /// <summary>Id of the provider whose customer uses it.</summary>
    public required string Home { get; init; }

    /// <summary>The customer's realm.</summary>
    public required string Realm { get; init; }

    /// <summary>The hotspot, as the access server names it; null when it does not.</summary>
    public string? Hotspot { get; init; }

    /// <summary>Who, under a name of the month that tells nobody who it is; null when the access server does not say.</summary>
    public string? Person { get; init; }

    /// <summary>The access server.</summary>
    public required string Nas { get; init; }

    /// <summary>Its own id of the session; empty before anything was reported.</summary>
    public required string AccountingId { get; init; }

    /// <summary>When it began.</summary>
    public required Instant Started { get; init; }

    /// <summary>When it ended, or when it was last heard of.</summary>
    public required Instant Ended { get; init; }

    /// <summary>What is charged as time, in seconds.</summary>
    public required long Seconds { get; init; }

    /// <summary>Octets from the user.</summary>
    public required long OctetsIn { get; init; }

    /// <summary>Octets to the user.</summary>
    public required long OctetsOut { get; init; }

    /// <summary>Acct-Terminate-Cause of RFC 2866 section 5.10; null without.</summary>
    public int? TerminateCause { get; init; }

    /// <summary>Ids of the agreements that it is settled under.</summary>
    public required IReadOnlyList<string> Agreements { get; init; }

    /// <summary>How well its accounting kept the rules.</summary>
    public required SessionEvidence Evidence { get; init; }
}

/// <summary>A roaming session with what proves it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Chain">Last link of the chain over its reports, in hexadecimal: each is SHA-256 over the one before (32 octets of nought before the first) and the report's digest.</param>
/// <param name="Reports">In the order in which they came.</param>
public sealed record RoamingSessionProof(RoamingSessionView Session, string Chain, IReadOnlyList<AccountingReportView> Reports);

/// <summary>One report of an access server.</summary>
/// <param name="Status">What it reports.</param>
/// <param name="Event">When it happened, by the access server.</param>
/// <param name="Received">When it came.</param>
/// <param name="SessionSeconds">Acct-Session-Time; null without.</param>
/// <param name="OctetsIn">Octets from the user, with Gigawords.</param>
/// <param name="OctetsOut">Octets to the user, with Gigawords.</param>
/// <param name="Digest">SHA-256 of its attributes without Proxy-State, Message-Authenticator and Acct-Delay-Time, in hexadecimal.</param>
/// <param name="Attributes">Those attributes as they came, in hexadecimal, of a Start and a Stop; null of an interim.</param>
public sealed record AccountingReportView(
    AccountingStatus Status, Instant Event, Instant Received, long? SessionSeconds, long OctetsIn, long OctetsOut, string Digest, string? Attributes);

/// <summary>Whether a session truly ended.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(Meetpoint.Exchange.Interconnect.KebabEnumConverter<RoamingDisconnectResult>))]
public enum RoamingDisconnectResult
{
    /// <summary>The access server has acknowledged, and its Stop came.</summary>
    Ended,

    /// <summary>The access server has acknowledged; its Stop is not here yet.</summary>
    Acknowledged,

    /// <summary>The access server has refused.</summary>
    Refused,

    /// <summary>Nobody has answered: nobody knows.</summary>
    Unanswered,

    /// <summary>Nobody could be asked.</summary>
    Unreachable,

    /// <summary>It was over before.</summary>
    WasOver,

    /// <summary>It was let in, and nothing names it yet.</summary>
    NotReported,
}

/// <summary>What became of a session that was to be ended.</summary>
/// <param name="Id">The session.</param>
/// <param name="Result">Whether it truly ended.</param>
/// <param name="By">Who was asked; null for nobody.</param>
/// <param name="ErrorCause">Error-Cause of a refusal (RFC 5176 section 3.5); null without.</param>
/// <param name="Words">The same for people.</param>
public sealed record RoamingDisconnectView(string Id, RoamingDisconnectResult Result, string? By, int? ErrorCause, string Words);
