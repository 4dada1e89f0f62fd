using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Meetpoint.Hosting;

/// <summary>
/// Gives requests that the HTTP server itself refuses (431, 414, 408, no HTTP at all) their log line: nothing of ours ever sees them.
/// </summary>
/// <remarks>One line a second, with how many there were, as anyone can cause them.</remarks>
sealed partial class HttpFaults(ILogger log, TimeProvider time) : IObserver<KeyValuePair<string, object?>>
{
    const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    long _count;
    long _nextTimestamp;

    /// <summary>Listens from now on.</summary>
    public static IDisposable Watch(IServiceProvider services, TimeProvider time) => services.GetRequiredService<DiagnosticListener>().Subscribe(
        new HttpFaults(services.GetRequiredService<ILoggerFactory>().CreateLogger("Meetpoint.Api"), time), static name => name == BadRequest);

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key != BadRequest || value.Value is not IFeatureCollection features)
            return;
        var fault = features.Get<IBadRequestExceptionFeature>()?.Error;
        var remote = features.Get<IHttpConnectionFeature>()?.RemoteIpAddress?.ToString() ?? "local";
        var count = Interlocked.Increment(ref _count);
        var now = time.GetTimestamp();
        var next = Volatile.Read(ref _nextTimestamp);
        if (now < next || Interlocked.CompareExchange(ref _nextTimestamp, now + time.TimestampFrequency, next) != next)
            return;
        Interlocked.Add(ref _count, -count);
        Malformed(log, (fault as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, fault?.Message ?? "", remote, count);
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    [LoggerMessage(1401, LogLevel.Warning, "http.malformed {Status} {Reason} from {Remote}, {Count} since the last", EventName = "http.malformed")]
    static partial void Malformed(ILogger logger, int status, string reason, string remote, long count);
}
