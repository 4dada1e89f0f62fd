using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Api.Streams;
using Meetpoint.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>What the join page asks: what meeting a code means, and the WebSocket by which it comes in. Open to all: the code, the PIN and the lobby decide.</summary>
/// <param name="loop">The signalling loop.</param>
/// <param name="live">Meetings that are on.</param>
/// <param name="time">Monotonic time.</param>
sealed class JoinApi(IEventLoop loop, LiveMeetings live, TimeProvider time)
{
    /// <summary>Pages of one address at a time: an office behind one.</summary>
    const int PagesPerAddress = 200;

    /// <summary>Bytes of a frame: an offer, escaped.</summary>
    const int FrameBytes = 2 * BrowserOffer.MaxBytes;

    readonly StreamGate _gate = new(PagesPerAddress);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/join/{code}", (string code) => ShowAsync(code)).AllowAnonymous().WithTags("Meetings").WithName("ShowJoin")
            .WithSummary("What a join page shows of a meeting before anybody is in: for whoever has its code.").Produces<JoinView>().ProducesProblem(404);
        api.MapGet("/join/{code}/ws", ServeAsync).AllowAnonymous().WithTags("Meetings").WithName("Join")
            .WithSummary("The WebSocket of a join page, subprotocol meetpoint.join.1; docs/reference/join.md has every frame.")
            .Produces(StatusCodes.Status101SwitchingProtocols).ProducesProblem(426).ProducesProblem(429);
    }

    async Task<IResult> ShowAsync(string code) => await loop.AskAsync(() => live.Booked(code)) is var (meeting, half, when)
        ? Results.Ok(new JoinView(
            code, meeting.Title, meeting.OrganiserName ?? meeting.Organiser, when.Start, when.End, meeting.Pin is not null, meeting.Lobby,
            half.Join?.Number is { } number ? new JoinByPhone(number, half.Join.Code) : null, half.Join?.Uri, []))
        : ApiProblem.NotFound("meeting with that code");

    async Task<IResult> ServeAsync(HttpContext context, string code, string? invitation)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return ApiProblem.Of(StatusCodes.Status426UpgradeRequired, "websocket-expected", "This is a WebSocket.", "Open it with wss:// and subprotocol " + JoinView.Subprotocol + ".");
        var from = context.Connection.RemoteIpAddress?.ToString() ?? "local";
        if (!_gate.TryEnter(from))
            return ApiProblem.Of(StatusCodes.Status429TooManyRequests, "too-many-streams", $"{PagesPerAddress} pages of this address are open already.", "Leave with one of them.");
        try
        {
            var subprotocol = context.WebSockets.WebSocketRequestedProtocols.Contains(JoinView.Subprotocol) ? JoinView.Subprotocol : null;
            using var socket = await context.WebSockets.AcceptWebSocketAsync(subprotocol);
            var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
            await new ApiStream(socket, loop, time, static () => true, FrameBytes).RunAsync(stream => [new JoinFeed(live.Browsers, code, invitation, stream.Wake)], stopping);
        }
        finally
        {
            _gate.Leave(from);
        }

        return Results.Empty;
    }
}

/// <summary>A meeting as its join page shows it.</summary>
/// <param name="Code">The digits that name it.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Organiser">Who invites.</param>
/// <param name="StartsAt">Of the occurrence that is on, or the next.</param>
/// <param name="EndsAt">Its end.</param>
/// <param name="HasPin">A PIN is asked for.</param>
/// <param name="HasLobby">Guests wait until they are let in.</param>
/// <param name="Phone">How to join by telephone; null when there is no number.</param>
/// <param name="SipUri">What a room system dials.</param>
/// <param name="IceServers">URLs of relays for those behind a wall.</param>
public sealed record JoinView(
    string Code, string Title, string Organiser, Instant StartsAt, Instant EndsAt, bool HasPin, bool HasLobby, JoinByPhone? Phone, string? SipUri, IReadOnlyList<string> IceServers)
{
    /// <summary>Of the page's WebSocket.</summary>
    public const string Subprotocol = "meetpoint.join.1";
}

/// <summary>How to join by telephone.</summary>
/// <param name="Number">To dial.</param>
/// <param name="Code">To type then.</param>
public sealed record JoinByPhone(string Number, string Code);
