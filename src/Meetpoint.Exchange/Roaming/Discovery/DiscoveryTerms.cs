using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Radius.Discovery;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>What parties and neighbours say of discovery.</summary>
static class DiscoveryTerms
{
    static readonly DiscoveryService[] _accounting = [DiscoveryService.Accounting, DiscoveryService.Authentication];
    static readonly DiscoveryService[][] _single = [.. Enum.GetValues<DiscoveryService>().Select(service => new[] { service })];

    /// <summary>What is looked for with a neighbour. eduroam has one word for both uses.</summary>
    public static DiscoveryService ServiceOf(NeighbourRadius radius, HomeServerUse use) =>
        radius.Discover == RadiusDiscovery.XEduroam ? DiscoveryService.Eduroam : use == HomeServerUse.Accounting ? DiscoveryService.Accounting : DiscoveryService.Authentication;

    /// <summary>
    /// A realm without servers for accounting has them where its authentication is: over TLS all of RADIUS goes through one port (RFC 6614 section 2.1), and OpenRoaming's realms name no others.
    /// </summary>
    public static IReadOnlyList<DiscoveryService> WithFallback(DiscoveryService service) => service == DiscoveryService.Accounting ? _accounting : _single[(int)service];

    /// <summary>Why a request for a realm is refused by what is known of it; none where there are servers, or it is being looked up.</summary>
    public static RefusalReason ReasonOf(DiscoveryState state) => state switch
    {
        DiscoveryState.Found or DiscoveryState.Looking => RefusalReason.None,
        DiscoveryState.Self => RefusalReason.Loop,
        DiscoveryState.TooMany => RefusalReason.Overload,
        _ => RefusalReason.NoRoute,
    };

    /// <summary>True when every agreement on the way lets servers be found by DNS; within one provider that is its own affair.</summary>
    public static bool Allow(in Grant grant)
    {
        for (var i = 0; i < grant.LinkCount; i++)
        {
            if (grant.Link(i).Agreement.Roaming is not { Discovery: true })
                return false;
        }

        return true;
    }

    /// <summary>The same where there is no grant, as for accounting: that of what began under an agreement goes on after it has ended.</summary>
    public static bool Allow(World world, string visited, string home, Instant now)
    {
        if (visited == home)
            return true;
        var (first, second) = RoamingCover.Way(world, visited, home, now);
        return first is null or { Agreement.Roaming.Discovery: true } && second is null or { Agreement.Roaming.Discovery: true };
    }
}
