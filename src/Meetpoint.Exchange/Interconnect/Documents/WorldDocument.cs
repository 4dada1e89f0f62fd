using System.Collections.Immutable;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The whole declarative input of an exchange: what world.yaml says, and what `meetpoint get` shows. Immutable.</summary>
public sealed record WorldDocument
{
    /// <summary>A world without anything in it.</summary>
    public static WorldDocument Empty { get; } = new();

    /// <summary>Parties.</summary>
    public ImmutableArray<Provider> Providers { get; init; } = [];

    /// <summary>Customers.</summary>
    public ImmutableArray<Organisation> Organisations { get; init; } = [];

    /// <summary>People.</summary>
    public ImmutableArray<User> Users { get; init; } = [];

    /// <summary>Devices.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; init; } = [];

    /// <summary>Lists of people who are watched together.</summary>
    public ImmutableArray<PresenceList> PresenceLists { get; init; } = [];

    /// <summary>Equipment profiles besides, or in place of, the built-in ones.</summary>
    public ImmutableArray<EquipmentProfile> Profiles { get; init; } = [];

    /// <summary>Adjacent systems.</summary>
    public ImmutableArray<Neighbour> Neighbours { get; init; } = [];

    /// <summary>Agreements, each in its newest version.</summary>
    public ImmutableArray<Agreement> Agreements { get; init; } = [];

    /// <summary>Routes besides those that follow from the providers' own addresses.</summary>
    public ImmutableArray<Route> Routes { get; init; } = [];

    /// <summary>Prices.</summary>
    public ImmutableArray<Tariff> Tariffs { get; init; } = [];
}
