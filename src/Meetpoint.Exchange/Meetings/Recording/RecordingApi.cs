using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Media.Recording;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>Recordings of meetings: begun, ended, listed and fetched by the provider whose half this exchange hosts.</summary>
sealed class RecordingApi(IEventLoop loop, LiveMeetings live, MeetingService booked, MeetingParties parties, RecordingBook recordings)
{
    const string MediaType = "video/x-matroska";

    public void Map(IEndpointRouteBuilder api)
    {
        var meetings = api.MapGroup("/meetings/{id}").WithTags("Meetings");
        meetings.MapPost("/recording", StartAsync).WithName("RecordMeeting")
            .WithSummary("Record a meeting from now on; answered once everybody in it was told, on every exchange, and it is being written.")
            .Produces<RecordingsView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        meetings.MapDelete("/recording", StopAsync).WithName("StopRecordingMeeting").WithSummary("Record it no more.")
            .Produces<RecordingsView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        meetings.MapGet("/recordings", ListAsync).WithName("ListRecordings").WithSummary("Recordings of a meeting by this exchange, with their files.")
            .Produces<RecordingsView>().ProducesProblem(404);
        meetings.MapGet("/recordings/{recording}/{part}", Fetch).WithName("GetRecordingFile").WithSummary("A file of a recording, or a range of it: Matroska.")
            .Produces(StatusCodes.Status200OK, contentType: MediaType).Produces(StatusCodes.Status206PartialContent, contentType: MediaType).ProducesProblem(404);
    }

    async Task<IResult> StartAsync(HttpContext context, string id)
    {
        if (Of(context, id) is not { } meeting)
            return ApiProblem.NotFound($"meeting {id}");
        var by = meeting.HalfOf(parties.Self)!.Provider;
        var begun = await loop.AskAsync(() => live.Find(id)?.Recording.StartAsync(booked.Find(id)?.Shown.OrganiserProvider == by ? meeting.OrganiserName ?? meeting.Organiser : by));
        if (begun is null)
            return NotOn(id);
        if (await begun is not { } refused)
            return Results.Ok(await ViewAsync(id));
        if (await loop.AskAsync(() => live.Find(id)?.Recording.Note(refused)) is { } refusal)
            return ApiRefusal.Of(context, in refusal, refused.Detail);
        return ApiProblem.Of(StatusCodes.Status409Conflict, "recording-" + KebabEnum<RecordingFault>.Word(refused.Fault), refused.Detail);
    }

    async Task<IResult> StopAsync(HttpContext context, string id)
    {
        if (Of(context, id) is null)
            return ApiProblem.NotFound($"meeting {id}");
        return await loop.AskAsync(() => live.Find(id)?.Recording.Stop() ?? false) ? Results.Ok(await ViewAsync(id))
            : ApiProblem.Of(StatusCodes.Status409Conflict, "not-recorded", $"Meeting {id} is not recorded by this exchange.", "Another exchange's recording is ended there.");
    }

    async Task<IResult> ListAsync(HttpContext context, string id) =>
        Of(context, id) is null ? ApiProblem.NotFound($"meeting {id}") : Results.Ok(await ViewAsync(id));

    IResult Fetch(HttpContext context, string id, string recording, int part)
    {
        if (Of(context, id) is null || recordings.Open(recording, part) is not var (row, file, stream))
            return ApiProblem.NotFound($"file {part} of {recording}");
        if (row.Meeting == id)
        {
            return Results.Stream(
                stream, MediaType, file.Name, entityTag: file.Sha256.Length > 0 ? new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{file.Sha256}\"") : null,
                enableRangeProcessing: true);
        }

        stream.Dispose();
        return ApiProblem.NotFound($"file {part} of {recording}");
    }

    async Task<RecordingsView> ViewAsync(string id)
    {
        var by = await loop.AskAsync(() => live.Find(id)?.Recording.By);
        return new RecordingsView(by, [.. recordings.Of(id).Select(each => View(each.Row, each.Parts))]);
    }

    static RecordingView View(RecordingRow row, IReadOnlyList<RecordingPart> parts) => new(
        row.Id, row.Meeting, row.StartedBy, row.Started, row.Ended, row.Reason, row.Detail, parts.Sum(static part => part.DurationMs), parts.Sum(static part => part.Bytes),
        [.. parts.Select((part, i) => new RecordingPartView(
            i + 1, $"{ExchangeApi.Root}/meetings/{row.Meeting}/recordings/{row.Id}/{i + 1}", part.StartMs, part.DurationMs, part.Bytes, part.Sha256, part.HasPictures))]);

    static IResult NotOn(string id) => ApiProblem.Of(
        StatusCodes.Status409Conflict, "meeting-not-on", $"Meeting {id} is not on here.", "It is on from ten minutes before its start, once someone comes, until its end.");

    /// <summary>The meeting, to the provider of the half that is hosted here.</summary>
    Meeting? Of(HttpContext context, string id) =>
        booked.Find(id)?.Shown is { } meeting && meeting.HalfOf(parties.Self) is { } half && ApiCaller.Of(context).MayActFor(half.Provider) ? meeting : null;
}
