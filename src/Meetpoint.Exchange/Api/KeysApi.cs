using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Api;

/// <summary>Keys over HTTP; the operator's alone.</summary>
static class KeysApi
{
    const int MaxNameLength = 100;

    public static void MapKeys(this IEndpointRouteBuilder api, ApiKeys keys, Func<World> world, IClock clock)
    {
        var group = api.MapGroup("/keys").WithTags("Keys").AddEndpointFilter<OperatorOnly>();
        group.MapPost("/", (KeyRequest request) => CreateAsync(request, keys, world(), clock))
            .WithName("CreateKey").WithMetadata(new SecretAnswer()).WithSummary("Make a key to the API. It is shown in this answer and never again.")
            .Produces<ApiKeyView>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        group.MapGet("/", (HttpContext context, string? cursor, int? limit) => List(context, cursor, limit, keys))
            .WithName("ListKeys").WithSummary("Keys, revoked ones too; never the keys themselves.").Produces<Page<ApiKeyView>>().ProducesProblem(403);
        group.MapDelete("/{id}", async (string id) => await keys.RevokeAsync(id) ? Results.NoContent() : ApiProblem.NotFound($"key {id} that holds"))
            .WithName("RevokeKey").WithSummary("End a key at once.").Produces(StatusCodes.Status204NoContent).ProducesProblem(403).ProducesProblem(404);
    }

    static async Task<IResult> CreateAsync(KeyRequest request, ApiKeys keys, World world, IClock clock)
    {
        if (request.Name.Length is 0 or > MaxNameLength || request.Name.Any(char.IsControl))
            return ApiProblem.Malformed($"The name of a key has 1 to {MaxNameLength} characters.");
        if (request.Provider is { } provider && world.FindProvider(provider) is null)
            return ApiProblem.NotFound($"provider {provider}");
        var now = clock.GetCurrentInstant();
        var (id, key) = await keys.CreateAsync(request.Provider, request.Name);
        var view = new ApiKeyView { Id = id, Name = request.Name, Provider = request.Provider, Created = now, Key = key };
        return Results.Created($"/api/v1/keys/{id}", view);
    }

    static IResult List(HttpContext context, string? cursor, int? limit, ApiKeys keys)
    {
        var count = Paging.Limit(limit);
        return Results.Ok(Paging.Of(context, keys.List(Paging.KeyOf(cursor), count + 1), count, key => key.Id));
    }
}

/// <summary>403 for callers whose key is scoped to a provider.</summary>
sealed class OperatorOnly : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        ApiCaller.Of(context.HttpContext).IsOperator
            ? next(context)
            : ValueTask.FromResult<object?>(ApiProblem.Forbidden("This is for the operator of the exchange; your key is scoped to a provider."));
}
