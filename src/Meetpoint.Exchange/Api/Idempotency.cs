using System.Collections.Concurrent;
using System.Security.Cryptography;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Meetpoint.Exchange.Api;

/// <summary>The endpoint's answer holds a secret that is shown once, so it is never kept; a repetition makes another.</summary>
sealed record SecretAnswer;

/// <summary>
/// A POST with an Idempotency-Key takes effect once: the first answer is kept for a day, and given again to the same key and body.
/// </summary>
/// <remarks>
/// Answers to requests that were not understood (400, 401, 403, 422) are not kept, so a mended request may use its key again. What is made by
/// the request takes its id from caller and key (<see cref="IdFor"/>), so a crash between effect and keeping the answer repeats nothing.
/// </remarks>
public sealed class Idempotency(Store store, IClock clock)
{
    /// <summary>Characters of a key.</summary>
    public const int KeyLength = 255;

    /// <summary>Bytes of a body that are held in memory while they are compared; the rest waits in a temporary file.</summary>
    public const int BufferBytes = 1 << 20;

    static readonly Duration Kept = Duration.FromHours(24);

    readonly ConcurrentDictionary<(string Caller, string Key), bool> _underWay = new();

    sealed record Answer(string Request, long Status, string? ContentType, string? Location, string? Etag, byte[] Body);

    /// <summary>A stable id for what this request makes; null when it carries no key.</summary>
    public static string? IdFor(HttpContext context, string prefix)
    {
        if (KeyOf(context.Request) is not { } key)
            return null;
        var hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{ApiCaller.Of(context).KeyId}\n{context.Request.Path}\n{key}"));
        return $"{prefix}_{Convert.ToHexStringLower(hash.AsSpan(0, 13))}";
    }

    /// <summary>Middleware for the API's POST requests; stands behind the identification of the caller.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || KeyOf(context.Request) is not { } key
            || context.GetEndpoint()?.Metadata.GetMetadata<SecretAnswer>() is not null)
        {
            await next(context);
            return;
        }

        if (key.Length > KeyLength)
        {
            await ApiProblem.Malformed($"The Idempotency-Key has more than {KeyLength} characters.").ExecuteAsync(context);
            return;
        }

        var caller = ApiCaller.TryOf(context)?.KeyId ?? "anyone";
        var request = await RequestHashAsync(context.Request);
        if (!_underWay.TryAdd((caller, key), true))
        {
            await ApiProblem.Of(
                StatusCodes.Status409Conflict, "in-progress", "A request with this Idempotency-Key is under way.", "Wait, then send it again.")
                .ExecuteAsync(context);
            return;
        }

        try
        {
            await AnswerAsync(context, next, caller, key, request);
        }
        finally
        {
            _underWay.TryRemove((caller, key), out _);
        }
    }

    async Task AnswerAsync(HttpContext context, RequestDelegate next, string caller, string key, string request)
    {
        var kept = store.Read(reader => reader.Single<Answer>(
            "SELECT request, status, content_type, location, etag, body FROM api_answers WHERE caller = @caller AND idempotency_key = @key",
            new { caller, key }));
        if (kept is not null && kept.Request != request)
        {
            await ApiProblem.Of(
                StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused",
                "This Idempotency-Key was used for another request.", "Use a new key for a new request.").ExecuteAsync(context);
            return;
        }

        if (kept is not null)
        {
            await ReplayAsync(context.Response, kept);
            return;
        }

        var wire = context.Response.Body;
        using var body = new MemoryStream();
        context.Response.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = wire;
        }

        if (context.Response.StatusCode is not (400 or 401 or 403 or 422 or 429 or 503))
            await KeepAsync(context.Response, caller, key, request, body.ToArray());
        body.Position = 0;
        await body.CopyToAsync(wire);
    }

    Task KeepAsync(HttpResponse response, string caller, string key, string request, byte[] body)
    {
        var now = clock.GetCurrentInstant();
        var row = new
        {
            caller,
            key,
            request,
            status = (long)response.StatusCode,
            contentType = response.ContentType,
            location = response.Headers.Location.ToString(),
            etag = response.Headers.ETag.ToString(),
            body,
            now = now.ToUnixTimeMilliseconds(),
            old = (now - Kept).ToUnixTimeMilliseconds(),
        };
        return store.WriteAsync(transaction =>
        {
            transaction.Execute("DELETE FROM api_answers WHERE kept_ms < @old", row);
            transaction.Execute(
                """
                INSERT INTO api_answers (caller, idempotency_key, request, status, content_type, location, etag, body, kept_ms)
                VALUES (@caller, @key, @request, @status, @contentType, @location, @etag, @body, @now) ON CONFLICT DO NOTHING
                """, row);
        });
    }

    static async Task ReplayAsync(HttpResponse response, Answer kept)
    {
        response.StatusCode = (int)kept.Status;
        response.ContentType = kept.ContentType;
        if (kept.Location is { Length: > 0 })
            response.Headers.Location = kept.Location;
        if (kept.Etag is { Length: > 0 })
            response.Headers.ETag = kept.Etag;
        response.Headers["Idempotent-Replayed"] = "true";
        await response.Body.WriteAsync(kept.Body);
    }

    static async Task<string> RequestHashAsync(HttpRequest request)
    {
        request.EnableBuffering(BufferBytes); // the server's own limit on bodies holds
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer)) > 0)
            hash.AppendData(buffer, 0, read);
        request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static string? KeyOf(HttpRequest request) => request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key ? key : null;
}
