using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>Usage and statements over HTTP. A provider sees those of its own agreements.</summary>
static class SettlementApi
{
    /// <summary>How long the other side is waited for when statements are compared.</summary>
    static readonly Duration Wait = Duration.FromSeconds(5);

    public static void MapSettlement(this IEndpointRouteBuilder api, Store store, StatementBook statements, Func<World> world, IClock clock)
    {
        api.MapGet("/usage", (HttpContext context, string? cursor, int? limit, string? meeting, string? agreement) =>
                ListUsage(context, cursor, limit, meeting, agreement, store, world()))
            .WithTags("Usage").WithName("ListUsage").WithSummary("Usage records by id, which is by age: of a meeting, of an agreement, or all.")
            .Produces<Page<UsageView>>().ProducesProblem(404);
        var group = api.MapGroup("/agreements/{id}/statement").WithTags("Statements");
        group.MapGet("/", (HttpContext context, string id, string? period) => Show(context, id, period, statements, world(), clock))
            .WithName("ShowStatement").WithSummary("The priced statement of a month such as 2026-11; this month's when left out.")
            .Produces<StatementView>().ProducesProblem(400).ProducesProblem(404);
        group.MapGet("/comparison", (HttpContext context, string id, string? period) => CompareAsync(context, id, period, statements, world(), clock))
            .WithName("CompareStatement").WithSummary("Asks the other side for its digest.")
            .Produces<StatementComparisonView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
    }

    static IResult ListUsage(HttpContext context, string? cursor, int? limit, string? meeting, string? agreement, Store store, World world)
    {
        var caller = ApiCaller.Of(context);
        if (agreement is not null && Agreement(caller, agreement, world) is null)
            return ApiProblem.NotFound($"agreement {agreement}");
        var count = Paging.Limit(limit);
        var key = Paging.KeyOf(cursor);
        var own = caller.IsOperator ? null
            : world.Document.Agreements.Where(each => each.Parties.Contains(caller.Provider!)).Select(each => each.Id).ToArray();
        var found = new List<UsageEntry>();
        while (found.Count <= count)
        {
            var rows = store.Read(reader => UsageBook.List(reader, meeting, agreement, key, count + 1));
            found.AddRange(rows.Where(row => own is null || own.Contains(row.Agreement)));
            if (rows.Count <= count)
                break;
            key = rows[^1].Id;
        }

        var page = Paging.Of(context, found.Take(count + 1).ToList(), count, entry => entry.Id);
        return Results.Ok(new Page<UsageView>([.. page.Items.Select(View)], page.HasMore, page.Next));
    }

    static IResult Show(HttpContext context, string id, string? period, StatementBook statements, World world, IClock clock)
    {
        if (Month(context, id, period, world, clock, out var month) is { } problem)
            return problem;
        if (statements.Build(id, month) is not { } statement)
            return ApiProblem.NotFound($"statement of {id} for {month}");
        var digest = statement.Digest();
        context.Response.Headers.ETag = EntityTag.Of(digest);
        return Results.Ok(View(statement, digest));
    }

    static async Task<IResult> CompareAsync(HttpContext context, string id, string? period, StatementBook statements, World world, IClock clock)
    {
        if (Month(context, id, period, world, clock, out var month) is { } problem)
            return problem;
        if (statements.Build(id, month) is null)
            return ApiProblem.NotFound($"statement of {id} for {month}");
        try
        {
            var compared = await statements.CompareAsync(id, month, Wait);
            return Results.Ok(new StatementComparisonView(id, month, compared.Ours, compared.Theirs, compared.AreEqual));
        }
        catch (NniUnreachableException exception)
        {
            return ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "unreachable", exception.Message, "Ask again when the link is back.");
        }
    }

    /// <summary>Null with the month, or the problem: an agreement that the caller may not see, or a month that is none.</summary>
    static IResult? Month(HttpContext context, string id, string? period, World world, IClock clock, out string month)
    {
        month = period ?? "";
        if (Agreement(ApiCaller.Of(context), id, world) is not { } agreement)
            return ApiProblem.NotFound($"agreement {id}");
        if (period is null)
            month = StatementPeriod.Of(clock.GetCurrentInstant(), agreement.TimeZone).Name;
        return StatementPeriod.TryParse(month, agreement.TimeZone, out _) ? null
            : ApiProblem.Malformed($"'{period}' is no month.", "Write year and month, such as 2026-11.");
    }

    static Agreement? Agreement(ApiCaller caller, string id, World world) =>
        world.Document.Agreements.FirstOrDefault(each => each.Id == id) is { } agreement
        && (caller.IsOperator || agreement.Parties.Contains(caller.Provider!)) ? agreement : null;

    static UsageView View(UsageEntry entry) => new()
    {
        Id = entry.Id,
        Meeting = entry.Meeting,
        Agreement = entry.Agreement,
        Correlation = entry.Correlation,
        Unit = entry.Unit,
        Party = entry.Party,
        Called = entry.Called,
        MeasuredBy = entry.MeasuredBy,
        Peer = entry.Peer,
        State = entry.State,
        Reason = entry.Reason,
        Started = entry.Started,
        Ended = entry.Ended,
        BillableMs = entry.BillableMs,
        PacketsIn = entry.PacketsIn,
        PacketsOut = entry.PacketsOut,
        BytesIn = entry.BytesIn,
        BytesOut = entry.BytesOut,
        WitnessStarted = entry.WitnessStarted,
        WitnessEnded = entry.WitnessEnded,
        Quality = QualityText.Read(entry.Quality),
        WitnessQuality = QualityText.Read(entry.WitnessQuality),
    };

    static StatementView View(Statement statement, string digest) => new(
        statement.Agreement, statement.Period.Name, statement.Period.From, statement.Period.Until, digest,
        [.. statement.Lines.Select(View)],
        [
            .. statement.Legs.Select(leg =>
                new StatementLegView(leg.Payer, leg.Payee, leg.Unit, leg.Tariff, leg.Count, leg.BillableMs, leg.Total.ToString())),
        ],
        [.. statement.Net.Select(net => new StatementNetView(net.Payer, net.Payee, net.Amount.ToString()))]);

    static StatementLineView View(StatementLine line) => new(
        line.Record.Id, line.Record.ContentHash(), line.Record.Meeting, line.Record.Unit, line.Record.MeasuredBy, line.Record.Party, line.Record.Called,
        line.Record.Started, line.Record.Ended, line.Record.BillableMs,
        [.. line.Charges.Select(charge => new StatementChargeView(charge.Payer, charge.Payee, charge.Tariff, charge.Amount.ToString()))]);
}
