using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Messaging;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Api;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Meetpoint.Exchange.Api.Streams;

/// <summary>The WebSocket by which a client takes part: it says whom it watches and for whom it listens, is told states and messages as they come, and sends its own.</summary>
/// <param name="presence">The exchange's presence.</param>
/// <param name="messages">Its messages.</param>
/// <param name="keys">Knows whether a key still holds.</param>
/// <param name="time">Monotonic time.</param>
sealed class StreamApi(PresenceService presence, Messenger messages, ApiKeys keys, TimeProvider time)
{
    readonly StreamGate _gate = new();

    /// <summary>It has two names, and is the same by both.</summary>
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/presence/stream", (HttpContext context, string? watcher, string? user) => ServeAsync(context, watcher, user))
            .WithTags("Presence").WithName("StreamPresence")
            .WithSummary("A WebSocket: send {\"watch\": ADDRESS, \"watcher\": CUSTOMER, \"id\": ANY}, get {\"type\": \"presence\", ...} at once and at each change; docs/operate/presence.md has every frame.")
            .Produces(StatusCodes.Status101SwitchingProtocols).ProducesProblem(400).ProducesProblem(426).ProducesProblem(429);
        api.MapGet("/messages/stream", (HttpContext context, string? watcher, string? user) => ServeAsync(context, watcher, user))
            .WithTags("Messages").WithName("StreamMessages")
            .WithSummary("The same WebSocket: send {\"listen\": CUSTOMER}, get {\"type\": \"message\", ...}, send {\"acknowledge\": ID}; send {\"send\": ADDRESS, \"from\": CUSTOMER, \"id\": YOURS, \"text\": WORDS}; docs/operate/messages.md has every frame.")
            .Produces(StatusCodes.Status101SwitchingProtocols).ProducesProblem(400).ProducesProblem(426).ProducesProblem(429);
    }

    async Task<IResult> ServeAsync(HttpContext context, string? watcher, string? user)
    {
        var caller = ApiCaller.Of(context);
        foreach (var name in (string?[])[watcher, user])
        {
            if (name is not null && (AddressText.Canonical(name, out var form) is null || form == AddressForm.Domain))
                return ApiProblem.Malformed($"'{name}' is no address.", "Write it as bob@albion.example or +442079460001.");
        }

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
            return [feed, messages.OpenFeed(caller, user, stream.Wake)];
        }
    }
}
