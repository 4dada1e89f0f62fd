using System.Text;
using Microsoft.AspNetCore.Http;

namespace Meetpoint.Exchange.Api;

/// <summary>One page of a list.</summary>
/// <param name="Items">At most the limit that was asked for.</param>
/// <param name="HasMore">True when more follow.</param>
/// <param name="Next">Opaque cursor of the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, bool HasMore, string? Next);

/// <summary>Cursors and limits of lists.</summary>
public static class Paging
{
    /// <summary>Items when no limit is given.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Items at the most.</summary>
    public const int MaxLimit = 500;

    /// <summary>Characters of a cursor.</summary>
    const int MaxCursorLength = 256;

    /// <summary>The limit that was asked for, within bounds.</summary>
    public static int Limit(int? asked) => Math.Clamp(asked ?? DefaultLimit, 1, MaxLimit);

    /// <summary>The key that a cursor stands for; empty for the first page.</summary>
    /// <exception cref="BadHttpRequestException">The cursor is not one that a page gave: starting anew in silence would page for ever.</exception>
    public static string KeyOf(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return "";
        Span<byte> bytes = stackalloc byte[MaxCursorLength];
        return cursor.Length <= MaxCursorLength && System.Buffers.Text.Base64Url.IsValid(cursor) && System.Buffers.Text.Base64Url.TryDecodeFromChars(cursor, bytes, out var length) && length > 0
            ? Encoding.UTF8.GetString(bytes[..length]) : throw new BadHttpRequestException("The cursor is not one that a page gave.");
    }

    /// <summary>Makes a page of one more item than the limit, and the Link header of its next (RFC 8288).</summary>
    public static Page<T> Of<T>(HttpContext context, IReadOnlyList<T> oneMore, int limit, Func<T, string> key)
    {
        if (oneMore.Count <= limit)
            return new Page<T>(oneMore, false, null);
        var items = oneMore.Take(limit).ToList();
        var cursor = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key(items[^1])));
        var query = QueryString.Create(context.Request.Query
            .Where(pair => pair.Key != "cursor")
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value)))
            .Append(KeyValuePair.Create<string, string?>("cursor", cursor)));
        context.Response.Headers.Link = $"<{context.Request.PathBase}{context.Request.Path}{query}>; rel=\"next\"";
        return new Page<T>(items, true, cursor);
    }
}
