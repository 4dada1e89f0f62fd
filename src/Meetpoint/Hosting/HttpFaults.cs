using System.Diagnostics;
using Meetpoint.Logging;
using Microsoft.AspNetCore.Http.Features;

namespace Meetpoint.Hosting;

/// <summary>
/// Gives requests that the HTTP server itself refuses (431, 414, 408, no HTTP at all) their log line: nothing of ours ever sees them.
/// </summary>
/// <remarks>Sampled for each status by itself, as anyone can cause them; the server has a handful of these.</remarks>
sealed partial class HttpFaults : IObserver<KeyValuePair<string, object?>>
{
    const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    readonly SampledLine<int, (string Reason, string Remote)> _lines;

    HttpFaults(ILogger log, TimeProvider time) =>
        _lines = new(time, (status, last, count) => Malformed(log, status, last.Reason, last.Remote, count));

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
        var status = (fault as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        _lines.Add(status, (fault?.Message ?? "", remote));
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
