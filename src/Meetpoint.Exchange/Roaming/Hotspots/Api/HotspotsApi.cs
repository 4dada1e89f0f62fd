using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Hotspots over HTTP: a provider publishes its own, and finds those that its customers may use.</summary>
sealed class HotspotsApi(HotspotService hotspots, Func<World> world, IClock clock)
{
    const int NearLimit = 20;
    const double NearMetres = 5_000;

    /// <summary>The path of one hotspot; its id may have slashes.</summary>
    const string One = "/{provider}/{**id}";

    public void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/hotspots").WithTags("Hotspots");
        group.MapGet("/", (HttpContext context, string? provider, string? cursor, int? limit) => List(context, provider, cursor, limit))
            .WithName("ListHotspots").WithSummary("Hotspots of one provider by id, those that are not in service too; without provider, of the key's own.")
            .Produces<Page<HotspotView>>().ProducesProblem(400).ProducesProblem(404);
        group.MapGet("/near", (HttpContext context, double latitude, double longitude, double? radius, int? limit, string? asker) => Near(context, latitude, longitude, radius, limit, asker))
            .WithName("FindHotspotsNear").WithSummary("Hotspots in service around a point, the nearest first: radius in metres (5000), limit (20, at most 500); of every provider whose agreement covers the asker.")
            .Produces<FoundHotspots>().ProducesProblem(400).ProducesProblem(403);
        group.MapGet("/search", (HttpContext context, string q, int? limit, string? asker) => Search(context, q, limit, asker))
            .WithName("SearchHotspots").WithSummary("Hotspots in service whose name, city or address has words that begin so, whatever case and accents.")
            .Produces<FoundHotspots>().ProducesProblem(400).ProducesProblem(403);
        group.MapGet(One, (HttpContext context, string provider, string id) => Show(context, provider))
            .WithName("ShowHotspot").WithSummary("One hotspot, with its ETag. A slash within the id is written %2F.").Produces<HotspotView>().ProducesProblem(404);
        group.MapPut(One, (HttpContext context, string provider, string id) => PutAsync(context, provider))
            .WithName("PutHotspot").WithSummary("Publish one, or replace it: with If-Match only the version that was read.")
            .WithMetadata(new BodyLimit(HotspotLimits.HotspotBytes)).Accepts<Hotspot>("application/json").Produces<HotspotView>().Produces<HotspotView>(StatusCodes.Status201Created)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);
        group.MapDelete(One, (HttpContext context, string provider, string id) => RemoveAsync(context, provider))
            .WithName("RemoveHotspot").WithSummary("Take one out; with If-Match only the version that was read.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    /// <summary>The problem of a caller that may not publish for a provider; null when it may.</summary>
    public static IResult? MayPublish(HttpContext context, World standing, string provider)
    {
        var caller = ApiCaller.Of(context);
        if (standing.FindProvider(provider) is not { } known || !(caller.IsOperator || caller.Provider == provider || IsPartner(standing, caller, provider)))
            return ApiProblem.NotFound($"provider {provider}");
        if (!caller.MayActFor(provider))
            return ApiProblem.Forbidden("A provider publishes its own hotspots alone.");
        return string.Equals(known.Exchange, standing.Exchange, StringComparison.OrdinalIgnoreCase) ? null
            : ApiProblem.Of(StatusCodes.Status409Conflict, "not-served-here", $"{provider} is served by {known.Exchange}.", "Publish there; it is seen here as far as agreements cover it.");
    }

    /// <summary>The answer to what cannot be written; null when it was.</summary>
    public static IResult? Problem(HotspotOutcome outcome, string id) => outcome switch
    {
        HotspotOutcome.Absent => ApiProblem.NotFound($"hotspot {id}"),
        HotspotOutcome.Conflict => ApiProblem.Of(StatusCodes.Status412PreconditionFailed, "changed-meanwhile", "It has changed since you read it.", "Read it again, then decide."),
        HotspotOutcome.Importing => ApiProblem.Of(StatusCodes.Status409Conflict, "in-progress", "An import of this provider is under way.", "Try again a little later."),
        HotspotOutcome.Full => ApiProblem.Of(StatusCodes.Status409Conflict, "too-many", $"A provider has at most {HotspotLimits.PerProvider} hotspots.", "Take some out first."),
        _ => null,
    };

    /// <summary>422 with the faults.</summary>
    public static IResult Faulty(IReadOnlyList<Fault> faults, int count) => ApiProblem.Of(
        StatusCodes.Status422UnprocessableEntity, "invalid-hotspots", count == 1 ? "There is one fault; nothing was changed." : $"There are {count} faults; nothing was changed.",
        "Mend the faults, and send it again.", new Dictionary<string, object?> { ["faults"] = faults, ["faultCount"] = count });

    static bool IsPartner(World standing, ApiCaller caller, string provider) => new WorldScope(standing, caller.Provider).Show(standing.FindProvider(provider)!) is not null;

    IResult List(HttpContext context, string? provider, string? cursor, int? limit)
    {
        var caller = ApiCaller.Of(context);
        if ((provider ?? caller.Provider) is not { } of)
            return ApiProblem.Malformed("It is not said whose hotspots are meant.", "Add 'provider'.");
        if (!Sees(caller, of))
            return ApiProblem.NotFound($"provider {of}");
        var count = Paging.Limit(limit);
        var entries = hotspots.Directory.Catalogues.GetValueOrDefault(of)?.After(Paging.KeyOf(cursor)).Take(count + 1) ?? [];
        return Results.Ok(Paging.Of(context, [.. entries.Select(entry => View(new FoundHotspot(of, entry), caller.Provider))], count, view => view.Hotspot.Id));
    }

    IResult Near(HttpContext context, double latitude, double longitude, double? radius, int? limit, string? asker)
    {
        if (!(latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180 && radius is not (<= 0 or double.NaN)))
            return ApiProblem.Malformed("This is no point, or no radius.", "Give 'latitude' from -90 to 90, 'longitude' from -180 to 180, and 'radius' in metres.");
        if (!TryAsker(context, ref asker))
            return ApiProblem.Forbidden("This key does not ask for that provider.");
        var count = Math.Clamp(limit ?? NearLimit, 1, HotspotLimits.Found);
        var found = hotspots.Directory.Near(asker, latitude, longitude, Math.Min(radius ?? NearMetres, HotspotLimits.RadiusMetres), count);
        return Results.Ok(new FoundHotspots([.. found.Select(one => View(one, asker))], found.Count == count));
    }

    IResult Search(HttpContext context, string q, int? limit, string? asker)
    {
        if (q.Length > HotspotLimits.LineChars)
            return ApiProblem.Malformed($"The words have more than {HotspotLimits.LineChars} characters.");
        if (!TryAsker(context, ref asker))
            return ApiProblem.Forbidden("This key does not ask for that provider.");
        var (found, hasMore) = hotspots.Directory.Search(asker, q, Math.Clamp(limit ?? NearLimit, 1, HotspotLimits.Found));
        return Results.Ok(new FoundHotspots([.. found.Select(one => View(one, asker))], hasMore));
    }

    IResult Show(HttpContext context, string provider)
    {
        var caller = ApiCaller.Of(context);
        var id = IdOf(context);
        if (!Sees(caller, provider) || hotspots.Directory.Entry(provider, id) is not { } entry)
            return ApiProblem.NotFound($"hotspot {id}");
        context.Response.Headers.ETag = Tag(entry);
        return Results.Ok(View(new FoundHotspot(provider, entry), caller.Provider));
    }

    async Task<IResult> PutAsync(HttpContext context, string provider)
    {
        if (MayPublish(context, world(), provider) is { } refused)
            return refused;
        var (input, malformed) = await JsonBody.ReadAsync(context);
        if (malformed is not null)
            return malformed;
        var id = IdOf(context);
        if (input is not JsonObject members || (members["id"] is { } given && !(given is JsonValue value && value.TryGetValue<string>(out var text) && text == id)))
            return ApiProblem.Malformed($"The body is not a JSON object with the id '{id}'.");
        members["id"] = id;
        var faults = new List<Fault>();
        if (HotspotReader.Read(members, "", faults) is not { } hotspot)
            return Faulty(faults, faults.Count);
        var outcome = await hotspots.Book.PutAsync(provider, hotspot, entry => IsExpected(context, entry));
        if (Problem(outcome, id) is { } problem)
            return problem;
        var entry = hotspots.Directory.Entry(provider, id)!;
        context.Response.Headers.ETag = Tag(entry);
        return Results.Json(View(new FoundHotspot(provider, entry), provider), statusCode: outcome == HotspotOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    async Task<IResult> RemoveAsync(HttpContext context, string provider)
    {
        if (MayPublish(context, world(), provider) is { } refused)
            return refused;
        var id = IdOf(context);
        return Problem(await hotspots.Book.RemoveAsync(provider, id, entry => IsExpected(context, entry)), id) ?? Results.NoContent();
    }

    bool Sees(ApiCaller caller, string provider) => caller.IsOperator || RoamingCover.Covers(world(), caller.Provider!, provider, clock.GetCurrentInstant());

    /// <summary>Who asks: the key's provider, or for an operator whoever is named, and nobody for all there is.</summary>
    static bool TryAsker(HttpContext context, ref string? asker)
    {
        var caller = ApiCaller.Of(context);
        asker ??= caller.Provider;
        return asker is null || caller.MayActFor(asker);
    }

    HotspotView View(FoundHotspot found, string? asker)
    {
        var standing = world();
        return new HotspotView(
            found.Provider, standing.FindProvider(found.Provider)?.Name ?? found.Provider, found.Entry.Hotspot, found.Entry.Updated,
            found.Metres is { } metres ? Math.Round(metres, 1) : null, asker is null || asker == found.Provider ? null : PriceFor(standing, asker, found.Provider));
    }

    string? PriceFor(World standing, string asker, string provider) =>
        RoamingCover.Direct(standing, asker, provider, clock.GetCurrentInstant()) is { Agreement: { Roaming: { } terms } agreement }
            ? agreement.Parties[0] == provider ? terms.PriceAtA : terms.PriceAtB : null;

    static string Tag(HotspotEntry entry) => $"\"{entry.Tag}\"";

    // Without If-Match whoever writes last is right: a provider is the only one that publishes its hotspots.
    static bool IsExpected(HttpContext context, HotspotEntry? entry) =>
        context.Request.Headers.IfMatch.Count == 0 || (entry is not null && EntityTag.Guard(context, Tag(entry)) is null);

    /// <summary>The id as the request's own path has it: the server leaves %2F as it is, which an id may hold as well.</summary>
    static string IdOf(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path.Value!;
        var path = target.Split('?')[0];
        var at = path.IndexOf("/hotspots/", StringComparison.OrdinalIgnoreCase) + "/hotspots/".Length;
        return Uri.UnescapeDataString(path[(path.IndexOf('/', at) + 1)..]);
    }
}
