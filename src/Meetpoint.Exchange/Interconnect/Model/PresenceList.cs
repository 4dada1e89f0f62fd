using System.Collections.Immutable;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>People who are watched together: a resource list with an address of its own (RFC 4662), and what a page on a phone shows.</summary>
public sealed record PresenceList
{
    /// <summary>Members, at most: as many as a list that comes with a subscription may have.</summary>
    public const int MaxMembers = 250;

    /// <summary>Entries of <see cref="Allow"/>, at most.</summary>
    public const int MaxAllowed = 1_000;

    /// <summary>Unique among lists.</summary>
    public required string Id { get; init; }

    /// <summary>Whose list it is; its customers may watch it.</summary>
    public required string Provider { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is subscribed to, as "sales@albion.example": an address of the provider that nobody else has.</summary>
    public required string Address { get; init; }

    /// <summary>Who is on it, in order: "bob@liberty.example" or "+442079460001". What a watcher is shown of each is decided as if he watched her alone.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>Who may watch it besides the provider's own customers: addresses, domains or provider ids.</summary>
    public ImmutableArray<string> Allow { get; init; } = [];
}
