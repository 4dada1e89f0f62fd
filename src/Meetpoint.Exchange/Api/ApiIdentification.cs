using Meetpoint.Exchange.Interconnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>
/// Middleware that finds out who calls: the bearer of a key, or whoever may open the administration socket of the machine, which is the
/// operator. It stands before everything that acts on the caller's behalf, a kept answer included, so a revoked key gets nothing.
/// </summary>
public sealed class ApiIdentification(ApiKeys keys)
{
    const string Scheme = "Bearer ";

    /// <summary>Refuses who is not known, unless the endpoint is open to all (<see cref="IAllowAnonymous"/>).</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Caller(context) is { } caller)
        {
            context.Items[typeof(ApiCaller)] = caller;
        }
        else if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await ApiProblem.Of(
                StatusCodes.Status401Unauthorized, "unknown-sender", "No key, or one that is not known here.",
                "Send 'Authorization: Bearer KEY'; an operator makes keys with 'meetpoint key create'.", null,
                RefusalTable.Row(RefusalReason.UnknownSender).ApiTitle).ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    ApiCaller? Caller(HttpContext context)
    {
        // A unix socket has no remote address; the file's mode says who may open it.
        if (context.Connection.RemoteIpAddress is null)
            return ApiCaller.Local;
        return Bearer(keys, context.Request.Headers.Authorization.ToString());
    }

    /// <summary>Who the value of Authorization stands for now; null for nobody.</summary>
    internal static ApiCaller? Bearer(ApiKeys keys, string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? keys.Identify(authorization[Scheme.Length..].Trim()) : null;
}
