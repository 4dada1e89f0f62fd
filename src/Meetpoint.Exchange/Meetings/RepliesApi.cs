using System.Net;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Answers to invitations, by the unguessable token of the mail: as an API, and as a plain page that asks once more.</summary>
/// <remarks>A GET changes nothing, since mail filters open every link.</remarks>
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
        routes.MapGet("/answer/{token}/{choice}", (string token, string choice) => Page(service, token, choice)).ExcludeFromDescription();
        routes.MapPost("/answer/{token}/{choice}", (HttpContext context, string token, string choice) => PostedAsync(context, service, token, choice))
            .ExcludeFromDescription().DisableAntiforgery();
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

        if (request.Comment is { Length: > 1_000 })
            return ApiProblem.Malformed("A comment has at most 1,000 characters.");
        return await service.ReplyAsync(token, request.Answer, request.Comment, counter) && service.Invitation(token) is var (row, invitee)
            ? Results.Ok(View(row.Current!, invitee))
            : ApiProblem.NotFound("invitation");
    }

    static IResult Page(MeetingService service, string token, string choice)
    {
        if (Answer(choice) is not { } answer || service.Invitation(token) is not var (row, invitee))
            return Html(404, "This invitation is not known here, or the meeting was called off.");
        var meeting = row.Current!;
        var said = answer switch
        {
            InviteeAnswer.Accepted => "Accept",
            InviteeAnswer.Declined => "Decline",
            _ => "Propose another time for",
        };
        var fields = answer == InviteeAnswer.Countered
            ? $"""
               <p><label>Start <input type="datetime-local" name="start" required></label></p>
               <p><label>End <input type="datetime-local" name="end" required></label> ({WebUtility.HtmlEncode(meeting.Zone)})</p>
               """
            : "";
        return Html(200, $"""
            <p>{WebUtility.HtmlEncode(invitee.Name ?? invitee.Address)}: {WebUtility.HtmlEncode(meeting.Title)}, {meeting.Start:uuuu-MM-dd HH:mm} ({WebUtility.HtmlEncode(meeting.Zone)}),
            from {WebUtility.HtmlEncode(meeting.OrganiserName ?? meeting.Organiser)}.</p>
            <form method="post">{fields}
            <p><label>Comment <input name="comment" maxlength="1000"></label></p>
            <p><button type="submit">{said} this meeting</button></p></form>
            """);
    }

    static async Task<IResult> PostedAsync(HttpContext context, MeetingService service, string token, string choice)
    {
        if (Answer(choice) is not { } answer || service.Invitation(token) is not var (row, _))
            return Html(404, "This invitation is not known here, or the meeting was called off.");
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : FormCollection.Empty;
        Interval? counter = null;
        if (answer == InviteeAnswer.Countered)
        {
            var zone = DateTimeZoneProviders.Tzdb[row.Current!.Zone];
            var pattern = NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");
            var start = pattern.Parse(form["start"].ToString());
            var end = pattern.Parse(form["end"].ToString());
            if (!start.Success || !end.Success || start.Value >= end.Value)
                return Html(400, "A proposal needs a start and a later end.");
            counter = new Interval(start.Value.InZoneLeniently(zone).ToInstant(), end.Value.InZoneLeniently(zone).ToInstant());
        }

        var comment = form["comment"].ToString() is { Length: > 0 and <= 1_000 } text ? text : null;
        return await service.ReplyAsync(token, answer, comment, counter)
            ? Html(200, "Thank you. The organiser has been told.")
            : Html(404, "This invitation is not known here, or the meeting was called off.");
    }

    static InviteeAnswer? Answer(string choice) => choice switch
    {
        "accept" => InviteeAnswer.Accepted,
        "decline" => InviteeAnswer.Declined,
        "propose" => InviteeAnswer.Countered,
        _ => null,
    };

    static IResult Html(int status, string body) => Results.Content(
        $"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Invitation</title><body style="font-family:sans-serif;max-width:40em;margin:2em auto;padding:0 1em"><h1>Invitation</h1>{body}</body></html>""",
        "text/html; charset=utf-8", null, status);

    static InvitationView View(Meeting meeting, Invitee invitee)
    {
        var first = Occurrences.Of(meeting)[0];
        return new InvitationView(meeting.Id, meeting.Title, meeting.Organiser, first.Start, first.End, invitee.Address, invitee.Answer);
    }
}
