using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Meetings;

/// <summary>The directory over HTTP.</summary>
static class DirectoryApi
{
    public static void MapDirectory(this IEndpointRouteBuilder api, ProviderDirectory directory, MeetingParties parties) =>
        api.MapGet("/directory", async (HttpContext context, string? q, string? provider, string? asker) =>
            {
                var caller = ApiCaller.Of(context);
                if ((asker ?? caller.Provider ?? parties.OwnProvider) is not { } by || !caller.MayActFor(by))
                    return ApiProblem.Forbidden("This key does not ask for that provider.");
                var (entries, unreachable) = await directory.SearchAsync(q ?? "", by, provider);
                if (unreachable.Count > 0)
                    context.Response.Headers["Meetpoint-Unreachable"] = string.Join(", ", unreachable);
                return Results.Ok(new Page<DirectoryEntry>(entries, false, null));
            })
            .WithName("SearchDirectory").WithTags("Directory")
            .WithSummary("Organisations, people and rooms, of our providers and of those whose agreement opens their directory to the asker.")
            .Produces<Page<DirectoryEntry>>().ProducesProblem(403);
}
