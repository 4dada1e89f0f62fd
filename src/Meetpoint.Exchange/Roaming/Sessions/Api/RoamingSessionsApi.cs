using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Roaming.Dynamic;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>Roaming sessions over HTTP. A provider sees those at its own networks, and those of its own customers.</summary>
sealed class RoamingSessionsApi(Store store, IClock clock, RoamingDisconnect disconnect)
{
    /// <summary>Days that a score is over when nothing is said.</summary>
    const int ScoreDays = 30;

    public void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/roaming").WithTags("Roaming");
        group.MapGet("/sessions", (HttpContext context, string? cursor, int? limit, string? state, string? visited, string? home, string? realm, string? hotspot, string? person) =>
                List(context, cursor, limit, state, new SessionFilter(null, visited, home, realm, hotspot, person)))
            .WithName("ListRoamingSessions")
            .WithSummary("Roaming sessions, the latest first: by state (accepted, open, closed, settled), visited or home provider, realm, hotspot, person.")
            .Produces<Page<RoamingSessionView>>().ProducesProblem(400);
        group.MapGet("/sessions/{id}", Show).WithName("ShowRoamingSession").WithSummary("One roaming session with the reports that prove it.")
            .Produces<RoamingSessionProof>().ProducesProblem(404);
        group.MapPost("/sessions/{id}/disconnect", DisconnectAsync).WithName("DisconnectRoamingSession")
            .WithSummary("Ends a roaming session, and says whether it truly ended: the access server's word, and its Stop.")
            .Produces<RoamingDisconnectView>().ProducesProblem(403).ProducesProblem(404);
        group.MapGet("/scores", Scores).WithName("ListRoamingScores")
            .WithSummary("How well the accounting of visited providers kept the rules, 0 to 100: over days such as 2026-11-01, both included; over the last 30 when left out.")
            .Produces<IReadOnlyList<RoamingScore>>().ProducesProblem(400);
    }

    IResult List(HttpContext context, string? cursor, int? limit, string? state, SessionFilter filter)
    {
        var caller = ApiCaller.Of(context);
        if (state is not null)
        {
            if (!Enum.TryParse<SessionState>(state, ignoreCase: true, out var known) || int.TryParse(state, out _))
                return ApiProblem.Malformed($"'{state}' is no state.", "Use accepted, open, closed or settled.");
            filter = filter with { State = known };
        }

        var count = Paging.Limit(limit);
        var key = Paging.KeyOf(cursor);
        var rows = store.Read(reader => SessionRows.List(reader, filter with { Party = caller.Provider }, key.Length == 0 ? null : key, count + 1));
        return Results.Ok(Paging.Of(context, [.. rows.Select(View)], count, view => view.Id));
    }

    IResult Show(HttpContext context, string id)
    {
        var caller = ApiCaller.Of(context);
        // In one reading: what waits in its row may be in one of its own a moment later.
        var (found, proofs) = store.Read(reader => SessionRows.Find(reader, id) is { } row ? (row, SessionRows.Proofs(reader, id, row.Session())) : (null, []));
        if (found is null || !(caller.MayActFor(found.Visited) || caller.MayActFor(found.Home)))
            return ApiProblem.NotFound($"roaming session {id}");
        return Results.Ok(new RoamingSessionProof(View(found), found.Session().Chain,
        [
            .. proofs.Select(report => new AccountingReportView(
                report.Status, report.Event, report.Received, report.Seconds, report.OctetsIn, report.OctetsOut, Convert.ToHexStringLower(report.Digest),
                report.Raw is { } raw ? Convert.ToHexStringLower(raw) : null)),
        ]));
    }

    async Task<IResult> DisconnectAsync(HttpContext context, string id)
    {
        var caller = ApiCaller.Of(context);
        if (disconnect.Row(id) is not { } row || !(caller.MayActFor(row.Visited) || caller.MayActFor(row.Home)))
            return ApiProblem.NotFound($"roaming session {id}");
        return await disconnect.EndAsync(id, context.RequestAborted) is { } done ? Results.Ok(done) : ApiProblem.NotFound($"roaming session {id}");
    }

    IResult Scores(HttpContext context, string? from, string? until, string? visited)
    {
        var caller = ApiCaller.Of(context);
        var today = clock.GetCurrentInstant().InUtc().Date;
        var (first, last) = (today.PlusDays(-ScoreDays), today);
        if ((from is not null && !LocalDatePattern.Iso.Parse(from).TryGetValue(default, out first)) || (until is not null && !LocalDatePattern.Iso.Parse(until).TryGetValue(default, out last)))
            return ApiProblem.Malformed("This is no date.", "Write year, month and day, such as 2026-11-22.");
        return Results.Ok(store.Read(reader => RoamingScores.Of(reader, first, last, visited, caller.Provider)));
    }

    static RoamingSessionView View(SessionRow row)
    {
        var session = row.Session();
        var use = session.Use;
        return new RoamingSessionView
        {
            Id = row.Id,
            Correlation = row.Key,
            State = row.State,
            End = session.End,
            Visited = row.Visited,
            Home = row.Home,
            Realm = row.Realm,
            Hotspot = row.Hotspot,
            Person = row.Person,
            Nas = row.Nas,
            AccountingId = row.AccountId,
            Started = session.Started,
            Ended = session.Ended,
            Seconds = (long)session.Billable.TotalSeconds,
            OctetsIn = use.OctetsIn,
            OctetsOut = use.OctetsOut,
            TerminateCause = session.TerminateCause,
            Agreements = [.. session.Terms.Links.Select(link => link.Agreement)],
            Evidence = session.Evidence,
        };
    }
}
