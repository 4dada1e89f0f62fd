using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>A refusal of the waist as the API says it: status and type by the one table of refusals, and the incident as header and member.</summary>
static class ApiRefusal
{
    static readonly object NotedKey = new();

    /// <summary>True when the refusal of this request has its log line already.</summary>
    public static bool IsNoted(HttpContext context) => context.Items.ContainsKey(NotedKey);

    /// <summary>The problem, with its one log line.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusals">Notes it.</param>
    /// <param name="reason">Why; one that the API can meet.</param>
    /// <param name="detail">For people: which room, until when.</param>
    public static IResult Of(HttpContext context, RefusalWriter refusals, RefusalReason reason, string detail)
    {
        var refusal = refusals.Refuse(reason, $"{context.Request.Method} {context.Request.Path}: {detail}", From(context));
        return Of(context, in refusal, detail);
    }

    /// <summary>The problem of a refusal that was noted where it was found.</summary>
    public static IResult Of(HttpContext context, in Refusal refusal, string detail)
    {
        context.Items[NotedKey] = true;
        var row = refusal.Row;
        var incident = refusal.Incident.ToString();
        context.Response.Headers[RefusalTable.IncidentHeader] = incident;
        if (row.RetryAfter)
        {
            context.Response.Headers.RetryAfter = RefusalTable.RetryAfterSeconds(in refusal).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return ApiProblem.Of(
            row.ApiStatus == 0 ? StatusCodes.Status403Forbidden : row.ApiStatus, row.ApiType[ApiProblem.TypePrefix.Length..], detail, null,
            new Dictionary<string, object?> { ["incident"] = incident }, row.ApiTitle);
    }

    /// <summary>Who calls, for the log line.</summary>
    public static string From(HttpContext context) =>
        $"api {ApiCaller.TryOf(context)?.KeyId ?? "anyone"} {context.Connection.RemoteIpAddress?.ToString() ?? "local"}";
}
