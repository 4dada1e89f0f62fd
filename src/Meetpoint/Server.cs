using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Meetpoint.Configuration;
using Meetpoint.Exchange;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using NodaTime;

namespace Meetpoint;

/// <summary>An exchange that serves its API alone: no SIP, no NNI.</summary>
sealed class Server : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly SqlStore _store;
    readonly WorldEditor _worlds;

    Server(WebApplication app, SqlStore store, WorldEditor worlds)
    {
        _app = app;
        _store = store;
        _worlds = worlds;
    }

    /// <summary>Base addresses that the API is served at over TCP, with the ports that they got.</summary>
    public IReadOnlyList<Uri> ApiAddresses =>
    [
        .. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Where(address => !address.Contains("unix:", StringComparison.Ordinal)).Select(address => new Uri(address)),
    ];

    /// <summary>Runs until cancelled or told to end.</summary>
    public static async Task<int> RunAsync(ExchangeConfiguration configuration, CancellationToken cancel)
    {
        await using var server = await StartAsync(configuration, cancel);
        await server._app.WaitForShutdownAsync(cancel);
        return 0;
    }

    /// <summary>Starts one; it serves when this returns.</summary>
    public static async Task<Server> StartAsync(ExchangeConfiguration configuration, CancellationToken cancel)
    {
        AdminSocket.Prepare(configuration.AdminSocket);
        Directory.CreateDirectory(configuration.DataFolder);
        var clock = SystemClock.Instance;
        var ids = new Ids(clock);
        var store = configuration.Postgres is { } postgres
            ? PostgresStore.Open(new PostgresStoreOptions(postgres), Migrations.All)
            : SqliteStore.Open(new SqliteStoreOptions(configuration.StorePath), Migrations.All);
        var limits = new LimitBook();
        var worldStore = new WorldStore(store, clock);
        var admission = new Admission(World.Build(worldStore.Load(), configuration.Exchange, limits), new CorrelationSource(RandomNumberGenerator.Fill));
        var worlds = new WorldEditor(worldStore, admission, limits);
        var outbox = new NoLink();
        var parties = new MeetingParties(
            admission, new MeetingAddresses(configuration.EntryNumber, configuration.EntryUser, configuration.Ports), clock, TimeProvider.System);
        var settings = new MailSettings(
            new Uri(configuration.Mail?.AnswerUrl ?? $"https://{configuration.Exchange}/"), _ => new MailParty("Meetings", $"meetings@{configuration.Exchange}"));
        var meetings = new MeetingService(
            store, parties, outbox, clock, ids, new MeetingMail(new MailOutbox(clock), parties, settings, clock), () => new MeetingSecrets("none|"));
        var keys = new ApiKeys(store, clock, ids);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddExchangeApi();
        builder.Services.AddOpenApiDocuments();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ApiLimits.Apply(kestrel);
            kestrel.ListenUnixSocket(configuration.AdminSocket);
            if (configuration.ApiListen.IsSet)
                kestrel.Listen(IPEndPoint.Parse(configuration.ApiListen.ToString()));
        });
        var app = builder.Build();
        app.UseExchangeApi(keys, new Idempotency(store, clock));
        app.MapExchangeApi(new ExchangeApiParts
        {
            Store = store,
            Clock = clock,
            Ids = ids,
            Keys = keys,
            Worlds = worlds,
            WorldStore = worldStore,
            Statements = new StatementBook(store, outbox, new WorldUsageTerms(() => admission.World, worldStore)),
            Events = new EventLog(clock),
            Meetings = meetings,
            Parties = parties,
        });
        await app.StartAsync(cancel);
        AdminSocket.Protect(configuration.AdminSocket);
        return new Server(app, store, worlds);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _worlds.Dispose();
        await _store.DisposeAsync();
    }

    sealed class NoLink : INniOutbox
    {
        public void Enqueue(StoreTransaction transaction, string destination, string type, JsonObject body, Instant expires)
        {
        }

        public Task<JsonObject> AskAsync(string destination, string type, JsonObject question, Duration timeout) =>
            Task.FromException<JsonObject>(new NniUnreachableException($"there is no link to {destination}"));
    }
}
