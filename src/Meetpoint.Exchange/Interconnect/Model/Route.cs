using System.Collections.Immutable;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Where addresses are reached. Exactly one key is set; an exact address comes before a domain, and of prefixes the longest counts.
/// </summary>
/// <remarks>A provider's own domains, prefixes and numbers need no route: they lead to its neighbours in order, or here when it is ours.</remarks>
public sealed record Route
{
    /// <summary>The candidate that means this exchange itself.</summary>
    public const string Local = "local";

    /// <summary>More candidates than this are a fault.</summary>
    public const int MaxCandidates = 32;

    /// <summary>Unique among routes.</summary>
    public required string Id { get; init; }

    /// <summary>Key: one address, as "boardroom@liberty.example" or "+442079460000".</summary>
    public string? Address { get; init; }

    /// <summary>Key: a domain.</summary>
    public string? Domain { get; init; }

    /// <summary>Key: an E.164 prefix, as "+4420".</summary>
    public string? Prefix { get; init; }

    /// <summary>The provider that the addresses belong to; null: whose domain or prefix it is, or else the first candidate's.</summary>
    public string? Provider { get; init; }

    /// <summary>Tried in order.</summary>
    public ImmutableArray<RouteCandidate> Candidates { get; init; } = [];
}

/// <summary>One way to the addresses of a route.</summary>
public sealed record RouteCandidate
{
    /// <summary>Id of a neighbour, or <see cref="Route.Local"/>; null when a look-up has to say.</summary>
    public string? Via { get; init; }

    /// <summary>
    /// Suffix of an ENUM tree (RFC 6116), as "e164.arpa": the number is looked up there, and the call goes where the domain of the URI that is found
    /// leads; null without a look-up.
    /// </summary>
    public string? Enum { get; init; }

    /// <summary>True when a look-up may lead to a domain that no provider of this world has.</summary>
    public bool AnyDomain { get; init; }

    /// <summary>Exchanges that lie on the way, the nearest first; a candidate whose way crosses the path so far is left out.</summary>
    public ImmutableArray<string> Path { get; init; } = [];
}
