using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Radius.Discovery;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>An operator's question what the DNS says of a realm now. On the hub's loop.</summary>
static class RealmInquiry
{
    /// <summary>Asks; what comes of it is remembered, as if a request had asked.</summary>
    /// <param name="context">Of the hub.</param>
    /// <param name="realm">As people write it.</param>
    /// <param name="use">What its servers are for.</param>
    /// <param name="done">Hears what was found once; or null and why nothing was asked.</param>
    public static void Ask(RoamingContext context, string realm, HomeServerUse use, Action<RadiusDiscoveryView?, string?> done)
    {
        if (context.Realms.Find(Encoding.UTF8.GetBytes(realm)) is not { } route)
            done(null, $"realm {realm} is nobody's in this world");
        else if (route.Discoverer is not { } neighbour)
            done(null, $"the home servers of {route.Provider.Id}, whose realm {realm} is, stand in the world, and are not looked for");
        else
            context.Discovery.LookUp(realm, DiscoveryTerms.ServiceOf(neighbour.Neighbour.Radius!, use), (found, questions) => done(new RadiusDiscoveryView(
                realm, route.Provider.Id, neighbour.Neighbour.Id, RealmName.Of(Encoding.UTF8.GetBytes(realm)),
                DiscoveryViews.Of(found, context.Loop.NowNs, context.Clock.GetCurrentInstant()), [.. DiscoveryViews.Steps(questions), DiscoveryViews.Describe(found)]), null));
    }
}
