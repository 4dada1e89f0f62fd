using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The operator's hand on the gate of a neighbour: closed for maintenance, everything that it sends is answered 503 with Retry-After.
/// </summary>
/// <remarks>Not durable: it opens by itself after the time that it was closed for, and with a restart of the exchange. Calls that are up go on.</remarks>
static class NeighbourGateApi
{
    static readonly Duration Usual = Duration.FromMinutes(10);
    static readonly Duration Longest = Duration.FromDays(1);

    public static void MapNeighbourGates(this IEndpointRouteBuilder api, Func<World> world, TimeProvider time)
    {
        var neighbours = api.MapGroup("/neighbours/{id}").WithTags("Neighbours").AddEndpointFilter<OperatorOnly>();
        neighbours.MapPost("/close", (string id, CloseNeighbourRequest request) => Close(id, request, world(), time))
            .WithName("CloseNeighbour").WithSummary("Refuse everything of a neighbour for a while (503, Retry-After). Forgotten at a restart.")
            .Produces<NeighbourGateView>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        neighbours.MapPost("/open", (string id) => Open(id, world()))
            .WithName("OpenNeighbour").WithSummary("Take a neighbour's traffic again.")
            .Produces<NeighbourGateView>().ProducesProblem(403).ProducesProblem(404);
    }

    static IResult Close(string id, CloseNeighbourRequest request, World world, TimeProvider time)
    {
        var length = request.For ?? Usual;
        if (length <= Duration.Zero || length > Longest)
            return ApiProblem.Malformed("A neighbour is closed for up to a day.", "Give 'for' as hours, minutes and seconds, such as 0:10:00.");
        if (world.FindNeighbour(id) is not { } neighbour)
            return ApiProblem.NotFound($"neighbour {id}");
        neighbour.Gate.Close(time.NowNs() + length.ToInt64Nanoseconds(), maintenance: true);
        var opensAt = Instant.FromDateTimeOffset(time.GetUtcNow()) + length;
        return Results.Ok(new NeighbourGateView(id, true, opensAt));
    }

    static IResult Open(string id, World world)
    {
        if (world.FindNeighbour(id) is not { } neighbour)
            return ApiProblem.NotFound($"neighbour {id}");
        neighbour.Gate.Open();
        return Results.Ok(new NeighbourGateView(id, false, null));
    }
}
