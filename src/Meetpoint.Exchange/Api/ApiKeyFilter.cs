using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>
/// Finds out who calls: the bearer of a key, or whoever may open the administration socket of the machine, which is the operator.
/// </summary>
public sealed class ApiKeyFilter(ApiKeys keys) : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Caller(http) is not { } caller)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return ApiProblem.Of(
                StatusCodes.Status401Unauthorized, "unknown-sender", "No key, or one that is not known here.",
                "Send 'Authorization: Bearer KEY'; an operator makes keys with 'meetpoint key create'.");
        }

        http.Items[typeof(ApiCaller)] = caller;
        return await next(context);
    }

    ApiCaller? Caller(HttpContext http)
    {
        // A unix socket has no remote address; the file's mode says who may open it.
        if (http.Connection.RemoteIpAddress is null)
            return ApiCaller.Local;
        var header = http.Request.Headers.Authorization.ToString();
        const string Scheme = "Bearer ";
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? keys.Identify(header[Scheme.Length..].Trim()) : null;
    }
}
