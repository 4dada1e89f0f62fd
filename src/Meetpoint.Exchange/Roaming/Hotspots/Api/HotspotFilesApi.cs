using System.Text;
using System.Text.Json;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Hotspots as files over HTTP: imported all or nothing, exported as they are read.</summary>
sealed class HotspotFilesApi(HotspotService hotspots, Func<World> world, IClock clock)
{
    const string Csv = "text/csv";
    const string GeoJson = "application/geo+json";

    /// <summary>Bytes of a body that wait in memory; the rest waits in a temporary file.</summary>
    const int BufferBytes = 1 << 20;

    /// <summary>Hotspots that are written out at a time.</summary>
    const int WrittenAtOnce = 500;

    readonly SemaphoreSlim _importing = new(1);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/hotspots/file", (HttpContext context, string? provider, string? mode) => ImportAsync(context, provider, mode))
            .WithTags("Hotspots").WithName("ImportHotspots")
            .WithSummary("Publish a file, all of it or nothing: CSV or a GeoJSON FeatureCollection of Points. mode=merge leaves what is not in it, mode=replace takes it out.")
            .WithMetadata(new BodyLimit(HotspotLimits.CsvBytes)).Accepts<string>(Csv, GeoJson).Produces<HotspotImportView>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503);
        api.MapGet("/hotspots/file", (HttpContext context, string? provider, string? format) => Export(context, provider, format))
            .WithTags("Hotspots").WithName("ExportHotspots")
            .WithSummary("All hotspots of one provider (without it, the key's own) as a file that can be imported again: format=csv or format=geojson.")
            .Produces<string>(StatusCodes.Status200OK, Csv, GeoJson).ProducesProblem(400).ProducesProblem(404);
    }

    async Task<IResult> ImportAsync(HttpContext context, string? of, string? word)
    {
        if ((of ?? ApiCaller.Of(context).Provider) is not { } provider)
            return ApiProblem.Malformed("It is not said whose hotspots are meant.", "Add 'provider'.");
        if (!KebabEnum<HotspotImportMode>.TryParse(word ?? "merge", out var mode))
            return ApiProblem.Malformed($"'{word}' is no mode.", "Use merge or replace.");
        if (HotspotsApi.MayPublish(context, world(), provider) is { } refused)
            return refused;
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        if (type is not (Csv or GeoJson or "application/json"))
            return ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "The body is neither CSV nor GeoJSON.", $"Send 'Content-Type: {Csv}' or '{GeoJson}'.");
        context.Request.EnableBuffering(BufferBytes, HotspotLimits.CsvBytes);
        await context.Request.Body.DrainAsync(context.RequestAborted);
        if (type != Csv && context.Request.Body.Length > HotspotLimits.GeoJsonBytes)
            return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "too-large", $"GeoJSON is taken up to {HotspotLimits.GeoJsonBytes} bytes.", "Send it as CSV.");
        context.Request.Body.Position = 0;
        if (!await _importing.WaitAsync(0))
        {
            context.Response.Headers.RetryAfter = "2";
            return ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "overload", "Another file is being read.", "Try again a little later.");
        }

        try
        {
            return await ImportAsync(provider, mode, type == Csv, context.Request.Body);
        }
        finally
        {
            _importing.Release();
        }
    }

    async Task<IResult> ImportAsync(string provider, HotspotImportMode mode, bool isCsv, Stream body)
    {
        HotspotFile file;
        try
        {
            file = isCsv ? HotspotCsv.Read(body) : HotspotGeoJson.Read(body);
        }
        catch (DecoderFallbackException)
        {
            return ApiProblem.Malformed("The file is not in UTF-8.", "Save it as UTF-8.");
        }
        catch (JsonException exception)
        {
            return JsonBody.Problem(exception);
        }

        if (file.FaultCount > 0)
            return HotspotsApi.Faulty(file.Faults, file.FaultCount);
        return await hotspots.Book.ImportAsync(provider, file.Hotspots, mode == HotspotImportMode.Replace) is { } done
            ? Results.Ok(new HotspotImportView(done.Created, done.Changed, done.Unchanged, done.Deleted, done.Total))
            : ApiProblem.Of(
                StatusCodes.Status409Conflict, "not-imported", "Another import of this provider is under way, or it would have too many hotspots.",
                $"Try again a little later, or keep to {HotspotLimits.PerProvider} hotspots.");
    }

    IResult Export(HttpContext context, string? provider, string? format)
    {
        var caller = ApiCaller.Of(context);
        if ((provider ?? caller.Provider) is not { } of)
            return ApiProblem.Malformed("It is not said whose hotspots are meant.", "Add 'provider'.");
        if (format is not (null or "csv" or "geojson"))
            return ApiProblem.Malformed($"'{format}' is no format.", "Use csv or geojson.");
        if (!caller.IsOperator && !RoamingCover.Covers(world(), caller.Provider!, of, clock.GetCurrentInstant()))
            return ApiProblem.NotFound($"provider {of}");
        var entries = hotspots.Directory.Catalogues.GetValueOrDefault(of)?.After("") ?? [];
        var isCsv = format != "geojson";
        return Results.Stream(stream => WriteAsync(stream, entries, isCsv, context.RequestAborted), isCsv ? Csv + "; charset=utf-8" : GeoJson, $"{of}-hotspots.{(isCsv ? "csv" : "geojson")}");
    }

    static async Task WriteAsync(Stream stream, IEnumerable<HotspotEntry> entries, bool isCsv, CancellationToken cancel)
    {
        var text = new StringBuilder();
        if (isCsv)
            HotspotCsv.AppendHeader(text);
        else
            text.Append(HotspotGeoJson.Start);
        var isFirst = true;
        foreach (var some in entries.Chunk(WrittenAtOnce))
        {
            foreach (var entry in some)
            {
                if (isCsv)
                    HotspotCsv.Append(text, entry.Hotspot);
                else
                    HotspotGeoJson.Append(isFirst ? text : text.Append(",\n"), entry.Hotspot);
                isFirst = false;
            }

            await WriteAsync(stream, text, cancel);
        }

        if (!isCsv)
            text.Append(HotspotGeoJson.End);
        await WriteAsync(stream, text, cancel);
    }

    static async Task WriteAsync(Stream stream, StringBuilder text, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
        text.Clear();
    }
}
