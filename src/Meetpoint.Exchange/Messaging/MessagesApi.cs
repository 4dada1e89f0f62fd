using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Messaging.Keeping;
using Meetpoint.Exchange.Messaging.Streams;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Meetpoint.Exchange.Messaging;

/// <summary>Messages over HTTP: any client can send, and read what waits for one of its users.</summary>
static class MessagesApi
{
    public static void MapMessages(this IEndpointRouteBuilder api, Messenger messenger, Store store, Func<World> world, IClock clock, Ids ids, RefusalWriter refusals)
    {
        var group = api.MapGroup("/messages").WithTags("Messages");
        group.MapPost("/", (HttpContext context, SendMessageRequest request) => SendAsync(context, request, messenger, world(), clock, ids, refusals))
            .WithName("SendMessage").WithSummary("Send a message: 200 when it was delivered, 202 when it was accepted further on or is kept here.")
            .Produces<SentMessageView>().Produces<SentMessageView>(StatusCodes.Status202Accepted)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(429).ProducesProblem(503);
        group.MapGet("/", (HttpContext context, string user, string? cursor, int? limit) => List(context, user, cursor, limit, store, world()))
            .WithName("ListMessages").WithSummary("Messages that wait for a user, the oldest first. They wait until they are taken, or delivered to a client that registers.")
            .Produces<Page<MessageView>>().ProducesProblem(400).ProducesProblem(404);
        group.MapDelete("/{id}", (HttpContext context, string id) => TakeAsync(context, id, messenger, store, world()))
            .WithName("TakeMessage").WithSummary("Take a message that was read: it waits no more.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
    }

    /// <summary>The sender that a request names; null with the problem that it is.</summary>
    public static SipCaller? SenderOf(HttpContext context, string address, World world, RefusalWriter refusals, out IResult? problem)
    {
        problem = null;
        var sender = ClientMessage.Sender(ApiCaller.Of(context), address, world, out var isKnown);
        if (!isKnown)
            problem = ApiProblem.Of(StatusCodes.Status404NotFound, "no-route", $"{address} is no customer of this exchange.", "Send in the name of a user or an endpoint of it.");
        else if (sender is null)
            problem = ApiRefusal.Of(context, refusals, RefusalReason.OriginNotAllowed, $"This key is not for customers of {world.Find(address)!.Provider.Id}.");
        return sender;
    }

    static async Task<IResult> SendAsync(
        HttpContext context, SendMessageRequest request, Messenger messenger, World world, IClock clock, Ids ids, RefusalWriter refusals)
    {
        if (request.Text.Length == 0 || request.Conversation?.Length > MessageLimits.MaxName || string.IsNullOrWhiteSpace(request.To))
            return ApiProblem.Malformed("A message has a receiver and words, and the name of its conversation at most 200 characters.");
        if (SenderOf(context, request.From, world, refusals, out var problem) is not { } caller)
            return problem!;
        // The id sorts by age among those that are kept; what makes a second one the same is the key.
        var id = ids.New("msg");
        var message = ClientMessage.Of(id, "api " + (Idempotency.IdFor(context, "msg") ?? id), caller, request.To, clock.GetCurrentInstant()) with
        {
            Text = request.Text, Conversation = request.Conversation,
        };
        var outcome = await messenger.SendAsync(message, caller);
        return outcome.Fate switch
        {
            MessageFate.Delivered => Results.Ok(new SentMessageView(id, MessageStanding.Delivered)),
            MessageFate.Accepted or MessageFate.Kept => Results.Json(new SentMessageView(id, MessageFrame.StandingOf(outcome)), statusCode: StatusCodes.Status202Accepted),
            MessageFate.Refused => ApiRefusal.Of(context, outcome.Refusal, $"The message to {request.To} was refused."),
            _ => ApiProblem.Of(
                outcome.Status switch { 413 => 413, 404 or 604 => 404, 403 => 403, >= 500 and < 600 => 503, _ => 409 }, "not-delivered",
                $"The message to {request.To} was not delivered: {outcome.Status} {outcome.Phrase}".TrimEnd() + ".", null, new Dictionary<string, object?> { ["sipStatus"] = outcome.Status }),
        };
    }

    static IResult List(HttpContext context, string user, string? cursor, int? limit, Store store, World world)
    {
        var address = MessageAddress.Of("sip:" + user);
        if (!MaySee(context, address, world))
            return ApiProblem.NotFound($"user {user}");
        var after = Paging.KeyOf(cursor);
        var count = Paging.Limit(limit);
        var rows = store.Read(reader => KeptMessageRows.Of(reader, address, after, count + 1));
        return Results.Ok(Paging.Of(context, [.. rows.Select(View)], count, view => view.Id));
    }

    static async Task<IResult> TakeAsync(HttpContext context, string id, Messenger messenger, Store store, World world)
    {
        var row = store.Read(reader => KeptMessageRows.Find(reader, id));
        return row is not null && MaySee(context, row.Receiver, world) && await messenger.Service.Keeper.TakeAsync(id, row.Receiver)
            ? Results.NoContent() : ApiProblem.NotFound($"message {id}");
    }

    static bool MaySee(HttpContext context, string address, World world) =>
        world.Find(address) is { } destination && destination.Provider.Exchange == world.Exchange && ApiCaller.Of(context).MayActFor(destination.Provider.Id);

    static MessageView View(KeptMessage row) => new(
        row.Id, row.IsWithheld ? null : row.Sender, row.IsWithheld ? null : row.SenderName, row.Receiver, row.Body, Instant.FromUnixTimeMilliseconds(row.SentMs),
        Instant.FromUnixTimeMilliseconds(row.ExpiresMs), row.Conversation, row.Correlation);
}
