using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The event log over HTTP, by correlation id.</summary>
static class EventsApi
{
    public static void MapEvents(this IEndpointRouteBuilder api, EventLog log, Store store)
    {
        // The operator's for now: an event names both sides, and which of its attributes a party may read is the agreement's to say.
        api.MapGet("/events", (string? correlation, string? incident) => Find(correlation, incident, log, store))
            .WithTags("Events").WithName("ListEvents")
            .WithSummary("What happened in a session, the oldest first; the session may be named by the incident of a refusal in it.")
            .AddEndpointFilter<OperatorOnly>().Produces<Page<EventView>>().ProducesProblem(400).ProducesProblem(403);
    }

    static IResult Find(string? text, string? incident, EventLog log, Store store)
    {
        if (incident is not null && text is null)
        {
            // A refusal that nobody has heard of is no fault of the asker's: it may have been another exchange's.
            if ((log.SessionOf(incident) ?? store.Read(reader => EventLog.SessionOf(reader, incident))) is not { } session)
                return Results.Ok(new Page<EventView>([], false, null));
            text = session.ToString();
        }

        if (!CorrelationId.TryParse(text, out var correlation))
        {
            return ApiProblem.Malformed(
                $"'{text}' is no correlation id.", $"Give correlation={CorrelationId.TextLength} hexadecimal digits, as usage records and log lines carry them, or incident=inc_... as a refusal says it.");
        }

        // What is not flushed yet is in memory only, and what memory has lost is in the store only.
        var events = store.Read(reader => EventLog.Find(reader, correlation))
            .Concat(log.Find(correlation))
            .Select(happened => new EventView(happened.At, happened.Code, happened.Correlation.ToString(), Attributes(happened)))
            .DistinctBy(view => (view.At.ToUnixTimeMilliseconds(), view.Code, string.Join('\n', view.Attributes)))
            .OrderBy(view => view.At)
            .ToList();
        return Results.Ok(new Page<EventView>(events, false, null));
    }

    static Dictionary<string, string> Attributes(ExchangeEvent happened)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in happened.Attributes)
            attributes[attribute.Name] = attribute.Value;
        return attributes;
    }
}
