using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Media.Relay;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Calls;

/// <summary>Calls that are on: seen, and ended.</summary>
static class CallsApi
{
    public static void MapCalls(this IEndpointRouteBuilder api, IEventLoop loop, CallContext calls)
    {
        var group = api.MapGroup("/calls").WithTags("Calls");
        group.MapGet("", (HttpContext context, int? limit, string? cursor) => ListAsync(context, limit, cursor, loop, calls))
            .WithName("ListCalls").WithSummary("Calls that are on, the newest first.").Produces<Page<CallView>>();
        group.MapGet("/{id}", (HttpContext context, string id) => ShowAsync(context, id, loop, calls))
            .WithName("ShowCall").WithSummary("One call that is on.").Produces<CallView>().ProducesProblem(404);
        group.MapPost("/{id}/end", (HttpContext context, string id) => EndAsync(context, id, loop, calls))
            .WithName("EndCall").WithSummary("End a call: both sides get a BYE.").Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    static async Task<IResult> ListAsync(HttpContext context, int? limit, string? cursor, IEventLoop loop, CallContext calls)
    {
        var caller = ApiCaller.Of(context);
        var most = Paging.Limit(limit);
        var after = Paging.KeyOf(cursor);
        var oneMore = await loop.AskAsync(() => calls.Calls.All
            .Where(call => Sees(caller, call) && (after.Length == 0 || string.CompareOrdinal(call.Id, after) < 0))
            .OrderByDescending(call => call.Id, StringComparer.Ordinal).Take(most + 1).Select(call => View(calls, call)).ToList());
        return Results.Ok(Paging.Of(context, oneMore, most, call => call.Id));
    }

    static async Task<IResult> ShowAsync(HttpContext context, string id, IEventLoop loop, CallContext calls)
    {
        var caller = ApiCaller.Of(context);
        var view = await loop.AskAsync(() => calls.Calls.Find(id) is { } call && Sees(caller, call) ? View(calls, call) : null);
        return view is null ? ApiProblem.NotFound($"call {id}") : Results.Ok(view);
    }

    static async Task<IResult> EndAsync(HttpContext context, string id, IEventLoop loop, CallContext calls)
    {
        var caller = ApiCaller.Of(context);
        var (isSeen, isEnded) = await loop.AskAsync(() => calls.Calls.Find(id) is { } call && Sees(caller, call)
            ? (true, call.Answered is not null && calls.Ending.End(call, "Ended by the operator")) : (false, false));
        return isEnded ? Results.NoContent()
            : isSeen ? ApiProblem.Of(
                StatusCodes.Status409Conflict, "call-not-ours-to-end", $"Call {id} cannot be ended from here.",
                "A call is ended here once it is answered and when it is anchored; in transparent mode only its two sides can.")
            : ApiProblem.NotFound($"call {id}");
    }

    static bool Sees(ApiCaller caller, RelayedCall call) =>
        (call.From.Provider is { } from && caller.MayActFor(from)) || (call.To.Provider is { } to && caller.MayActFor(to)) || caller.IsOperator;

    static CallView View(CallContext calls, RelayedCall call) => new(
        call.Id, call.Grant.IsHeld ? call.Grant.Correlation.ToString() : null, call.Mode,
        call.Answered is not null ? CallStanding.Up : call.Ringing is not null ? CallStanding.Ringing : CallStanding.Trying,
        call.Caller, call.Called, call.From.Name, call.To.Name.Length == 0 ? null : call.To.Name, call.Began, call.Ringing, call.Answered,
        [.. calls.Anchored.Of(call)?.Media.Lines.SelectMany(Lines) ?? []])
    {
        Quality = calls.Anchored.Of(call)?.Quality?.Figures,
    };

    static IEnumerable<CallMediaView> Lines(MediaLine line) => new[] { (Side: RelaySide.A, Name: "caller"), (Side: RelaySide.B, Name: "called") }.Select(side =>
    {
        var seen = line.Relay.Statistics(side.Side);
        return new CallMediaView(
            side.Name, line.IsAudio ? "audio" : "video", seen.PacketsReceived, seen.BytesReceived, seen.PacketsLost,
            Math.Round(seen.JitterMs, 2), Math.Round(seen.RoundTripMs, 2));
    });
}
