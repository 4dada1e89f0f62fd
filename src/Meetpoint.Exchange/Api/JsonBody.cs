using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Meetpoint.Exchange.Api;

/// <summary>Bytes that an endpoint takes; without it the server's own limit holds.</summary>
/// <param name="MaxRequestBodySize">Bytes.</param>
sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

/// <summary>Reads a body as JSON of any shape, for documents that have a reader of their own.</summary>
static class JsonBody
{
    static readonly JsonDocumentOptions _strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>The body, or the problem that it is: not JSON, with where it stops being so.</summary>
    public static async Task<(JsonNode? Node, IResult? Problem)> ReadAsync(HttpContext context)
    {
        try
        {
            return (await JsonNode.ParseAsync(context.Request.Body, null, _strict, context.RequestAborted), null);
        }
        catch (JsonException exception)
        {
            return (null, Problem(exception));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in the name of a member, which is compared with its neighbours' names.
            return (null, ApiProblem.Malformed("The name of a member has half a character."));
        }
    }

    /// <summary>400 that says where: line and column from 1, and the JSON path as far as it is known.</summary>
    public static IResult Problem(JsonException exception)
    {
        var where = new Dictionary<string, object?>();
        if (exception.LineNumber is { } line)
            where["line"] = line + 1;
        if (exception.BytePositionInLine is { } column)
            where["column"] = column + 1;
        if (exception.Path is { Length: > 0 } path)
            where["path"] = path;
        var message = exception.Message.Split(" Path: ")[0].Split(" LineNumber:")[0];
        return ApiProblem.Of(StatusCodes.Status400BadRequest, "malformed", message, "Mend the JSON at the place that is named.", where);
    }
}
