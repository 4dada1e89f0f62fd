using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>Entity tags (RFC 9110 8.8.3) and the rule that a change names the version that it changes.</summary>
public static class EntityTag
{
    /// <summary>A strong tag of a representation.</summary>
    public static string Of(string representation) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(representation)).AsSpan(0, 12))}\"";

    /// <summary>Null when the request may change what has the tag now; else 428 without If-Match (RFC 6585), 412 with another.</summary>
    public static IResult? Guard(HttpContext context, string tag)
    {
        var given = context.Request.Headers.IfMatch.ToString();
        if (given.Length == 0)
        {
            return ApiProblem.Of(
                StatusCodes.Status428PreconditionRequired, "if-match-required", "A change must say which version it changes.",
                "Read the resource, and send its ETag as If-Match.");
        }

        if (given == "*" || given.Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal))
            return null;
        return ApiProblem.Of(
            StatusCodes.Status412PreconditionFailed, "changed-meanwhile", "It has changed since you read it.", "Read it again, then decide.");
    }
}
