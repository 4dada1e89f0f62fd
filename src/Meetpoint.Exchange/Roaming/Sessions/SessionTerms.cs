using System.Collections.Immutable;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What a session was let in with: what its reports are measured by, and what it is settled under.</summary>
sealed record SessionTerms
{
    /// <summary>Class given in the Access-Accept, in hexadecimal; null: none, or not known.</summary>
    public string? Class { get; init; }

    /// <summary>Chargeable-User-Identity given in the Access-Accept; null: none, or not known.</summary>
    public string? Cui { get; init; }

    /// <summary>Acct-Interim-Interval asked for, in seconds; null: none.</summary>
    public int? InterimSeconds { get; init; }

    /// <summary>Session-Timeout given, in seconds; null: none.</summary>
    public int? SessionSeconds { get; init; }

    /// <summary>The agreements that it is settled under, from the visited side: none between a provider and its own customers.</summary>
    public ImmutableArray<SessionLink> Links { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>One agreement that a session falls under.</summary>
/// <param name="Agreement">Its id.</param>
/// <param name="Hash">Of the version in force when the session began.</param>
/// <param name="Visited">Its party on the side of the network that is used: the one that measures.</param>
/// <param name="Home">Its party on the side of the customer.</param>
sealed record SessionLink(string Agreement, string Hash, string Visited, string Home);
