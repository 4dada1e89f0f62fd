using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Meetpoint.Exchange.Api;

/// <summary>
/// Middleware that gives every request which the API refuses its one log line: its problem's code, and who asked. Strangers are sampled, and
/// what the waist refused has its line already.
/// </summary>
sealed partial class ApiRefusalLog(ILogger log, IExchangeLog exchangeLog)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var status = context.Response.StatusCode;
        if (status < StatusCodes.Status400BadRequest || ApiRefusal.IsNoted(context))
            return;
        if (status == StatusCodes.Status401Unauthorized)
            exchangeLog.Stranger($"api {context.Connection.RemoteIpAddress}");
        else
            Refused(log, ApiProblem.CodeOf(context) ?? "unknown", status, context.Request.Method, context.Request.Path, ApiRefusal.From(context));
    }

    [LoggerMessage(1400, LogLevel.Information, "api.refused {Code} {Status} {Method} {Path} by {Caller}", EventName = "api.refused")]
    static partial void Refused(ILogger logger, string code, int status, string method, string path, string caller);
}
