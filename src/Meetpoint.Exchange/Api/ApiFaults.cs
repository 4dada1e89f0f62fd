using System.Text.Json;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Meetpoint.Exchange.Api;

/// <summary>
/// Middleware that gives every failure of the API the form of a problem: bodies that cannot be read, a store that is busy or gone, statuses
/// that the framework leaves without a body, and our own errors.
/// </summary>
public sealed partial class ApiFaults(ILogger log)
{
    /// <summary>Seconds after which a busy store is worth another try.</summary>
    const int RetrySeconds = 2;

    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Clear();
            await Problem(context, exception).ExecuteAsync(context);
            return;
        }

        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
            await Bare(context).ExecuteAsync(context);
    }

    IResult Problem(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { InnerException: JsonException json }:
                return JsonBody.Problem(json);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "too-large", "The body is larger than this endpoint takes.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return ApiProblem.Of(StatusCodes.Status408RequestTimeout, "too-slow", "The body came in too slowly.");
            case BadHttpRequestException bad:
                return ApiProblem.Of(bad.StatusCode, "malformed", bad.Message);
            case StoreBusyException:
                context.Response.Headers.RetryAfter = RetrySeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
                return ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "overload", "Too much waits to be written.", "Try again a little later.");
            case StoreUnavailableException gone:
                LogStoreGone(log, context.Request.Path, gone);
                return ApiProblem.Of(
                    StatusCodes.Status503ServiceUnavailable, "store-unavailable", "The store is not to be reached.",
                    gone.OutcomeUnknown ? "Send the same request with the same Idempotency-Key again." : "Try again a little later.");
            default:
                LogFault(log, context.Request.Method, context.Request.Path, exception);
                return ApiProblem.Of(
                    StatusCodes.Status500InternalServerError, "internal", "This is a fault of ours; it is in the log under the traceId.");
        }
    }

    static IResult Bare(HttpContext context) => context.Response.StatusCode switch
    {
        404 => ApiProblem.NotFound($"{context.Request.Path}"),
        405 => ApiProblem.Of(405, "method-not-allowed", $"{context.Request.Method} is not for {context.Request.Path}.", $"Allowed: {context.Response.Headers.Allow}"),
        408 => ApiProblem.Of(408, "too-slow", "The body came in too slowly."),
        413 => ApiProblem.Of(413, "too-large", "The body is larger than this endpoint takes."),
        415 => ApiProblem.Of(415, "unsupported-media-type", "The body is not JSON.", "Send 'Content-Type: application/json'."),
        var status => ApiProblem.Of(status, status >= 500 ? "internal" : "malformed", $"The request ended with status {status}."),
    };

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    static partial void LogFault(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "store-unavailable at {Path}")]
    static partial void LogStoreGone(ILogger logger, string path, Exception exception);
}
