using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Calls.Registrations;

/// <summary>Registrations over HTTP: a provider sees and removes those of its customers.</summary>
static class RegistrationsApi
{
    public static void MapRegistrations(this IEndpointRouteBuilder api, RegistrationBook book, IEventLoop loop, Func<World> world)
    {
        var group = api.MapGroup("/registrations").WithTags("Registrations");
        group.MapGet("/", (HttpContext context, string? address, string? cursor, int? limit) => ListAsync(context, address, cursor, limit, book, loop, world()))
            .WithName("ListRegistrations").WithSummary("Contacts that endpoints have registered, by age.")
            .Produces<Page<RegistrationView>>().ProducesProblem(400);
        group.MapDelete("/{id}", (HttpContext context, string id) => RemoveAsync(context, id, book, loop, world()))
            .WithName("RemoveRegistration").WithSummary("Forget a registration. Its client is not told, and comes back when it refreshes it.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
    }

    static async Task<IResult> ListAsync(HttpContext context, string? address, string? cursor, int? limit, RegistrationBook book, IEventLoop loop, World world)
    {
        var caller = ApiCaller.Of(context);
        var after = Paging.KeyOf(cursor);
        var count = Paging.Limit(limit);
        var views = await loop.AskAsync(() => book.List(address)
            .Where(one => string.CompareOrdinal(one.Binding.Id, after) > 0 && MaySee(caller, one, world))
            .Take(count + 1).Select(one => View(one, book)).ToList());
        return Results.Ok(Paging.Of(context, views, count, view => view.Id));
    }

    static async Task<IResult> RemoveAsync(HttpContext context, string id, RegistrationBook book, IEventLoop loop, World world)
    {
        var caller = ApiCaller.Of(context);
        var isThere = await loop.AskAsync(() => book.Find(id) is { } found && MaySee(caller, found, world));
        return isThere && await book.RemoveAsync(id) ? Results.NoContent() : ApiProblem.NotFound($"registration {id}");
    }

    static bool MaySee(ApiCaller caller, Registration registration, World world) =>
        caller.IsOperator || (world.Find(registration.Address) is { } destination && caller.MayActFor(destination.Provider.Id));

    static RegistrationView View(Registration registration, RegistrationBook book)
    {
        var binding = registration.Binding;
        return new RegistrationView(
            binding.Id, registration.Address, binding.Contact, binding.Q / 1_000.0, binding.Instance, binding.RegId, binding.Path, binding.Flow.ToString(),
            binding.UserAgent, Instant.FromUnixTimeMilliseconds(binding.RegisteredMs), Instant.FromUnixTimeMilliseconds(binding.ExpiresMs),
            book.IsReachable(registration));
    }
}
