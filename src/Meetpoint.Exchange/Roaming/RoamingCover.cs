using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Roaming;

/// <summary>Whose customers may roam at whose hotspots, by the agreements in force. A hotspot asks and a home is asked: links go that way, as admission takes them.</summary>
static class RoamingCover
{
    /// <summary>True when a provider's customers may use another's hotspots: their own, by an agreement of the two, or by way of a third that lets transit through.</summary>
    /// <param name="world">In force.</param>
    /// <param name="home">The provider whose customers they are.</param>
    /// <param name="visited">The provider whose hotspots they are.</param>
    /// <param name="now">Wall time.</param>
    public static bool Covers(World world, string home, string visited, Instant now) =>
        home == visited || Direct(world, home, visited, now) is not null || TryTransit(world, home, visited, now, out _, out _);

    /// <summary>The agreement of the two that covers it, or null.</summary>
    public static AgreementLink? Direct(World world, string home, string visited, Instant now) =>
        world.FindAgreement(visited, home, now) is { } link && link.Covers(Service.Roaming) ? link : null;

    /// <summary>
    /// The agreements that packets cross between a hotspot and a home, from the hotspot on, as admission finds them; whether they cover roaming is not asked, since accounting comes after they stopped to.
    /// None where there are none in force.
    /// </summary>
    public static (AgreementLink? First, AgreementLink? Second) Way(World world, string visited, string home, Instant now)
    {
        if (world.FindAgreement(visited, home, now) is { } direct)
            return (direct, null);
        var (from, to) = (world.ProviderIndex(visited), world.ProviderIndex(home));
        return from >= 0 && to >= 0 && world.TryTransit(from, to, Service.Roaming, now.ToUnixTimeTicks(), out var first, out var second) ? (world.Links[first], world.Links[second]) : (null, null);
    }

    /// <summary>The way by a third: its agreement with the home provider.</summary>
    /// <param name="world">In force.</param>
    /// <param name="home">The provider whose customers they are.</param>
    /// <param name="visited">The provider whose hotspots they are.</param>
    /// <param name="now">Wall time.</param>
    /// <param name="agreement">Of the third with the home.</param>
    /// <param name="third">Id of the third.</param>
    public static bool TryTransit(World world, string home, string visited, Instant now, out AgreementLink? agreement, out string third)
    {
        (agreement, third) = (null, "");
        var (from, to) = (world.ProviderIndex(visited), world.ProviderIndex(home));
        if (from < 0 || to < 0 || !world.TryTransit(from, to, Service.Roaming, now.ToUnixTimeTicks(), out _, out var far))
            return false;
        agreement = world.Links[far];
        third = agreement.Agreement.Parties[agreement.AToB ? 0 : 1];
        return true;
    }
}
