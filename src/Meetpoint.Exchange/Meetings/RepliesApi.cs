using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Answers to invitations, by the unguessable token of the mail, for programs; <see cref="AnswerPagesApi"/> is for people.</summary>
static class RepliesApi
{
    public static void MapReplies(this IEndpointRouteBuilder routes, MeetingService service)
    {
        var replies = routes.MapGroup("/api/v1/replies").WithTags("Replies").WithMetadata(new Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute());
        replies.MapGet("/{token}", (string token) => service.Invitation(token) is var (row, invitee)
                ? Results.Ok(View(row.Current!, invitee))
                : ApiProblem.NotFound("invitation"))
            .WithName("ShowInvitation").WithSummary("What a token of an invitation stands for.").Produces<InvitationView>().ProducesProblem(404);
        replies.MapPost("/{token}", (string token, ReplyRequest request) => ReplyAsync(service, token, request))
            .WithName("ReplyToInvitation").WithSummary("Accept, decline, or propose another time.")
            .Produces<InvitationView>().ProducesProblem(400).ProducesProblem(404);
    }

    static async Task<IResult> ReplyAsync(MeetingService service, string token, ReplyRequest request)
    {
        Interval? counter = null;
        if (request.Answer == InviteeAnswer.NeedsAction)
            return ApiProblem.Malformed("An answer is Accepted, Declined or Countered.");
        if (request.Answer == InviteeAnswer.Countered)
        {
            if (request is not { Start: { } start, End: { } end } || start >= end)
                return ApiProblem.Malformed("A counter needs a start and a later end.");
            counter = new Interval(start, end);
        }

        if (request.Comment is { Length: > AnswerPage.MaxComment })
            return ApiProblem.Malformed("A comment has at most 1,000 characters.");
        return await service.ReplyAsync(token, request.Answer, request.Comment, counter) && service.Invitation(token) is var (row, invitee)
            ? Results.Ok(View(row.Current!, invitee))
            : ApiProblem.NotFound("invitation");
    }

    static InvitationView View(Meeting meeting, Invitee invitee)
    {
        var first = Occurrences.Of(meeting)[0];
        return new InvitationView(meeting.Id, meeting.Title, meeting.Organiser, first.Start, first.End, invitee.Address, invitee.Answer);
    }
}
