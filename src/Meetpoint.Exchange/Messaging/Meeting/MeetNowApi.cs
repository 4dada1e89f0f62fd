using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Signalling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Meeting;

/// <summary>A meeting of a conversation, over HTTP.</summary>
static class MeetNowApi
{
    const int MaxOthers = 20;

    public static void MapMeetNow(
        this IEndpointRouteBuilder api, MeetNow meet, MeetingService meetings, MeetingParties parties, Func<World> world, IClock clock, Ids ids, RefusalWriter refusals) =>
        api.MapPost("/conversations/meeting", (HttpContext context, MeetNowRequest request) => MeetAsync(context, request, meet, meetings, parties, world(), clock, ids, refusals))
            .WithTags("Messages").WithName("MeetNow")
            .WithSummary("Make a meeting of a conversation, now: 201 when it stands, and each side was sent a message with how to join; 202 while another exchange has not answered.")
            .Produces<MeetingView>(StatusCodes.Status201Created).Produces<MeetingView>(StatusCodes.Status202Accepted)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

    static async Task<IResult> MeetAsync(
        HttpContext context, MeetNowRequest request, MeetNow meet, MeetingService meetings, MeetingParties parties, World world, IClock clock, Ids ids, RefusalWriter refusals)
    {
        if (request.With.Count is 0 or > MaxOthers)
            return ApiProblem.Malformed($"A meeting of a conversation has 1 to {MaxOthers} others.");
        if (MessagesApi.SenderOf(context, request.Organiser, world, refusals, out var problem) is not { } caller)
            return problem!;
        try
        {
            var outcome = await meet.BookAsync(Idempotency.IdFor(context, "mtg") ?? ids.New("mtg"), caller, request.With, request.Title, request.Length);
            return MeetingsApi.Result(context, outcome, meetings, parties, clock, StatusCodes.Status201Created, refusals);
        }
        catch (BookingRefusedException refused)
        {
            return MeetingsApi.Problem(context, refused.Refusal, refusals);
        }
    }
}
