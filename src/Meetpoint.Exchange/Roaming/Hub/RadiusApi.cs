using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Watch;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>The RADIUS hub over HTTP, for its operator.</summary>
/// <param name="hub">Asked on its loop; null where none is heard.</param>
/// <param name="world">The world in force.</param>
/// <param name="clock">Wall time.</param>
sealed class RadiusApi(RadiusHub? hub, Func<World> world, IClock clock)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/radius").WithTags("Roaming");
        group.MapGet("/realms", Task<IResult> (HttpContext context) => RealmsAsync(context)).WithName("ListRadiusRealms")
            .WithSummary("Realms of customers that roam, who is asked about each, and whether they are there; for the operator.")
            .Produces<RadiusRealmsView>().ProducesProblem(403).ProducesProblem(404);
        group.MapGet("/explain", ExplainAsync).WithName("ExplainRadiusRequest")
            .WithSummary("Which way a request of user=NAME@REALM at a hotspot of at=PROVIDER would go now, step by step, and why it would be rejected; for the operator.")
            .Produces<RadiusPathView>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        group.MapGet("/discover", DiscoverAsync).WithName("DiscoverRadiusRealm")
            .WithSummary("What the DNS says now of the home servers of a realm, question by question (RFC 7585); use=authentication or accounting. What is found is remembered as if a request had asked; for the operator.")
            .Produces<RadiusDiscoveryView>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        group.MapGet("/watch", (HttpContext context, string user) => WatchAsync(context, user)).WithName("WatchRadiusRequests")
            .WithSummary("Requests of user=NAME@REALM, or of all of @REALM, as they pass this node: a line of JSON for each step, secrets masked, for ten minutes at most; for the operator.")
            .Produces<RadiusWatchLine>(StatusCodes.Status200OK, RequestWatchStream.ContentType).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(429);
    }

    async Task<IResult> RealmsAsync(HttpContext context) => Refused(context) ?? Results.Ok(await hub!.RealmsAsync());

    async Task<IResult> ExplainAsync(HttpContext context, string user, string at)
    {
        if (Refused(context) is { } refused)
            return refused;
        return world().FindProvider(at) is null ? ApiProblem.NotFound($"provider {at}") : Results.Ok(await hub!.ExplainAsync(user, at));
    }

    async Task<IResult> DiscoverAsync(HttpContext context, string realm, string? use)
    {
        if (Refused(context) is { } refused)
            return refused;
        if (use is not (null or "authentication" or "accounting"))
            return ApiProblem.Malformed($"'{use}' is no use of a home server.", "Use authentication or accounting.");
        var (view, why) = await hub!.DiscoverAsync(realm, use == "accounting" ? HomeServerUse.Accounting : HomeServerUse.Authentication);
        return view is not null ? Results.Ok(view)
            : ApiProblem.Of(StatusCodes.Status409Conflict, "not-discovered", $"{char.ToUpperInvariant(why![0])}{why[1..]}.", "Set 'radius.discover' on a neighbour of the provider, and the realm or '*' among its realms.");
    }

    async Task<IResult> WatchAsync(HttpContext context, string user)
    {
        if (Refused(context) is { } refused)
            return refused;
        if (!WatchedName.TryParse(user, out var name))
            return ApiProblem.Malformed($"'{user}' is no user of a realm.", "Write alice@liberty.example, or @liberty.example for all of it.");
        return await hub!.WatchAsync(name!) is { } watcher ? new RequestWatchStream(hub, watcher, clock).Result(context)
            : ApiProblem.Of(StatusCodes.Status429TooManyRequests, "too-many-streams", $"{WatchLimits.Watchers} watch already.", "End one, or wait ten minutes.");
    }

    IResult? Refused(HttpContext context) => !ApiCaller.Of(context).IsOperator ? ApiProblem.Forbidden("Home servers of all providers are the operator's to see.")
        : hub is null ? ApiProblem.NotFound("listener of RADIUS: 'radius' is not in meetpoint.yaml") : null;
}
