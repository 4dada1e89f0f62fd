using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Radius.Exchanges;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>The steps of a request's way in words, for one that would come and for one that has.</summary>
static class PathWords
{
    /// <summary>Whose a realm is.</summary>
    public static string Realm(string realm, RealmRoute route) => $"realm {realm} is {route.Written} of {route.Provider.Id}";

    /// <summary>Under which agreement it goes.</summary>
    public static string Agreement(in Grant grant, string? at) => grant.LinkCount == 0 ? "its own customer at its own hotspot: no agreement is needed"
        : $"agreement {grant.Link(0).Agreement.Id} version {grant.Link(0).Agreement.Version} covers roaming from {at}";

    /// <summary>Why it may not.</summary>
    public static string Refused(in Refusal refusal) => $"{refusal.Row.ApiTitle}{(refusal.Link is { } link ? $": {link.Agreement.Id} version {link.Agreement.Version}" : "")}";

    /// <summary>Who could be asked, and how each stands. Asks nobody.</summary>
    /// <param name="context">The hub's.</param>
    /// <param name="servers">All of them.</param>
    /// <param name="route">The realm, with who discovers.</param>
    /// <param name="mayDiscover">Whether the agreements let servers be found.</param>
    /// <param name="nowNs">The loop's time.</param>
    public static IEnumerable<string> Servers(RoamingContext context, HomeServers servers, RealmRoute route, bool mayDiscover, long nowNs)
    {
        if (route.Discoverer is { } discoverer)
        {
            var known = context.Discovery.Peek(Encoding.UTF8.GetBytes(route.Realm), DiscoveryTerms.ServiceOf(discoverer.Neighbour.Radius!, HomeServerUse.Authentication));
            yield return $"{discoverer.Neighbour.Id} looks servers up: {(mayDiscover ? DiscoveryViews.Describe(known) : "the agreement does not let it")}";
            foreach (var server in mayDiscover ? servers.Found.Known(discoverer.Neighbour.Id, route.Realm) : [])
                yield return StandingOf(server, route, nowNs);
        }

        foreach (var server in servers.Of(route.Provider, HomeServerUse.Authentication).ToArray())
            yield return StandingOf(server, route, nowNs);
    }

    /// <summary>How a server stands, in a word.</summary>
    public static string StateOf(HomeServer server) => !server.IsUp ? server.IsOpening ? "connecting" : "down" : server.Health.State switch
    {
        ServerState.Alive => "alive",
        ServerState.Suspect => "suspect",
        ServerState.Reviving => "reviving",
        _ => "dead",
    };

    static string StandingOf(HomeServer server, RealmRoute route, long nowNs) =>
        $"{server.Entry.Neighbour.Id} at {server.Name} is {StateOf(server)}{(!server.IsUp && server.Fault is { } fault ? $" ({fault})" : "")}"
        + (server.IsUsableFor(route.Number, nowNs) || !server.IsUp ? "" : server.Health.IsUsable ? ", but silent for this realm" : "");
}
