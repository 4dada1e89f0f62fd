using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>Makes and revokes the pages that phones fetch. A provider does so for its own customers, an operator for all.</summary>
/// <param name="presence">The exchange's presence; asked on its loop.</param>
/// <param name="links">Where they are kept.</param>
sealed class PhonePageLinksApi(PresenceService presence, PhonePageLinks links)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/phone-pages").WithTags("Presence");
        group.MapPost("/", (HttpContext context, PhonePageRequest request) => CreateAsync(context, request))
            .WithName("CreatePhonePage").WithMetadata(new SecretAnswer())
            .WithSummary("Make a page that a phone fetches without a key: a list's people as the watcher may see them. Its path is in this answer and never again.")
            .Produces<PhonePageView>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        group.MapGet("/", (HttpContext context, string? cursor, int? limit) => List(context, cursor, limit))
            .WithName("ListPhonePages").WithSummary("Pages that phones fetch, revoked ones too; never their paths.").Produces<Page<PhonePageView>>().ProducesProblem(400);
        group.MapDelete("/{id}", (HttpContext context, string id) => RevokeAsync(context, id))
            .WithName("RevokePhonePage").WithSummary("End a page at once.").Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
    }

    async Task<IResult> CreateAsync(HttpContext context, PhonePageRequest request)
    {
        var caller = ApiCaller.Of(context);
        if (AddressText.Canonical(request.Watcher, out var form) is not { } watcher || form == AddressForm.Domain)
            return ApiProblem.Malformed($"'{request.Watcher}' is no address.", "Write it as bob@albion.example or +442079460001.");
        var provider = await presence.Context.Loop.AskAsync(() => presence.Context.Admission.World.Find(watcher)?.Provider is { } found && presence.Context.Policy.IsHere(found) ? found.Id : null);
        if (provider is null || !caller.MayActFor(provider))
            return ApiProblem.Forbidden($"{watcher} is no customer in whose name you may watch.");
        if (await presence.Context.Loop.AskAsync(() => presence.Pages.Allowed(new PhonePage("", watcher, request.List)) is null))
            return ApiProblem.NotFound($"presence list {request.List} for {watcher}");
        var (view, token) = await links.CreateAsync(provider, watcher, request.List);
        return Results.Created($"{ExchangeApi.Root}/phone-pages/{view.Id}", view with { Path = $"{PhonePagesApi.Root}/{token}" });
    }

    IResult List(HttpContext context, string? cursor, int? limit)
    {
        var count = Paging.Limit(limit);
        return Results.Ok(Paging.Of(context, links.List(ApiCaller.Of(context).Provider, Paging.KeyOf(cursor), count + 1), count, page => page.Id));
    }

    async Task<IResult> RevokeAsync(HttpContext context, string id)
    {
        if (links.ById(id) is not { } page || !ApiCaller.Of(context).MayActFor(page.Provider) || !await links.RevokeAsync(id))
            return ApiProblem.NotFound($"page {id} that holds");
        presence.Context.Loop.Post(() => presence.Pages.Close(id));
        return Results.NoContent();
    }
}
