using System.Text.Json.Serialization;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Messaging;
using Meetpoint.Exchange.Messaging.Meeting;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Support.Trace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Meetpoint.Exchange.Api;

/// <summary>What the API is a face of.</summary>
sealed record ExchangeApiParts
{
    public required Store Store { get; init; }

    public required IClock Clock { get; init; }

    public required Ids Ids { get; init; }

    public required ApiKeys Keys { get; init; }

    public required WorldEditor Worlds { get; init; }

    public required WorldStore WorldStore { get; init; }

    public required StatementBook Statements { get; init; }

    public required EventLog Events { get; init; }

    public required MeetingService Meetings { get; init; }

    public required MeetingParties Parties { get; init; }

    /// <summary>The loop of what is live.</summary>
    public required Meetpoint.Net.IEventLoop Loop { get; init; }

    public required LiveMeetings Live { get; init; }

    public required Meetings.Recording.RecordingBook Recordings { get; init; }

    public required Calls.CallContext Calls { get; init; }

    /// <summary>Says and notes what the waist refuses.</summary>
    public required Signalling.RefusalWriter Refusals { get; init; }

    /// <summary>Monotonic time, the same as admission's.</summary>
    public required TimeProvider Time { get; init; }

    public required ProviderDirectory Directory { get; init; }

    /// <summary>What passed on the wire; null for none.</summary>
    public TraceApi? Trace { get; init; }

    public required RegistrationBook Registrations { get; init; }

    public required Messenger Messages { get; init; }

    public required MeetNow MeetNow { get; init; }

    public required Presence.PresenceService Presence { get; init; }

    /// <summary>Where this is reached through a proxy, with the path below which it stands there; null: as each request says.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>For browsers behind a wall; null without.</summary>
    public Meetings.Live.Browsers.RelayCredentials? Relays { get; init; }

    public required Roaming.Hotspots.HotspotService Hotspots { get; init; }

    /// <summary>Null where no RADIUS is heard.</summary>
    public Roaming.Hub.RadiusHub? Radius { get; init; }

    /// <summary>What /health/ready asks; the store is asked besides.</summary>
    public IReadOnlyList<HealthProbe> Probes { get; init; } = [];
}

/// <summary>The HTTP API of an exchange: what stands before every endpoint, and all the endpoints.</summary>
static class ExchangeApi
{
    /// <summary>Where versioned endpoints stand.</summary>
    public const string Root = "/api/v1";

    /// <summary>
    /// How bodies are read: camel case, NodaTime in its ISO forms, and strict, so that a member that nothing reads is a fault and not silence.
    /// </summary>
    public static void AddExchangeApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            var options = json.SerializerOptions;
            options.Converters.Add(new Contracts.InstantConverter());
            options.Converters.Add(new LocalDateTimeConverter());
            options.Converters.Add(new LocalDateConverter());
            options.Converters.Add(new DurationConverter());
            options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.NumberHandling = JsonNumberHandling.Strict;
            options.AllowDuplicateProperties = false;
            options.MaxDepth = 32;
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    /// <summary>
    /// Routing, faults as problems, who calls, and answers that are given once. The order counts: an answer is kept as it was sent, faults
    /// included, and to nobody but who is known.
    /// </summary>
    public static void UseExchangeApi(this WebApplication app, ApiKeys keys, Idempotency idempotency, IExchangeLog exchangeLog)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Meetpoint.Api");
        var faults = new ApiFaults(log);
        var refusals = new ApiRefusalLog(log, exchangeLog);
        var identification = new ApiIdentification(keys);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Streams.StreamLimits.Ping, KeepAliveTimeout = Streams.StreamLimits.Ping });
        app.UseRouting();
        app.UseWhen(IsApi, api =>
        {
            api.Use(refusals.InvokeAsync);
            api.Use(faults.InvokeAsync);
            api.Use(identification.InvokeAsync);
            api.Use(idempotency.InvokeAsync);
            api.Use(faults.InvokeAsync);
        });
    }

    /// <summary>Maps every endpoint; gives the group of the versioned ones for what stands elsewhere.</summary>
    public static RouteGroupBuilder MapExchangeApi(this IEndpointRouteBuilder routes, ExchangeApiParts parts)
    {
        var api = routes.MapGroup(Root);
        api.MapMeetings(parts.Meetings, parts.Parties, parts.Clock, parts.Ids, parts.Refusals);
        api.MapLive(parts.Loop, parts.Live, parts.Meetings, parts.Parties, parts.Clock);
        new Meetings.Recording.RecordingApi(parts.Loop, parts.Live, parts.Meetings, parts.Parties, parts.Recordings).Map(api);
        new Meetings.Live.Browsers.JoinApi(parts.Loop, parts.Live, parts.Meetings, parts.Relays, parts.PublicUrl, parts.Time).Map(api);
        api.MapCalls(parts.Loop, parts.Calls);
        api.MapCallStatistics(parts.Calls);
        api.MapQuality(parts.Loop, parts.Calls);
        api.MapMessages(parts.Messages, parts.Store, () => parts.Worlds.World, parts.Clock, parts.Ids, parts.Refusals);
        api.MapMeetNow(parts.MeetNow, parts.Meetings, parts.Parties, () => parts.Worlds.World, parts.Clock, parts.Ids, parts.Refusals);
        api.MapDirectory(parts.Directory, parts.Parties);
        routes.MapReplies(parts.Meetings);
        new AnswerPagesApi(parts.Meetings, parts.Parties, parts.Clock).Map(routes);
        api.MapWorld(parts.Worlds, parts.WorldStore);
        api.MapRegistrations(parts.Registrations, parts.Loop, () => parts.Worlds.World);
        api.MapNeighbourGates(() => parts.Worlds.World, parts.Time);
        api.MapSettlement(parts.Store, parts.Statements, () => parts.Worlds.World, parts.Clock);
        api.MapEvents(parts.Events, parts.Store);
        new Presence.Api.PresenceApi(parts.Presence).Map(api);
        var pages = new Presence.Pages.PhonePageLinks(parts.Store, parts.Clock, parts.Ids);
        new Presence.Api.PhonePageLinksApi(parts.Presence, pages).Map(api);
        new Presence.Api.PhonePagesApi(parts.Presence, pages, new WrongTokens(parts.Time), parts.PublicUrl).Map(routes);
        new Streams.StreamApi(parts.Presence, parts.Messages, parts.Keys, parts.Time).Map(api);
        new Roaming.Hotspots.HotspotsApi(parts.Hotspots, () => parts.Worlds.World, parts.Clock).Map(api);
        new Roaming.Hotspots.HotspotFilesApi(parts.Hotspots, () => parts.Worlds.World, parts.Clock).Map(api);
        new Roaming.Hub.RadiusApi(parts.Radius, () => parts.Worlds.World, parts.Clock).Map(api);
        new Roaming.Hotspots.PasspointApi(() => parts.Worlds.World, parts.Hotspots, parts.Clock).Map(api);
        new Roaming.Sessions.RoamingSessionsApi(parts.Store, parts.Clock, new Roaming.Dynamic.RoamingDisconnect(parts.Store, parts.Radius, parts.Time)).Map(api);
        parts.Trace?.Map(api);
        api.MapKeys(parts.Keys, () => parts.Worlds.World, parts.Clock);
        routes.MapHealth(parts.Store is null ? parts.Probes : [HealthProbe.OfStore(parts.Store), .. parts.Probes]);
        return api;
    }

    // Over the NNI's own port there are no callers with keys.
    static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal);
}
