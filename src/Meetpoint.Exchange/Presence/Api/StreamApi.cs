using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Api.Streams;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>The WebSocket by which a client takes part: it says whom it watches, and is told every state as it changes.</summary>
/// <param name="presence">The exchange's presence.</param>
/// <param name="keys">Knows whether a key still holds.</param>
/// <param name="time">Monotonic time.</param>
sealed class StreamApi(PresenceService presence, ApiKeys keys, TimeProvider time)
{
    readonly StreamGate _gate = new();

    public void Map(IEndpointRouteBuilder api) => api.MapGet("/presence/stream", (HttpContext context, string? watcher) => ServeAsync(context, watcher))
        .WithTags("Presence").WithName("StreamPresence")
        .WithSummary("A WebSocket: send {\"watch\": ADDRESS, \"watcher\": CUSTOMER, \"id\": ANY}, get {\"type\": \"presence\", ...} at once and at each change; docs/operate/presence.md has every frame.")
        .Produces(StatusCodes.Status101SwitchingProtocols).ProducesProblem(400).ProducesProblem(426).ProducesProblem(429);

    async Task<IResult> ServeAsync(HttpContext context, string? watcher)
    {
        var caller = ApiCaller.Of(context);
        if (watcher is not null && (AddressText.Canonical(watcher, out var form) is null || form == AddressForm.Domain))
            return ApiProblem.Malformed($"'{watcher}' is no address.", "Write it as bob@albion.example or +442079460001.");
        if (!context.WebSockets.IsWebSocketRequest)
            return ApiProblem.Of(StatusCodes.Status426UpgradeRequired, "websocket-expected", "This is a WebSocket.", "Open it with ws:// or wss:// (RFC 6455).");
        if (!_gate.TryEnter(caller.KeyId))
        {
            return ApiProblem.Of(
                StatusCodes.Status429TooManyRequests, "too-many-streams", $"The key has {StreamLimits.StreamsPerKey} streams open already.", "Watch more people with those, or end one.");
        }

        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var header = context.Request.Headers.Authorization.ToString();
            var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
            var stream = new ApiStream(socket, presence.Context.Loop, time, () => caller == ApiCaller.Local || ApiIdentification.Bearer(keys, header) == caller);
            await stream.RunAsync(Feeds, stopping);
        }
        finally
        {
            _gate.Leave(caller.KeyId);
        }

        return Results.Empty;

        // What else goes over a stream is another feed here.
        IReadOnlyList<IStreamFeed> Feeds(ApiStream stream)
        {
            var feed = new PresenceFeed(presence, caller, watcher, stream.Wake);
            presence.Feeds.Add(feed);
            return [feed];
        }
    }
}
