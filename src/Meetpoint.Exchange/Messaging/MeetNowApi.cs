using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Messaging.Keeping;
using Meetpoint.Exchange.Signalling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Messaging;

/// <summary>From a conversation to a meeting: it begins now, and everyone gets a message with how to join it at their own exchange.</summary>
static class MeetNowApi
{
    const int MaxOthers = 20;

    /// <summary>How long the other exchanges may take.</summary>
    static readonly Duration Wait = Duration.FromSeconds(8);

    static readonly Duration UsualLength = Duration.FromHours(1);

    public static void MapMeetNow(
        this IEndpointRouteBuilder api, Messenger messenger, MeetingService meetings, MeetingParties parties, Func<World> world, IClock clock, Ids ids, RefusalWriter refusals) =>
        api.MapPost("/conversations/meeting", (HttpContext context, MeetNowRequest request) => MeetAsync(context, request, messenger, meetings, parties, world(), clock, ids, refusals))
            .WithTags("Messages").WithName("MeetNow")
            .WithSummary("Make a meeting of a conversation, now: 201 when it stands, and each side was sent a message with how to join; 202 while another exchange has not answered.")
            .Produces<MeetingView>(StatusCodes.Status201Created).Produces<MeetingView>(StatusCodes.Status202Accepted)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

    static async Task<IResult> MeetAsync(
        HttpContext context, MeetNowRequest request, Messenger messenger, MeetingService meetings, MeetingParties parties, World world, IClock clock, Ids ids,
        RefusalWriter refusals)
    {
        if (request.With.Count is 0 or > MaxOthers)
            return ApiProblem.Malformed($"A meeting of a conversation has 1 to {MaxOthers} others.");
        if (MessagesApi.SenderOf(context, request.Organiser, world, refusals, out var problem) is not { } caller)
            return problem!;
        var zone = parties.ZoneOf(caller.Address);
        var schedule = new ScheduleRequest
        {
            Organiser = caller.Address,
            Title = request.Title ?? $"{caller.Name ?? caller.Address} meets {request.With[0]}{(request.With.Count > 1 ? $" and {request.With.Count - 1} more" : "")}",
            Start = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime.With(TimeAdjusters.TruncateToSecond),
            Length = request.Length ?? UsualLength,
            Invitees = request.With,
        };
        if (MeetingPlan.Of(schedule, Idempotency.IdFor(context, "mtg") ?? ids.New("mtg"), parties, clock.GetCurrentInstant(), out var meeting) is { } refusal)
            return MeetingsApi.Problem(context, refusal, refusals);
        try
        {
            var outcome = await meetings.ScheduleAsync(meeting, Wait);
            if (outcome.Refusal is null && outcome.Meeting.State is MeetingState.Decided or MeetingState.Confirmed)
                Tell(outcome.Meeting, caller, messenger, world, clock, ids);
            return MeetingsApi.Result(context, outcome, meetings, parties, clock, StatusCodes.Status201Created, refusals);
        }
        catch (BookingRefusedException refused)
        {
            return MeetingsApi.Problem(context, refused.Refusal, refusals);
        }
    }

    /// <summary>Nobody waits for these: who is not there finds the message later, or the meeting over.</summary>
    static void Tell(Meeting meeting, SipCaller organiser, Messenger messenger, World world, IClock clock, Ids ids)
    {
        var own = $"{FailureNotice.User}@{organiser.Provider.Domains.FirstOrDefault() ?? world.Exchange}";
        Send(organiser with { Address = own, Name = "Messages" }, organiser.Address, world.Exchange);
        foreach (var invitee in meeting.Invitees)
            Send(organiser, invitee.Address, invitee.Exchange);

        void Send(SipCaller from, string to, string exchange)
        {
            if (meeting.HalfOf(exchange)?.Join is not { } join)
                return;
            var id = ids.New("msg");
            var number = join.Number is null ? "" : $"\r\nor call {join.Number} and enter {join.Code}";
            var now = clock.GetCurrentInstant();
            _ = messenger.SendAsync(
                new TextMessage
                {
                    Id = id,
                    Key = $"meet {meeting.Id} {to}",
                    From = from.Address,
                    FromName = from.Name,
                    To = MessageAddress.Uri(to, world.Exchange),
                    Text = $"{meeting.Title}: join now at {join.Uri}{number}",
                    Sent = now,
                    Expires = now + meeting.Length,
                    Conversation = meeting.Id,
                },
                from);
        }
    }
}
