using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>How calls went, over HTTP: the operator sees all partners, a provider its own neighbours.</summary>
static class CallStatisticsApi
{
    /// <summary>How far back figures go when nothing is said.</summary>
    static readonly Duration Back = Duration.FromDays(1);

    public static void MapCallStatistics(this IEndpointRouteBuilder api, CallContext calls) => api.MapGet(
            "/calls/statistics",
            (HttpContext context, string? partner, string? destination, string? since, string? until, CallGrouping? by, int? limit, string? cursor) =>
                List(context, new Asked(partner, destination, since, until, by ?? CallGrouping.Destination, Paging.Limit(limit), Paging.KeyOf(cursor)), calls))
        .WithTags("Calls").WithName("CallStatistics")
        .WithSummary("ASR, NER, ACD, PDD (ITU-T E.425) and causes by partner, direction and destination, of the last day or of the time asked for, in whole periods of 15 minutes.")
        .Produces<Page<CallFiguresView>>().ProducesProblem(400);

    sealed record Asked(string? Partner, string? Destination, string? Since, string? Until, CallGrouping By, int Limit, string After);

    static IResult List(HttpContext context, Asked asked, CallContext calls)
    {
        var now = calls.Clock.GetCurrentInstant();
        if (!TryTime(asked.Since, now - Back, out var since) || !TryTime(asked.Until, now, out var until))
            return ApiProblem.Malformed("A time cannot be read.", "Write it as 2026-11-22T09:30:00Z.");
        if (until < since)
            return ApiProblem.Malformed("The time ends before it begins.", "Make 'until' later than 'since'.");
        var (caller, world) = (ApiCaller.Of(context), calls.Admission.World);
        var rows = calls.Statistics.Figures(new Interval(since, until), Chosen, asked.By == CallGrouping.Destination)
            .Select(figures => (Key: KeyOf(figures), Figures: figures)).Where(row => string.CompareOrdinal(row.Key, asked.After) > 0)
            .OrderBy(row => row.Key, StringComparer.Ordinal).Take(asked.Limit + 1).ToList();
        var page = Paging.Of(context, rows, asked.Limit, row => row.Key);
        return Results.Ok(new Page<CallFiguresView>([.. page.Items.Select(row => View(row.Figures))], page.HasMore, page.Next));

        bool Chosen(CallKey key)
        {
            var provider = world.FindNeighbour(key.Partner)?.Neighbour.Provider;
            return (caller.IsOperator || (provider is not null && caller.MayActFor(provider)))
                && (asked.Partner is null || asked.Partner == key.Partner || asked.Partner == provider)
                && (asked.Destination is not { } wanted
                    || (wanted.StartsWith('+') ? key.Destination.StartsWith(wanted, StringComparison.Ordinal) : string.Equals(key.Destination, wanted, StringComparison.OrdinalIgnoreCase)));
        }
    }

    static bool TryTime(string? text, Instant absent, out Instant time)
    {
        var parsed = text is null ? null : InstantPattern.ExtendedIso.Parse(text);
        time = parsed is { Success: true } ? parsed.Value : absent;
        return parsed is null or { Success: true };
    }

    static string KeyOf(CallFigures figures) => $"{figures.Partner} {(int)figures.Direction} {figures.Destination}";

    static CallFiguresView View(CallFigures figures) => new()
    {
        Partner = figures.Partner,
        Direction = figures.Direction,
        Destination = figures.Destination.Length == 0 ? null : figures.Destination,
        Attempts = figures.Seizures,
        Answered = figures.Answered,
        Effective = figures.Effective,
        Asr = Rounded(figures.Asr, 4),
        Ner = Rounded(figures.Ner, 4),
        AcdSeconds = Rounded(figures.AcdSeconds, 3),
        PddMedianMs = figures.PddMedianMs,
        Pdd95Ms = figures.Pdd95Ms,
        PddAverageMs = Rounded(figures.PddMs, 0),
        PddLongestMs = figures.Delayed == 0 ? null : figures.LongestDelayMs,
        Causes = [.. figures.Causes.OrderBy(cause => cause.Key).Select(cause => new CallCauseView(cause.Key, Q850.Meaning(cause.Key), cause.Value))],
    };

    static double? Rounded(double? value, int digits) => value is { } exact ? Math.Round(exact, digits) : null;
}
