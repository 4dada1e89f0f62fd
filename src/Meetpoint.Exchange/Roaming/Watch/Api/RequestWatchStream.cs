using System.Text.Json;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Roaming.Hub;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Watch;

/// <summary>What a watcher sees, as an answer of the API that goes on: a JSON document a line, each sent as it happens. Over when its caller goes, its time is over, or the exchange stops.</summary>
/// <param name="hub">Where it watches.</param>
/// <param name="watcher">What it sees.</param>
/// <param name="clock">Wall time.</param>
sealed class RequestWatchStream(RadiusHub hub, RequestWatcher watcher, IClock clock)
{
    /// <summary>What it is.</summary>
    public const string ContentType = "application/x-ndjson";

    static readonly byte[] _newLine = "\n"u8.ToArray();

    /// <summary>The answer to a request.</summary>
    public IResult Result(HttpContext context)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
        return Results.Stream(stream => WriteAsync(stream, json, stopping, context.RequestAborted), ContentType);
    }

    async Task WriteAsync(Stream stream, JsonSerializerOptions json, CancellationToken stopping, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone);
        try
        {
            // At once, so that the caller knows that nothing passes unseen from now on.
            await WriteAsync(stream, json, OfWatch(RadiusWatchStep.Watching, "watching"), either.Token);
            await foreach (var line in watcher.Lines.ReadAllAsync(either.Token))
                await WriteAsync(stream, json, line, either.Token);
            await WriteAsync(stream, json, OfWatch(RadiusWatchStep.Ended, "the time of this watch is over"), either.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Its caller is gone, or the exchange stops.
        }
        finally
        {
            hub.EndWatch(watcher);
        }
    }

    RadiusWatchLine OfWatch(RadiusWatchStep step, string text) => new(0, clock.GetCurrentInstant(), 0, step, text, [], IsLast: false);

    static async Task WriteAsync(Stream stream, JsonSerializerOptions json, RadiusWatchLine line, CancellationToken cancel)
    {
        await JsonSerializer.SerializeAsync(stream, line, json, cancel);
        await stream.WriteAsync(_newLine, cancel);
        await stream.FlushAsync(cancel);
    }
}
