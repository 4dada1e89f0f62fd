using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The world over HTTP: applied whole, read and changed object by object.</summary>
static class WorldApi
{
    /// <summary>Bytes of a world document: a million addresses and what belongs to them.</summary>
    public const long DocumentBytes = 64 << 20;

    /// <summary>Faults told in one answer.</summary>
    const int MaxFaults = 1_000;

    public static void MapWorld(this IEndpointRouteBuilder api, WorldEditor editor, WorldStore store)
    {
        var world = api.MapGroup("/world").WithTags("World").AddEndpointFilter<OperatorOnly>();
        world.MapPost("/", (HttpContext context, bool? dry_run) => ApplyAsync(context, dry_run == true, editor))
            .WithName("ApplyWorld").WithSummary("Make the world what the document says; dry_run=true only shows the difference.")
            .WithMetadata(new BodyLimit(DocumentBytes)).Accepts<WorldDocument>("application/json").Produces<WorldDiff>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(422);
        world.MapGet("/", () => Results.Json(WorldObjects.Document(editor.World.Document)))
            .WithName("ShowWorld").WithSummary("The whole world as a document that can be applied again; secrets are left out, and kept when it is.")
            .Produces<WorldDocument>().ProducesProblem(403);
        Kind<Provider>("providers", "Provider");
        Kind<Organisation>("organisations", "Organisation");
        Kind<User>("users", "User");
        Kind<Endpoint>("endpoints", "Endpoint");
        Kind<PresenceList>("presenceLists", "PresenceList");
        Kind<EquipmentProfile>("profiles", "Profile");
        Kind<Neighbour>("neighbours", "Neighbour");
        Kind<Agreement>("agreements", "Agreement");
        Kind<Route>("routes", "Route");
        Kind<Settlement.Tariff>("tariffs", "Tariff");
        api.MapGet("/agreements/{id}/history", (HttpContext context, string id) => History(context, id, editor, store))
            .WithTags("Agreements").WithName("ShowAgreementHistory").WithSummary("Every version that the agreement had, the oldest first.")
            .Produces<Page<AgreementVersionView>>().ProducesProblem(404);

        void Kind<T>(string plural, string word)
            where T : class
        {
            var kind = WorldKind.All.Single(each => each.Plural == plural);
            var group = api.MapGroup("/" + kind.Path).WithTags(char.ToUpperInvariant(plural[0]) + kind.Path[1..].Replace('-', ' '));
            group.MapGet("/", (HttpContext context, string? cursor, int? limit) => List(context, kind, cursor, limit, editor))
                .WithName($"List{word}s").WithSummary("Those that the key may see, by id.").Produces<Page<T>>();
            group.MapGet("/{id}", (HttpContext context, string id) => Show(context, kind, id, editor))
                .WithName($"Show{word}").WithSummary("One, with its ETag.").Produces<T>().ProducesProblem(404);
            group.MapPut("/{id}", (HttpContext context, string id, bool? dry_run) => PutAsync(context, kind, id, dry_run == true, editor))
                .WithName($"Put{word}").WithSummary("Make or replace one: If-Match with its ETag, or If-None-Match: * for a new one.")
                .Accepts<T>("application/json").Produces<WorldDiff>().Produces<WorldDiff>(StatusCodes.Status201Created)
                .ProducesProblem(400).ProducesProblem(403).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
            group.MapDelete("/{id}", (HttpContext context, string id, bool? dry_run) => DeleteAsync(context, kind, id, dry_run == true, editor))
                .WithName($"Delete{word}").WithSummary("Take one out, when nothing else refers to it.").Produces<WorldDiff>()
                .ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        }
    }

    static async Task<IResult> ApplyAsync(HttpContext context, bool dryRun, WorldEditor editor)
    {
        var (input, problem) = await JsonBody.ReadAsync(context);
        return problem ?? Answer(await editor.ApplyAsync(input, dryRun), StatusCodes.Status200OK);
    }

    static IResult List(HttpContext context, WorldKind kind, string? cursor, int? limit, WorldEditor editor)
    {
        var count = Paging.Limit(limit);
        var page = Paging.Of(context, kind.List(Scope(context, editor), Paging.KeyOf(cursor), count + 1), count, item => item.Id);
        return Results.Ok(new Page<JsonObject>([.. page.Items.Select(item => item.Doc)], page.HasMore, page.Next));
    }

    static IResult Show(HttpContext context, WorldKind kind, string id, WorldEditor editor)
    {
        if (kind.Find(Scope(context, editor), id) is not { } doc)
            return ApiProblem.NotFound($"{kind.Path}/{id}");
        context.Response.Headers.ETag = Tag(kind, editor.World.Document, id) ?? EntityTag.Of(CanonicalJson.Text(doc));
        return Results.Json(doc);
    }

    static async Task<IResult> PutAsync(HttpContext context, WorldKind kind, string id, bool dryRun, WorldEditor editor)
    {
        var (input, malformed) = await JsonBody.ReadAsync(context);
        if (malformed is not null)
            return malformed;
        if (input is not JsonObject doc || (doc["id"] is { } given && !(given is JsonValue value && value.TryGetValue<string>(out var text) && text == id)))
            return ApiProblem.Malformed($"The body is not a JSON object with the id '{id}'.");
        doc["id"] = id;
        var caller = ApiCaller.Of(context);
        IResult? refusal = null;
        var index = -1;
        var isNew = false;
        var edit = await editor.EditAsync(
            standing =>
            {
                var tag = Tag(kind, standing, id);
                isNew = tag is null;
                refusal = MayChange(caller, kind, standing, id) ?? Precondition(context, tag);
                if (refusal is not null)
                    return new WorldCheck(null, []);
                if (kind.Plural == "endpoints")
                    WorldSecrets.Keep(doc, standing.Endpoints.FirstOrDefault(endpoint => endpoint.Id == id));
                else if (kind.Plural == "neighbours")
                    WorldSecrets.Keep(doc, standing.Neighbours.FirstOrDefault(neighbour => neighbour.Id == id));
                var faults = new List<Fault>();
                var single = WorldReader.Read(new JsonObject { [kind.Plural] = new JsonArray(doc) }, faults);
                if (faults.Count > 0)
                    return new WorldCheck(null, [.. faults.Select(fault => Within(fault, $"/{kind.Plural}/0"))]);
                var desired = kind.Put(standing, single, out index);
                refusal = kind.IsProviders && !caller.IsOperator && kind.OwnerIn(desired, id) != caller.Provider
                    ? ApiProblem.Forbidden("It would belong to another provider.") : null;
                return refusal is null ? Check(desired, caller, kind, index) : new WorldCheck(null, []);
            },
            dryRun);
        if (refusal is not null)
            return refusal;
        if (!dryRun && edit.Diff is not null && Tag(kind, editor.World.Document, id) is { } now)
            context.Response.Headers.ETag = now;
        return Answer(edit, isNew && !dryRun ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, WorldKind kind, string id, bool dryRun, WorldEditor editor)
    {
        var caller = ApiCaller.Of(context);
        IResult? refusal = null;
        var edit = await editor.EditAsync(
            standing =>
            {
                refusal = MayChange(caller, kind, standing, id)
                    ?? (Tag(kind, standing, id) is { } tag ? EntityTag.Guard(context, tag) : ApiProblem.NotFound($"{kind.Path}/{id}"));
                return refusal is null ? Check(kind.Remove(standing, id), caller, kind, -1) : new WorldCheck(null, []);
            },
            dryRun);
        return refusal ?? Answer(edit, StatusCodes.Status200OK);
    }

    static IResult History(HttpContext context, string id, WorldEditor editor, WorldStore store)
    {
        var versions = store.History(id);
        var caller = ApiCaller.Of(context);
        // The newest version says whose it is, also when the agreement itself has been taken out.
        if (versions is not [.., var newest] || !(caller.IsOperator || newest.Doc["parties"]!.AsArray().Any(party => party!.GetValue<string>() == caller.Provider)))
            return ApiProblem.NotFound($"agreements/{id}");
        return Results.Ok(new Page<AgreementVersionView>(
            [.. versions.Select(version => new AgreementVersionView(version.Version, version.Hash, version.StoredAt, version.Doc))], false, null));
    }

    static WorldScope Scope(HttpContext context, WorldEditor editor) => new(editor.World, ApiCaller.Of(context).Provider);

    static IResult? MayChange(ApiCaller caller, WorldKind kind, WorldDocument standing, string id)
    {
        if (caller.IsOperator)
            return null;
        if (!kind.IsProviders)
            return ApiProblem.Forbidden($"{kind.Path} are changed by the operator of the exchange.");
        // What is another's is not even said to exist.
        return kind.OwnerIn(standing, id) is { } owner && owner != caller.Provider ? ApiProblem.NotFound($"{kind.Path}/{id}") : null;
    }

    static IResult? Precondition(HttpContext context, string? tag)
    {
        if (tag is not null)
            return EntityTag.Guard(context, tag);
        return context.Request.Headers.IfMatch.Count == 0
            ? null
            : ApiProblem.Of(StatusCodes.Status412PreconditionFailed, "changed-meanwhile", "There is none by that id now.", "Leave If-Match out to make it.");
    }

    /// <summary>Judges the whole; what lies outside the object is told to the operator, and to a provider only that it is so.</summary>
    static WorldCheck Check(WorldDocument desired, ApiCaller caller, WorldKind kind, int index)
    {
        var faults = WorldValidator.Validate(desired);
        if (faults.IsEmpty)
            return new WorldCheck(desired, []);
        var own = $"/{kind.Plural}/{index}";
        return new WorldCheck(null,
        [
            .. faults.Select(fault => fault.Path == own || fault.Path.StartsWith(own + "/", StringComparison.Ordinal) ? Within(fault, own)
                : caller.IsOperator ? fault
                : new Fault("", "in-use", "Something else refers to it.", "Ask the operator of the exchange.")).Distinct(),
        ]);
    }

    static Fault Within(Fault fault, string prefix) =>
        fault.Path.StartsWith(prefix, StringComparison.Ordinal) ? fault with { Path = fault.Path[prefix.Length..] } : fault;

    static string? Tag(WorldKind kind, WorldDocument document, string id) =>
        kind.Stored(document, id) is { } doc ? EntityTag.Of(CanonicalJson.Text(doc)) : null;

    static IResult Answer(WorldEdit edit, int status) => edit.Diff is { } diff
        ? Results.Json(diff, statusCode: status)
        : ApiProblem.Of(
            StatusCodes.Status422UnprocessableEntity, "invalid-world",
            edit.Faults.Length == 1 ? "There is one fault; nothing was changed." : $"There are {edit.Faults.Length} faults; nothing was changed.",
            "Mend the faults, and send it again.",
            new Dictionary<string, object?> { ["faults"] = edit.Faults.Take(MaxFaults).ToList() });
}
