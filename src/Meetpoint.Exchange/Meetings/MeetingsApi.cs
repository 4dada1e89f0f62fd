using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Signalling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Meetings over HTTP: schedule, list, show, change, extend, cancel.</summary>
static class MeetingsApi
{
    /// <summary>How long a POST waits for the other exchanges before it answers 202.</summary>
    static readonly Duration Wait = Duration.FromSeconds(4);

    public static void MapMeetings(this IEndpointRouteBuilder api, MeetingService service, MeetingParties parties, IClock clock, Ids ids, RefusalWriter refusals)
    {
        var meetings = api.MapGroup("/meetings").WithTags("Meetings");
        meetings.MapPost("/", (HttpContext context, ScheduleRequest request) => ScheduleAsync(context, request, service, parties, clock, ids, refusals))
            .WithName("ScheduleMeeting").WithSummary("Book a meeting: 201 when it stands, 202 while another exchange has not answered.")
            .Produces<MeetingView>(StatusCodes.Status201Created).Produces<MeetingView>(StatusCodes.Status202Accepted)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);
        meetings.MapGet("/", (HttpContext context, string? cursor, int? limit, bool? past) => List(context, cursor, limit, past, service, parties, clock))
            .WithName("ListMeetings").WithSummary("Meetings that are not over, or all with past=true.").Produces<Page<MeetingView>>();
        meetings.MapGet("/{id}", (HttpContext context, string id) => Show(context, id, service, parties, clock))
            .WithName("ShowMeeting").WithSummary("One meeting.").Produces<MeetingView>().ProducesProblem(404);
        meetings.MapPatch("/{id}", (HttpContext context, string id, ChangeRequest request) => ChangeAsync(context, id, request, service, parties, clock, refusals))
            .WithName("ChangeMeeting").WithSummary("Change a meeting; what stands is kept until the change is decided.")
            .Produces<MeetingView>().Produces<MeetingView>(StatusCodes.Status202Accepted)
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        meetings.MapPost("/{id}/extend", (HttpContext context, string id, ExtendRequest request) => ExtendAsync(context, id, request, service, parties, clock, refusals))
            .WithName("ExtendMeeting").WithSummary("Prolong a meeting, running or not; of a series the occurrence that is on, is named, or comes next.")
            .Produces<MeetingView>().Produces<MeetingView>(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        meetings.MapDelete("/{id}", (HttpContext context, string id) => CancelAsync(context, id, service, parties, clock, refusals))
            .WithName("CancelMeeting").WithSummary("Call a meeting off.").Produces<MeetingView>()
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
    }

    static async Task<IResult> ScheduleAsync(
        HttpContext context, ScheduleRequest request, MeetingService service, MeetingParties parties, IClock clock, Ids ids, RefusalWriter refusals)
    {
        var id = Idempotency.IdFor(context, "mtg") ?? ids.New("mtg");
        // Before anything is looked up for it: what agreements another provider has is not this caller's to learn.
        if (parties.Person(request.Organiser) is { } organiser && !ApiCaller.Of(context).MayActFor(organiser.Provider))
            return ApiRefusal.Of(context, refusals, RefusalReason.OriginNotAllowed, $"This key is not for customers of {organiser.Provider}.");
        if (MeetingPlan.Of(request, id, parties, clock.GetCurrentInstant(), out var meeting) is { } refusal)
            return Problem(context, refusal, refusals);
        try
        {
            var outcome = await service.ScheduleAsync(meeting, Wait);
            return Result(context, outcome, service, parties, clock, StatusCodes.Status201Created, refusals);
        }
        catch (BookingRefusedException refused)
        {
            return Problem(context, refused.Refusal, refusals);
        }
    }

    static IResult List(
        HttpContext context, string? cursor, int? limit, bool? past, MeetingService service, MeetingParties parties, IClock clock)
    {
        var count = Paging.Limit(limit);
        var caller = ApiCaller.Of(context);
        var from = past == true ? Instant.FromUnixTimeSeconds(0) : clock.GetCurrentInstant();
        var found = new List<MeetingRow>();
        var key = Paging.KeyOf(cursor);
        while (found.Count <= count)
        {
            var rows = service.List(from, key, count + 1);
            found.AddRange(rows.Where(row => MaySee(caller, row.Shown, parties)));
            if (rows.Count <= count)
                break;
            key = rows[^1].Id;
        }

        var page = Paging.Of(context, found.Take(count + 1).ToList(), count, row => row.Id);
        return Results.Ok(new Page<MeetingView>([.. page.Items.Select(row => MeetingViews.Of(row, parties, clock))], page.HasMore, page.Next));
    }

    static IResult Show(HttpContext context, string id, MeetingService service, MeetingParties parties, IClock clock) =>
        Visible(context, id, service, parties) is { } row ? View(context, row, parties, clock, 200) : ApiProblem.NotFound($"meeting {id}");

    static async Task<IResult> ChangeAsync(
        HttpContext context, string id, ChangeRequest request, MeetingService service, MeetingParties parties, IClock clock, RefusalWriter refusals)
    {
        if (Visible(context, id, service, parties) is not { } row)
            return ApiProblem.NotFound($"meeting {id}");
        if (Guard(context, row, parties) is { } problem)
            return problem;
        if (MeetingPlan.Changed(row.Shown, request, parties, out var changed) is { } refusal)
            return Problem(context, refusal, refusals);
        return await BookChangeAsync(context, id, _ => changed, service, parties, clock, refusals);
    }

    static Task<IResult> ExtendAsync(
        HttpContext context, string id, ExtendRequest request, MeetingService service, MeetingParties parties, IClock clock, RefusalWriter refusals) =>
        Visible(context, id, service, parties) is null
            ? Task.FromResult(ApiProblem.NotFound($"meeting {id}"))
            : BookChangeAsync(context, id, meeting => ProlongedOccurrence.Prolong(meeting, request.By, request.Occurrence, clock.GetCurrentInstant()), service, parties, clock, refusals);

    static async Task<IResult> BookChangeAsync(
        HttpContext context, string id, Func<Meeting, Meeting> change, MeetingService service, MeetingParties parties, IClock clock,
        RefusalWriter refusals)
    {
        try
        {
            var outcome = await service.ChangeAsync(id, meeting => MeetingPlan.Rebook(change(meeting), parties), Wait);
            return Result(context, outcome, service, parties, clock, StatusCodes.Status200OK, refusals);
        }
        catch (BookingRefusedException refused)
        {
            return Problem(context, refused.Refusal, refusals);
        }
    }

    static async Task<IResult> CancelAsync(
        HttpContext context, string id, MeetingService service, MeetingParties parties, IClock clock, RefusalWriter refusals)
    {
        if (Visible(context, id, service, parties) is not { } row)
            return ApiProblem.NotFound($"meeting {id}");
        if (Guard(context, row, parties) is { } problem)
            return problem;
        try
        {
            return View(context, await service.CancelAsync(id), parties, clock, 200);
        }
        catch (BookingRefusedException refused)
        {
            return Problem(context, refused.Refusal, refusals);
        }
    }

    /// <summary>What came of a booking, as the API says it.</summary>
    public static IResult Result(
        HttpContext context, BookingOutcome outcome, MeetingService service, MeetingParties parties, IClock clock, int done, RefusalWriter refusals)
    {
        if (outcome.Refusal is { } refusal)
            return Problem(context, refusal, refusals);
        var row = service.Find(outcome.Row.Id) ?? outcome.Row;
        var stands = row.Current is { } current && current.Sequence >= outcome.Meeting.Sequence;
        context.Response.Headers.Location = $"/api/v1/meetings/{row.Id}";
        return View(context, row, parties, clock, stands ? done : StatusCodes.Status202Accepted);
    }

    static IResult View(HttpContext context, MeetingRow row, MeetingParties parties, IClock clock, int status)
    {
        context.Response.Headers.ETag = Tag(row);
        return Results.Json(MeetingViews.Of(row, parties, clock), statusCode: status);
    }

    static IResult? Guard(HttpContext context, MeetingRow row, MeetingParties parties) =>
        ApiCaller.Of(context).MayActFor(row.Shown.OrganiserProvider) && row.Shown.Focus == parties.Self
            ? EntityTag.Guard(context, Tag(row))
            : ApiProblem.Forbidden("Only the organiser's provider changes a meeting.");

    static string Tag(MeetingRow row) => EntityTag.Of($"{row.Id}/{row.Shown.Sequence}/{row.Shown.State}/{row.Proposed?.Sequence}");

    static MeetingRow? Visible(HttpContext context, string id, MeetingService service, MeetingParties parties) =>
        service.Find(id) is { } row && MaySee(ApiCaller.Of(context), row.Shown, parties) ? row : null;

    static bool MaySee(ApiCaller caller, Meeting meeting, MeetingParties parties) =>
        caller.MayActFor(meeting.OrganiserProvider)
        || meeting.Halves.Any(half => half.Exchange == parties.Self && caller.MayActFor(half.Provider));

    /// <summary>A booking's refusal as the API says it, by the one table of refusals where it is one of those.</summary>
    public static IResult Problem(HttpContext context, BookingRefusal refusal, RefusalWriter refusals)
    {
        if (refusal.Cause is { } cause)
            return ApiRefusal.Of(context, in cause, refusal.Detail);
        if (KebabEnum<RefusalReason>.TryParse(refusal.Reason, out var reason) && RefusalTable.Row(reason).ApiStatus >= StatusCodes.Status400BadRequest)
            return ApiRefusal.Of(context, refusals, reason, refusal.Detail, refusal.Fault);
        var status = refusal.Reason switch
        {
            "malformed" => StatusCodes.Status400BadRequest,
            "not-standing" or "change-under-way" or "stale" => StatusCodes.Status409Conflict,
            "unreachable" => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status403Forbidden,
        };
        return ApiProblem.Of(status, refusal.Reason, refusal.Detail, refusal.Fault?.Mend, ApiProblem.Faults(refusal.Fault));
    }
}
