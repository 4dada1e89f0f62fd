using System.Collections.Frozen;
using System.Collections.Immutable;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// What one caller may see of a world: the operator all of it; a provider itself, its customers, its agreements and the public facts of
/// their other parties.
/// </summary>
/// <remarks>Immutable; made for one request on the world of that moment.</remarks>
sealed class WorldScope
{
    readonly string? _provider;
    readonly FrozenSet<string> _partners;
    readonly FrozenSet<string> _tariffs;

    /// <param name="world">In force.</param>
    /// <param name="provider">The provider that asks; null for the operator.</param>
    public WorldScope(World world, string? provider)
    {
        Document = world.Document;
        Profiles = [.. world.Profiles.OrderBy(profile => profile.Id, StringComparer.Ordinal)];
        _provider = provider;
        var own = provider is null ? [] : Document.Agreements.Where(agreement => agreement.Parties.Contains(provider)).ToList();
        _partners = own.SelectMany(agreement => agreement.Parties).ToFrozenSet(StringComparer.Ordinal);
        _tariffs = own.SelectMany(agreement => agreement.Charges).Select(leg => leg.Tariff).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The whole world.</summary>
    public WorldDocument Document { get; }

    /// <summary>Equipment profiles with the built-in ones, by id.</summary>
    public ImmutableArray<EquipmentProfile> Profiles { get; }

    /// <summary>The provider whose person it is; null when the organisation is not there.</summary>
    public static string? OwnerOf(WorldDocument document, User user) => OwnerOf(document, user.Organisation);

    /// <summary>The provider whose device it is; null when its owner is not there.</summary>
    public static string? OwnerOf(WorldDocument document, Endpoint endpoint) =>
        endpoint.User is { } user ? Find(document.Users, user, u => u.Id) is { } person ? OwnerOf(document, person) : null
        : endpoint.Organisation is { } organisation ? OwnerOf(document, organisation) : null;

    /// <summary>Whole for itself, public facts for a partner, nothing for others.</summary>
    public Provider? Show(Provider provider) =>
        Sees(provider.Id) ? provider
        : _partners.Contains(provider.Id) ? provider with { Prefixes = [], Numbers = [], Numbering = null, Emergency = [] } : null;

    public Organisation? Show(Organisation organisation) => Sees(organisation.Provider) ? organisation : null;

    public User? Show(User user) => _provider is null || OwnerOf(Document, user) == _provider ? user : null;

    public Endpoint? Show(Endpoint endpoint) => _provider is null || OwnerOf(Document, endpoint) == _provider ? endpoint : null;

    public PresenceList? Show(PresenceList list) => Sees(list.Provider) ? list : null;

    public Neighbour? Show(Neighbour neighbour) => Sees(neighbour.Provider) ? neighbour : null;

    public Agreement? Show(Agreement agreement) => _provider is null || agreement.Parties.Contains(_provider) ? agreement : null;

    public Route? Show(Route route) => _provider is null || route.Provider == _provider ? route : null;

    public Tariff? Show(Tariff tariff) => _provider is null || _tariffs.Contains(tariff.Id) ? tariff : null;

    bool Sees(string provider) => _provider is null || provider == _provider;

    static string? OwnerOf(WorldDocument document, string organisation) => Find(document.Organisations, organisation, o => o.Id)?.Provider;

    static T? Find<T>(ImmutableArray<T> items, string id, Func<T, string> idOf)
        where T : class => SortedById.IndexOf(items, id, idOf) is var index and >= 0 ? items[index] : null;
}
