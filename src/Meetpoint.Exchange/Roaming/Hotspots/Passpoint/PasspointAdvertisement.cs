using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A realm that is told, and whose it is.</summary>
/// <param name="Provider">The home provider.</param>
/// <param name="Realm">The realm.</param>
sealed record WelcomeRealm(string Provider, Realm Realm);

/// <summary>What the access points of a provider say by ANQP: whose customers are welcome follows from the agreements in force.</summary>
/// <param name="Provider">The visited provider.</param>
/// <param name="Hotspot">Of which of its hotspots; null: of any.</param>
/// <param name="Realms">Realms of every home provider that may roam here, its own first.</param>
/// <param name="RoamingConsortia">The hotspot's own, and those that the home providers' devices look for, each once.</param>
/// <param name="DomainNames">Of who runs it.</param>
/// <param name="At">The moment of which it is true.</param>
sealed record PasspointAdvertisement(
    Provider Provider, Hotspot? Hotspot, IReadOnlyList<WelcomeRealm> Realms, IReadOnlyList<string> RoamingConsortia, IReadOnlyList<string> DomainNames, Instant At)
{
    /// <summary>Makes it.</summary>
    /// <param name="world">In force.</param>
    /// <param name="provider">The visited provider.</param>
    /// <param name="hotspot">One of its hotspots; null for what is true of all.</param>
    /// <param name="now">Wall time.</param>
    /// <param name="withTrials">
    /// Whether realms of agreements on trial are told too: every device of that provider would then try, and all but the test accounts be refused.
    /// </param>
    public static PasspointAdvertisement Of(World world, Provider provider, Hotspot? hotspot, Instant now, bool withTrials)
    {
        var homes = world.Providers.Where(home => home.Id != provider.Id && IsWelcome(world, home, provider, now, withTrials)).Prepend(provider).ToList();
        return new PasspointAdvertisement(
            provider, hotspot,
            [.. homes.SelectMany(home => home.Realms.Where(realm => !realm.IsDefault).Select(realm => new WelcomeRealm(home.Id, realm)))],
            [.. (hotspot?.Passpoint?.RoamingConsortia ?? []).Concat(homes.SelectMany(home => home.RoamingConsortia)).Distinct(StringComparer.Ordinal)],
            hotspot?.Passpoint is { DomainNames: { IsEmpty: false } own } ? own : provider.Domains, now);
    }

    static bool IsWelcome(World world, Provider home, Provider visited, Instant now, bool withTrials) =>
        RoamingCover.Direct(world, home.Id, visited.Id, now) is { } link ? withTrials || link.Agreement.Stage != AgreementStage.Trial
            : RoamingCover.TryTransit(world, home.Id, visited.Id, now, out _, out _);
}
