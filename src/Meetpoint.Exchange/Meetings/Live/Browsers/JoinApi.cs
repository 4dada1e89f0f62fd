using System.Globalization;
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
/// <param name="booked">Meetings as booked.</param>
/// <param name="relays">For those behind a wall; null without.</param>
/// <param name="publicUrl">Below which pages stand, where a proxy stands between; null: as each asks.</param>
/// <param name="time">Monotonic time.</param>
sealed class JoinApi(IEventLoop loop, LiveMeetings live, MeetingService booked, RelayCredentials? relays, Uri? publicUrl, TimeProvider time)
{
    /// <summary>Pages of one address at a time: an office behind one.</summary>
    const int PagesPerAddress = 200;

    /// <summary>Pages at a time where all come from a proxy's address, which is to have a limit of its own.</summary>
    const int PagesOfProxy = 4_000;

    /// <summary>Bytes of a frame: an offer, escaped.</summary>
    const int FrameBytes = 2 * BrowserOffer.MaxBytes;

    readonly int _mostPages = publicUrl is null ? PagesPerAddress : PagesOfProxy;
    readonly StreamGate _gate = new(publicUrl is null ? PagesPerAddress : PagesOfProxy);
    readonly JoinGuesses _guesses = new(time, publicUrl is not null);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/join/{code}", ShowAsync).AllowAnonymous().WithTags("Meetings").WithName("ShowJoin")
            .WithSummary("What a join page shows of a meeting before anybody is in: for whoever has its code.").Produces<JoinView>().ProducesProblem(404).ProducesProblem(429);
        api.MapGet("/join/{code}/calendar.ics", CalendarAsync).AllowAnonymous().WithTags("Meetings").WithName("ShowJoinCalendar")
            .WithSummary("The meeting as a file for a calendar, with the ways to join and nobody's address.").Produces(200, contentType: CalendarType).ProducesProblem(404).ProducesProblem(429);
        api.MapGet("/join/{code}/ws", ServeAsync).AllowAnonymous().WithTags("Meetings").WithName("Join")
            .WithSummary("The WebSocket of a join page, subprotocol meetpoint.join.1; docs/reference/join.md has every frame.")
            .Produces(StatusCodes.Status101SwitchingProtocols).ProducesProblem(426).ProducesProblem(429);
    }

    const string CalendarType = "text/calendar";

    async Task<IResult> ShowAsync(HttpContext context, string code)
    {
        if (!_guesses.Codes.MayTry(WrongTokens.AddressOf(context), code))
            return TooMany(context, _guesses.Codes.RetryAfterSeconds);
        return await FindAsync(context, code) is var (meeting, half, when)
            ? Results.Ok(new JoinView(
                code, meeting.Title, meeting.OrganiserName ?? meeting.Organiser, when.Start, when.End, meeting.Pin is not null, meeting.Lobby,
                half.Join?.Number is { } number ? new JoinByPhone(number, half.Join.Code) : null, half.Join?.Uri, $"{Uri.EscapeDataString(code)}/calendar.ics", relays?.Give() ?? []))
            : NotKnown();
    }

    async Task<IResult> CalendarAsync(HttpContext context, string code)
    {
        if (!_guesses.Codes.MayTry(WrongTokens.AddressOf(context), code))
            return TooMany(context, _guesses.Codes.RetryAfterSeconds);
        return await FindAsync(context, code) is var (meeting, half, _) && half.Join is not null
            ? Results.Bytes(booked.CalendarOf(meeting, publicUrl ?? Asked(context)), CalendarType + "; charset=utf-8", $"meeting-{code}.ics")
            : NotKnown();
    }

    async Task<IResult> ServeAsync(HttpContext context, string code, string? invitation)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return ApiProblem.Of(StatusCodes.Status426UpgradeRequired, "websocket-expected", "This is a WebSocket.", "Open it with wss:// and subprotocol " + JoinView.Subprotocol + ".");
        var (from, sender) = (context.Connection.RemoteIpAddress?.ToString() ?? "local", WrongTokens.AddressOf(context));
        var pins = _guesses.PinsOf(sender, code);
        if (!_guesses.Codes.MayTry(sender, code))
            return TooMany(context, _guesses.Codes.RetryAfterSeconds);
        if (!_gate.TryEnter(from))
            return ApiProblem.Of(StatusCodes.Status429TooManyRequests, "too-many-streams", $"{_mostPages} pages of this address are open already.", "Leave with one of them.");
        try
        {
            _ = await FindAsync(context, code); // counts it where it is none; the page is told in its own words
            var subprotocol = context.WebSockets.WebSocketRequestedProtocols.Contains(JoinView.Subprotocol) ? JoinView.Subprotocol : null;
            using var socket = await context.WebSockets.AcceptWebSocketAsync(subprotocol);
            var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
            await new ApiStream(socket, loop, time, static () => true, FrameBytes).RunAsync(stream => [new JoinFeed(live.Browsers, code, invitation, pins, stream.Wake)], stopping);
        }
        finally
        {
            _gate.Leave(from);
        }

        return Results.Empty;
    }

    async Task<(Meeting Meeting, MeetingHalf Half, Interval When)?> FindAsync(HttpContext context, string code)
    {
        var found = await loop.AskAsync(() => live.Booked(code));
        if (found is null)
            _guesses.Codes.Wrong(WrongTokens.AddressOf(context), code);
        else
            _guesses.Codes.Right(code);
        return found;
    }

    static Uri Asked(HttpContext context) => context.Request.Host.HasValue && Uri.TryCreate($"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}/", UriKind.Absolute, out var asked)
        ? asked : new Uri("http://localhost/");

    static IResult NotKnown() => ApiProblem.NotFound("meeting with that code");

    static IResult TooMany(HttpContext context, int seconds)
    {
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ApiProblem.Of(StatusCodes.Status429TooManyRequests, "too-many-tries", "There were too many wrong codes from this address.", $"Wait {seconds} seconds.");
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
/// <param name="CalendarUrl">The meeting as a file for a calendar, relative to the address of this.</param>
/// <param name="IceServers">Relays for those behind a wall, with credentials that hold for a while.</param>
public sealed record JoinView(
    string Code, string Title, string Organiser, Instant StartsAt, Instant EndsAt, bool HasPin, bool HasLobby, JoinByPhone? Phone, string? SipUri, string CalendarUrl,
    IReadOnlyList<IceServerView> IceServers)
{
    /// <summary>Of the page's WebSocket.</summary>
    public const string Subprotocol = "meetpoint.join.1";
}

/// <summary>How to join by telephone.</summary>
/// <param name="Number">To dial.</param>
/// <param name="Code">To type then.</param>
public sealed record JoinByPhone(string Number, string Code);

/// <summary>A relay as a browser takes it (RTCIceServer of WebRTC).</summary>
/// <param name="Urls">turn: and turns: addresses (RFC 7065).</param>
/// <param name="Username">For the relay.</param>
/// <param name="Credential">The password that belongs to it.</param>
public sealed record IceServerView(IReadOnlyList<string> Urls, string Username, string Credential);
