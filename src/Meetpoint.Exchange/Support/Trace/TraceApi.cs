using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>Traces over HTTP: the operator sees all, a provider what passed between this exchange and its own neighbours and endpoints.</summary>
/// <param name="ring">The messages; null while nothing is kept.</param>
/// <param name="events">Knows the session of an incident.</param>
/// <param name="store">Knows it when memory has lost it.</param>
/// <param name="clock">Wall time.</param>
sealed class TraceApi(Func<TraceRing?> ring, EventLog events, Store store, IClock clock)
{
    const int RecordsPerTurn = 10_000;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    static readonly Duration Quiet = Duration.FromSeconds(15);

    readonly SemaphoreSlim _lookups = new(1); // each reads the whole ring: one core is enough for support
    int _followers;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/trace", (HttpContext context, string? address, string? since, int? limit, string? cursor) => FindAsync(context, address, since, limit, cursor))
            .WithTags("Trace").WithName("FindTraces")
            .WithSummary("Sessions as they passed on the wire, both legs, the newest first: by address, number, Call-ID, session, incident, neighbour or machine.")
            .Produces<Page<TraceView>>().ProducesProblem(400).ProducesProblem(404);
        api.MapGet("/trace/live", (HttpContext context, string? address, string? since) => Follow(context, address, since))
            .WithTags("Trace").WithName("FollowTrace")
            .WithSummary("The same as it passes: server-sent events of type message; Last-Event-ID goes on where a stream broke off, and an event of type idle says that nothing came.")
            .Produces<TraceMessageView>(StatusCodes.Status200OK, "text/event-stream").ProducesProblem(400).ProducesProblem(404).ProducesProblem(429);
    }

    async Task<IResult> FindAsync(HttpContext context, string? address, string? since, int? asked, string? cursor)
    {
        if (Prepare(address, since, out var query, out var from, out var kept) is { } problem)
            return problem;
        var key = Paging.KeyOf(cursor);
        if (key.Length > 0 && !ulong.TryParse(key, CultureInfo.InvariantCulture, out _))
            throw new BadHttpRequestException("The cursor is not one that a page gave.");
        ulong? before = key.Length == 0 ? null : ulong.Parse(key, CultureInfo.InvariantCulture);
        var limit = Paging.Limit(asked);
        await _lookups.WaitAsync(context.RequestAborted);
        try
        {
            var found = TraceLookup.Find(kept!, query!, Sees(context), from, before, limit + 1);
            var (sessions, fit) = Show(kept!, found, limit);
            return Results.Ok(Page(context, sessions, fit));
        }
        finally
        {
            _lookups.Release();
        }
    }

    IResult Follow(HttpContext context, string? address, string? since)
    {
        if (Prepare(address, since, out var query, out var from, out var kept) is { } problem)
            return problem;
        if (Interlocked.Increment(ref _followers) > TraceLimits.Followers)
        {
            Interlocked.Decrement(ref _followers);
            return ApiProblem.Of(StatusCodes.Status429TooManyRequests, "too-many-streams", $"{TraceLimits.Followers} traces are followed already.", "End one, or ask for what is past.");
        }

        // The stream is over when the caller goes, or the exchange stops.
        context.Response.OnCompleted(() =>
        {
            Interlocked.Decrement(ref _followers);
            return Task.CompletedTask;
        });
        var last = ulong.TryParse(context.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var told) ? told : (ulong?)null;
        var follower = new TraceFollower(kept!, query!, Sees(context), from ?? (last is null ? clock.GetCurrentInstant() : Instant.MinValue), last ?? 0);
        var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
        return TypedResults.ServerSentEvents(EventsAsync(follower, stopping, context.RequestAborted));
    }

    async IAsyncEnumerable<SseItem<TraceMessageView?>> EventsAsync(TraceFollower follower, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancel);
        var views = new TraceViews();
        var batch = new List<TraceMessageView>();
        var quietSince = Instant.MinValue;
        while (!either.IsCancellationRequested)
        {
            var hasMore = follower.Read(RecordsPerTurn, (session, record) => batch.Add(views.Message(session, record)));
            foreach (var message in batch)
                yield return new SseItem<TraceMessageView?>(message, "message") { EventId = (message.Position + 1).ToString(CultureInfo.InvariantCulture) };
            var now = clock.GetCurrentInstant();
            if (batch.Count > 0)
                quietSince = now;
            batch.Clear();
            if (hasMore)
                continue;
            if (now - quietSince >= Quiet || quietSince == Instant.MinValue)
            {
                // At once, so that the caller knows that the past is told; later, so that what stands between keeps the connection.
                quietSince = now;
                yield return new SseItem<TraceMessageView?>(null, "idle");
            }

            await Task.Delay(Pause, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    IResult? Prepare(string? address, string? since, out TraceQuery? query, out Instant? from, out TraceRing? kept)
    {
        (query, from, kept) = (null, null, ring());
        if (kept is null)
            return ApiProblem.Of(StatusCodes.Status404NotFound, "trace-off", "This exchange keeps no messages.", "Set 'trace: {megabytes: 64}' in meetpoint.yaml.");
        if (since is not null)
        {
            if (InstantPattern.ExtendedIso.Parse(since) is not { Success: true } parsed)
                return ApiProblem.Malformed($"'{since}' is no time.", "Write it as 2026-11-22T09:30:00Z.");
            from = parsed.Value;
        }

        if (address is not null && address.StartsWith(IncidentId.Prefix, StringComparison.Ordinal)
            && (events.SessionOf(address) ?? store.Read(reader => EventLog.SessionOf(reader, address))) is { } session)
            address = session.ToString();
        return TraceQuery.TryParse(address, out query) ? null
            : ApiProblem.Malformed("Nothing is asked for.", "Give address=: a user, number, user@domain, Call-ID, correlation id, incident, neighbour or IP address.");
    }

    static Predicate<TraceRecord> Sees(HttpContext context) =>
        ApiCaller.Of(context) is { IsOperator: false, Provider: var provider } ? record => record.Provider == provider : static _ => true;

    /// <summary>As many sessions as fit a page, at least one; with one more when there are more.</summary>
    static (List<(TraceView View, ulong First)> Sessions, int Fit) Show(TraceRing ring, List<TracedSession> found, int limit)
    {
        var views = new TraceViews();
        var record = new TraceRecord();
        var shown = new List<(TraceView, ulong)>();
        var bytes = 0L;
        foreach (var session in found)
        {
            var messages = new List<TraceMessageView>();
            foreach (var wanted in session.Positions)
            {
                var position = wanted;
                if (!ring.TryRead(ref position, record) || record.Position != wanted)
                    continue; // overwritten since it was found
                messages.Add(views.Message(session.Name, record));
                bytes += record.Unmasked.Length;
            }

            if (messages.Count > 0)
                shown.Add((new TraceView(session.Name, messages[0].At, session.IsCut, messages), session.First));
            if (bytes > TraceLimits.PageBytes)
                limit = Math.Min(limit, shown.Count);
            if (shown.Count > limit)
                break;
        }

        return (shown, limit);
    }

    static Page<TraceView> Page(HttpContext context, List<(TraceView View, ulong First)> sessions, int limit)
    {
        var page = Paging.Of(context, sessions, limit, session => session.First.ToString(CultureInfo.InvariantCulture));
        return new Page<TraceView>([.. page.Items.Select(session => session.View)], page.HasMore, page.Next);
    }
}
