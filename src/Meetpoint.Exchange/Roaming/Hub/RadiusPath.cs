using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>Says which way a request would go, and why: the same steps as one that comes, in words. On the hub's loop.</summary>
sealed class RadiusPath(RoamingContext context, HomeServers servers)
{
    /// <summary>Asks for a user at the hotspot of a provider. Takes from the rate of the agreement, as a request would.</summary>
    /// <param name="user">"user@realm".</param>
    /// <param name="at">Id of the visited provider, which the world has.</param>
    /// <param name="nowNs">The loop's time.</param>
    public RadiusPathView Explain(string user, string at, long nowNs)
    {
        var steps = new List<string>();
        if (!NetworkAccessId.TryParse(Encoding.UTF8.GetBytes(user), out var id, out var error) || !id.HasRealm)
            return Rejected(null, null, RefusalReason.NoRoute, error == NetworkAccessIdError.None ? "the name has no realm" : $"this is no network access identifier: {error}");
        var realm = Encoding.UTF8.GetString(id.Realm);
        if (context.Realms.Find(id.Realm) is not { } route)
            return Rejected(realm, null, RefusalReason.NoRoute, $"realm {realm} is nobody's in this world");
        steps.Add(PathWords.Realm(realm, route));
        var request = new AdmissionRequest
        {
            IsOwn = true, Origin = at, TargetProvider = route.Provider.Id, Caller = user, Kind = GrantKind.Roaming, Now = context.Clock.GetCurrentInstant(), NowNs = nowNs,
        };
        if (!context.Admission.Admit(in request, out var grant, out var refusal))
        {
            steps.Add(PathWords.Refused(refusal));
            return new RadiusPathView(realm, at, route.Provider.Id, refusal.Link?.Agreement.Id, null, refusal.Row.EventCode, steps);
        }

        var agreement = grant.LinkCount > 0 ? grant.Link(0).Agreement : null;
        steps.Add(PathWords.Agreement(grant, at));
        var mayDiscover = DiscoveryTerms.Allow(grant);
        for (var i = 0; i < grant.LinkCount; i++)
            steps.AddRange(RuleWords.Of(grant.Link(i).Agreement));
        var full = context.Room.FullOf(grant);
        grant.Release();
        if (full is not null)
            return Rejected(realm, route.Provider.Id, RefusalReason.OverLimit, $"as many sessions go on as {full.Agreement.Id} lets: {full.Agreement.Roaming!.MaxSessions}") with { Agreement = full.Agreement.Id };
        steps.AddRange(PathWords.Servers(context, servers, route, mayDiscover, nowNs));
        if (servers.Choose(mayDiscover ? route : context.Realms.Undiscovered(route), HomeServerUse.Authentication, nowNs) is not { } chosen)
            return Rejected(
                realm, route.Provider.Id, route.Discoverer is null || mayDiscover ? RefusalReason.NoRoute : RefusalReason.DiscoveryNotAgreed, $"no home server of {route.Provider.Id} is there") with { Agreement = agreement?.Id };
        steps.Add($"{chosen.Entry.Neighbour.Id} at {chosen.Name} is asked");
        return new RadiusPathView(realm, at, route.Provider.Id, agreement?.Id, chosen.Name, null, steps);

        RadiusPathView Rejected(string? name, string? home, RefusalReason reason, string step)
        {
            steps.Add(step);
            return new RadiusPathView(name, at, home, null, null, RefusalTable.Row(reason).EventCode, steps);
        }
    }

    /// <summary>Realms with their servers.</summary>
    public IReadOnlyList<RadiusRealmView> Realms() =>
    [
        .. context.Realms.All.OrderBy(route => route.Provider.Id, StringComparer.Ordinal).ThenBy(route => route.Realm, StringComparer.Ordinal).Select(route => new RadiusRealmView(
            route.Realm, route.Provider.Id, [.. Of(route, HomeServerUse.Authentication), .. Of(route, HomeServerUse.Accounting)])),
    ];

    RadiusServerView[] Of(RealmRoute route, HomeServerUse use) =>
    [
        .. servers.Of(route.Provider, use).ToArray().Select(server => new RadiusServerView(
            server.Entry.Neighbour.Id, server.Name, use == HomeServerUse.Accounting ? "accounting" : "authentication", PathWords.StateOf(server), server.Requests.Count, server.Requests.Ports)),
    ];
}
