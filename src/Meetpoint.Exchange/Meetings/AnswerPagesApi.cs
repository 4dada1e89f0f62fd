using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Meetings;

/// <summary>The links of an invitation mail: a GET shows the invitation and asks, a POST takes the answer. Who holds the token is the invitee.</summary>
/// <remarks>A GET changes nothing, since mail filters open every link.</remarks>
sealed class AnswerPagesApi(MeetingService service, MeetingParties parties, IClock clock)
{
    /// <summary>The last part of the address that a taken answer leads to, so that a reload does not answer again.</summary>
    const string Done = "done";

    static readonly LocalDateTimePattern _field = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/answer/{token}/{choice}", Show).ExcludeFromDescription();
        routes.MapPost("/answer/{token}/{choice}", TakeAsync).ExcludeFromDescription().DisableAntiforgery();
    }

    IResult Show(HttpContext context, string token, string choice) => Find(context, token, choice, out var asked) ?? Page(
        context, 200, asked, Filled(asked, choice == Done ? null : choice), isAnswered: choice == Done);

    async Task<IResult> TakeAsync(HttpContext context, string token, string choice)
    {
        if (Find(context, token, choice, out var asked) is { } other)
            return other;
        var fields = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : FormCollection.Empty;
        var form = new AnswerForm(
            fields.TryGetValue("answer", out var chosen) ? chosen.ToString() : choice, fields["start"].ToString(), fields["end"].ToString(), fields["comment"].ToString(), null);
        Interval? counter = null;
        if (Answer(form.Choice) is not { } answer)
            return Page(context, 400, asked, form with { Fault = "Please choose one of the three answers." });
        if (form.Comment.Length > AnswerPage.MaxComment)
            return Page(context, 400, asked, form with { Fault = $"The comment is longer than {AnswerPage.MaxComment} characters." });
        if (answer == InviteeAnswer.Countered && Proposal(form, asked, out counter) is { } fault)
            return Page(context, 400, asked, form with { Fault = fault });
        if (!await service.ReplyAsync(token, answer, form.Comment.Length > 0 ? form.Comment : null, counter))
            return NotKnown(context);
        context.Response.Headers.Location = Done;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>What the token stands for; or the page to give instead.</summary>
    IResult? Find(HttpContext context, string token, string choice, out Asked asked)
    {
        asked = null!;
        if ((choice != Done && Answer(choice) is null) || service.Invited(token) is not var (row, invitee))
            return NotKnown(context);
        var meeting = row.Current!;
        if (meeting.State == MeetingState.Cancelled)
            return Html(context, 410, AnswerPage.Plain("Called off", $"{meeting.OrganiserName ?? meeting.Organiser} has called off this meeting: {meeting.Title}. You need not do anything."));
        if (Occurrences.At(meeting, clock.GetCurrentInstant()) is not { } when)
            return Html(context, 410, AnswerPage.Plain("Over", $"This meeting is over: {meeting.Title}."));
        asked = new Asked(meeting, invitee, when, DateTimeZoneProviders.Tzdb[parties.ZoneOf(invitee.Address, meeting.Zone)]);
        return null;
    }

    string? Proposal(AnswerForm form, Asked asked, out Interval? proposal)
    {
        proposal = null;
        var (start, end) = (_field.Parse(form.Start), _field.Parse(form.End));
        if (!start.Success || !end.Success)
            return "Please give the start and the end that you propose.";
        var (from, until) = (asked.Zone.AtLeniently(start.Value).ToInstant(), asked.Zone.AtLeniently(end.Value).ToInstant());
        if (from >= until)
            return "The end that you propose must come after the start.";
        if (from < clock.GetCurrentInstant())
            return "The time that you propose is in the past.";
        proposal = new Interval(from, until);
        if (proposal == asked.When)
            return "This is when the meeting is already: give another time, or accept.";
        return null;
    }

    static AnswerForm Filled(Asked asked, string? choice)
    {
        var (start, end) = (asked.Invitee.CounterStart ?? asked.When.Start, asked.Invitee.CounterEnd ?? asked.When.End);
        return new AnswerForm(choice, _field.Format(start.InZone(asked.Zone).LocalDateTime), _field.Format(end.InZone(asked.Zone).LocalDateTime), "", null);
    }

    static InviteeAnswer? Answer(string? choice) => choice switch
    {
        "accept" => InviteeAnswer.Accepted,
        "decline" => InviteeAnswer.Declined,
        "propose" => InviteeAnswer.Countered,
        _ => null,
    };

    static IResult Page(HttpContext context, int status, Asked asked, AnswerForm form, bool isAnswered = false) =>
        Html(context, status, AnswerPage.Of(asked.Meeting, asked.Invitee, asked.When, asked.Zone, form, isAnswered));

    static IResult NotKnown(HttpContext context) => Html(
        context, 404, AnswerPage.Plain("Not known", "There is no such invitation here. Look whether the whole link was copied from the mail, or ask whoever invited you."));

    static IResult Html(HttpContext context, int status, string page)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer"; // the token stands in the address
        return Results.Content(page, "text/html; charset=utf-8", null, status);
    }

    sealed record Asked(Meeting Meeting, Invitee Invitee, Interval When, DateTimeZone Zone);
}
