using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>Errors of the API as problem details (RFC 9457), each with a stable type and a remedy.</summary>
public static class ApiProblem
{
    /// <summary>What the type of every problem begins with; its reason code follows.</summary>
    public const string TypePrefix = "/problems/";

    /// <summary>The reason code of the problem that a request was answered with; null without.</summary>
    public static string? CodeOf(HttpContext context) => context.Items[typeof(ApiProblem)] as string;

    /// <summary>A problem with a stable reason code.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Reason code: lower case, with dashes; part of the type.</param>
    /// <param name="detail">What is wrong with this request, for people.</param>
    /// <param name="remedy">What to do about it, for people; null when there is nothing to do.</param>
    /// <param name="more">Further members, such as the faults of a document.</param>
    /// <param name="title">What is wrong in general; made from the code when null.</param>
    public static IResult Of(int status, string code, string detail, string? remedy = null, IDictionary<string, object?>? more = null, string? title = null)
    {
        var extensions = more is null ? new Dictionary<string, object?>() : new Dictionary<string, object?>(more);
        if (remedy is not null)
            extensions["remedy"] = remedy;
        if (Activity.Current?.Id is { } trace)
            extensions["traceId"] = trace;
        return new CodedProblem(code, Results.Problem(detail, null, status, title ?? Title(code), TypePrefix + code, extensions));
    }

    /// <summary>400: the request cannot be understood.</summary>
    public static IResult Malformed(string detail, string? remedy = null) => Of(StatusCodes.Status400BadRequest, "malformed", detail, remedy);

    /// <summary>404: no such thing, or not the caller's to see.</summary>
    public static IResult NotFound(string what) => Of(StatusCodes.Status404NotFound, "not-found", $"There is no {what} here that you may see.");

    /// <summary>403: not the caller's to do.</summary>
    public static IResult Forbidden(string detail) => Of(StatusCodes.Status403Forbidden, "forbidden", detail);

    /// <summary>Leaves the code with the request, where the log line finds it.</summary>
    sealed class CodedProblem(string code, IResult problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Items[typeof(ApiProblem)] = code;
            return problem.ExecuteAsync(httpContext);
        }
    }

    static string Title(string code) => string.Concat(char.ToUpperInvariant(code[0]).ToString(), code[1..].Replace('-', ' '));
}
