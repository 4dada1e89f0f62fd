using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Meetings that are on: who is in them, moderation, and the rooms' feeds and buttons.</summary>
static class LiveApi
{
    static readonly (string Action, string Operation, string Summary)[] Actions =
    [
        ("mute", "MuteParticipant", "Mute a participant."),
        ("unmute", "UnmuteParticipant", "Unmute a participant."),
        ("eject", "EjectParticipant", "Eject a participant."),
        ("admit", "AdmitParticipant", "Admit a participant."),
        ("to-lobby", "MoveParticipantToLobby", "Send a participant back to the lobby; the organiser stays."),
    ];

    public static void MapLive(this IEndpointRouteBuilder api, IEventLoop loop, LiveMeetings live, MeetingService booked, MeetingParties parties, IClock clock)
    {
        var meetings = api.MapGroup("/meetings/{id}").WithTags("Meetings");
        meetings.MapGet("/participants", (HttpContext context, string id) => ShowAsync(context, id, loop, live, booked, parties))
            .WithName("ListParticipants").WithSummary("Who is in a meeting, on every exchange.").Produces<LiveView>().ProducesProblem(404);
        foreach (var (action, operation, summary) in Actions)
        {
            meetings.MapPost($"/participants/{{participant}}/{action}", (HttpContext context, string id, uint participant) =>
                    ActAsync(context, id, loop, live, booked, parties, meeting => meeting.Moderation.ActAsync(action, participant)))
                .WithName(operation).WithSummary(summary)
                .Produces<LiveView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        }

        foreach (var locked in (ReadOnlySpan<bool>)[true, false])
        {
            var action = locked ? "lock" : "unlock";
            meetings.MapPost("/" + action, (HttpContext context, string id) => ActAsync(context, id, loop, live, booked, parties, async meeting =>
                {
                    await meeting.Moderation.LockAsync(locked);
                    return true;
                }))
                .WithName(locked ? "LockMeeting" : "UnlockMeeting").WithSummary(locked ? "Let nobody else in." : "Let people in again.")
                .Produces<LiveView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        }

        meetings.MapPost("/captions", (HttpContext context, string id, CaptionRequest request) => CaptionAsync(context, id, request, loop, live, booked, parties))
            .WithName("TellCaption").WithSummary("What a participant has said, in writing: for every page of the meeting, on every exchange. The engine that writes it is the caller's.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

        var rooms = api.MapGroup("/endpoints/{endpoint}").WithTags("Rooms");
        rooms.MapGet("/next-meetings", (HttpContext context, string endpoint) => Next(context, endpoint, booked, parties, clock))
            .WithName("NextMeetings").WithSummary("A room's meetings of the next day, for its panel.").Produces<IReadOnlyList<NextMeeting>>().ProducesProblem(404);
        rooms.MapPost("/join", (HttpContext context, string endpoint) => JoinAsync(context, endpoint, loop, live, booked, parties, clock))
            .WithName("JoinFromRoom").WithSummary("The room's one button: dial it into the meeting that it is booked for now.")
            .Produces(StatusCodes.Status202Accepted).ProducesProblem(404).ProducesProblem(409);
    }

    static async Task<IResult> ShowAsync(
        HttpContext context, string id, IEventLoop loop, LiveMeetings live, MeetingService booked, MeetingParties parties)
    {
        if (Visible(context, id, booked, parties) is null)
            return ApiProblem.NotFound($"meeting {id}");
        return Results.Ok(await loop.AskAsync(() => live.Find(id) is { } meeting ? View(meeting) : new LiveView(id, false, [], [])));
    }

    static async Task<IResult> ActAsync(
        HttpContext context, string id, IEventLoop loop, LiveMeetings live, MeetingService booked, MeetingParties parties, Func<LiveMeeting, Task<bool>> act)
    {
        if (Visible(context, id, booked, parties) is not { } meeting)
            return ApiProblem.NotFound($"meeting {id}");
        if (!ApiCaller.Of(context).MayActFor(meeting.OrganiserProvider))
            return ApiProblem.Forbidden("Only the organiser's provider moderates a meeting.");
        // It is answered once it is durable, and on its way where another exchange is to act.
        var (isOn, acted) = await loop.AskAsync(() => (live.Find(id) is not null, live.Find(id) is { } on ? act(on) : Task.FromResult(false)));
        var view = await acted ? await loop.AskAsync(() => live.Find(id) is { } on ? View(on) : new LiveView(id, false, [], [])) : null;
        return view is not null ? Results.Ok(view)
            : isOn ? ApiProblem.NotFound($"participant in {id}")
            : NotOn(id);
    }

    static IResult NotOn(string id) => ApiProblem.Of(
        StatusCodes.Status409Conflict, "meeting-not-on", $"Meeting {id} is not on here.", "It is on from ten minutes before its start, once someone comes, until its end.");

    static async Task<IResult> CaptionAsync(
        HttpContext context, string id, CaptionRequest request, IEventLoop loop, LiveMeetings live, MeetingService booked, MeetingParties parties)
    {
        if (Visible(context, id, booked, parties) is null)
            return ApiProblem.NotFound($"meeting {id}");
        var caption = new Caption(request.Participant, request.Text, request.IsFinal);
        if (!caption.IsSound)
            return ApiProblem.Malformed($"The text has 1 to {Caption.MaxText} characters.");
        var outcome = await loop.AskAsync(() => live.Find(id)?.Captions.Say(caption) ?? CaptionOutcome.NotOn);
        if (outcome == CaptionOutcome.TooMany)
            context.Response.Headers.RetryAfter = "1";
        return outcome switch
        {
            CaptionOutcome.Told => Results.NoContent(),
            CaptionOutcome.NobodyThere => ApiProblem.NotFound($"participant in {id}"),
            CaptionOutcome.TooMany => ApiProblem.Of(StatusCodes.Status429TooManyRequests, "too-many-captions", $"There were {MeetingCaptions.MaxPerSecond} in a second.", "Send the newest words a second later."),
            _ => NotOn(id),
        };
    }

    static IResult Next(HttpContext context, string endpoint, MeetingService booked, MeetingParties parties, IClock clock)
    {
        if (parties.EndpointById(endpoint) is not { } room || parties.ProviderOf(room) is not { } provider || !ApiCaller.Of(context).MayActFor(provider.Id))
            return ApiProblem.NotFound($"endpoint {endpoint}");
        var now = clock.GetCurrentInstant();
        return Results.Ok(booked.OfRoom(endpoint, new Interval(now, now + Duration.FromDays(1))).Select(on => new NextMeeting(
            on.Row.Id, on.Row.Current!.Title, on.Row.Current.OrganiserName ?? on.Row.Current.Organiser, on.When.Start, on.When.End,
            on.Row.Current.HalfOf(parties.Self)!.Join!.Uri, now >= on.When.Start - MeetingLimits.JoinEarly)).ToList());
    }

    static async Task<IResult> JoinAsync(
        HttpContext context, string endpoint, IEventLoop loop, LiveMeetings live, MeetingService booked, MeetingParties parties, IClock clock)
    {
        if (parties.EndpointById(endpoint) is not { } room || parties.ProviderOf(room) is not { } provider || !ApiCaller.Of(context).MayActFor(provider.Id))
            return ApiProblem.NotFound($"endpoint {endpoint}");
        var now = clock.GetCurrentInstant();
        var on = booked.OfRoom(endpoint, new Interval(now, now + MeetingLimits.JoinEarly));
        if (on.Count == 0)
            return ApiProblem.Of(StatusCodes.Status404NotFound, "no-meeting", $"{room.Name} is not booked for a meeting now.");
        return await loop.AskAsync(() => live.DialNow(on[0].Row.Id, room))
            ? Results.Accepted()
            : ApiProblem.Of(StatusCodes.Status409Conflict, "endpoint-not-free", $"{room.Name} is in the meeting already, or cannot be dialled.");
    }

    static LiveView View(LiveMeeting meeting) => new(
        meeting.Row.Id, meeting.IsLocked,
        [.. meeting.Roster.All.Select(entry => new ParticipantView(
            entry.Id, entry.Name, entry.Address, entry.Provider, entry.Exchange, entry.State, entry.IsMuted, entry.Id == meeting.ActiveSpeaker, entry.Joined)
        {
            Quality = meeting.Quality.Of(entry),
        })],
        [.. meeting.Links.Select(link => new LinkView(link.Key, link.Value.IsUp, link.Value.Openings)
        {
            Quality = meeting.Quality.OfLink(link.Key), Theirs = meeting.Quality.OfLinkThere(link.Key),
        })]);

    static Meeting? Visible(HttpContext context, string id, MeetingService booked, MeetingParties parties) =>
        booked.Find(id)?.Shown is { } meeting && (ApiCaller.Of(context).MayActFor(meeting.OrganiserProvider)
            || meeting.HalfOf(parties.Self) is { } half && ApiCaller.Of(context).MayActFor(half.Provider))
            ? meeting : null;
}
