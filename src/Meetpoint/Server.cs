using Meetpoint.Configuration;
using Meetpoint.Exchange;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Hosting;
using Meetpoint.Logging;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NodaTime;
using SipTransport = Meetpoint.Sip.SipTransport;

namespace Meetpoint;

/// <summary>One running exchange: loops, store and network of this machine, the exchange itself, and its HTTP.</summary>
sealed partial class Server : IAsyncDisposable
{
    /// <summary>Under load signalling works in turns of this length: what a message may wait at most for its turn to begin.</summary>
    const long GatherNs = 5 * MonotonicTime.Millisecond;

    readonly List<ThreadEventLoop> _loops = [];
    readonly Store _store;
    readonly IdentityKey _identity;
    IDisposable? _httpFaults;

    Server(ExchangeConfiguration configuration)
    {
        Directory.CreateDirectory(configuration.DataFolder);
        var time = TimeProvider.System;
        _identity = IdentityKey.LoadOrCreate(configuration.IdentityKeyPath);
        _store = OpenStore(configuration);
        LogRelay = new LateLog();
        var signalling = Loop("signalling", time, GatherNs);
        var media = Enumerable.Range(0, configuration.MediaThreads).Select(i => Loop($"media-{i}", time)).ToList();
        var radius = configuration.Radius.Count > 0 ? Loop("radius", time) : null;
        var network = new SocketNetwork();
        var names = SystemNames.Read();
        if (configuration.NameServers.Count > 0)
            names = names with { Servers = configuration.NameServers };
        Node = new ExchangeNode(new ExchangeOptions
        {
            Name = configuration.Exchange,
            Identity = _identity,
            TlsNames = configuration.TlsNames,
            Store = _store,
            Node = configuration.Postgres is null ? null : configuration.StoreNode,
            Network = network,
            Signalling = signalling,
            MediaLoops = media,
            Clock = SystemClock.Instance,
            Time = time,
            Names = new DnsClient(network, signalling, names),
            Sip = [.. configuration.Sip.Select(listen => new SipListen(
                listen.Name, listen.Transport switch { "tcp" => SipTransport.Tcp, "tls" => SipTransport.Tls, _ => SipTransport.Udp }, listen.Listen, listen.SentBy,
                listen is { Certificate: { } certificate, Key: { } key } ? new TlsCertificate(certificate, key) : null))],
            Xmpp = configuration.Xmpp is { } xmpp
                ? new XmppListen(xmpp.Listen, xmpp.DirectTls, xmpp is { Certificate: { } shown, Key: { } shownKey } ? new TlsCertificate(shown, shownKey) : null) : null,
            Radius = [.. configuration.Radius.Where(listen => !listen.IsTls).Select(listen => new RadiusListen(
                listen.Name, listen.Listen, listen.Accounting.IsSet ? listen.Accounting : listen.Listen.WithPort(Math.Min(listen.Listen.Port + 1, ushort.MaxValue)), listen.Dynamic))],
            RadiusTls = [.. configuration.Radius.Where(listen => listen.IsTls).Select(listen => new RadiusTlsListen(
                listen.Name, listen.Listen, listen is { Certificate: { } radiusCertificate, Key: { } radiusKey } ? new TlsCertificate(radiusCertificate, radiusKey) : null))],
            RadiusLoop = radius,
            RadiusNames = radius is null ? null : new DnsClient(network, radius, names),
            TrustedCertificates = configuration.TrustedCertificates is { } trusted ? TrustedPem.Parse(File.ReadAllText(trusted)) : null,
            Media = new MediaEngineOptions
            {
                BindAddress = configuration.MediaAddress.WithPort(0),
                MinPort = configuration.MediaPortFirst,
                MaxPort = configuration.MediaPortLast,
                Room = new MediaRoomOptions { SilentAfterNs = 2 * MonotonicTime.Second },
            },
            Meetings = new MeetingAddresses(configuration.EntryNumber, configuration.EntryUser, configuration.Ports),
            Mail = Mail(configuration.Mail),
            MailFrom = configuration.Mail?.From ?? "meetings",
            AnswerUrl = new Uri(configuration.Mail?.AnswerUrl ?? "http://localhost/"),
            Quality = new QualityOptions { PoorBelow = configuration.QualityPoorBelow, AlarmWindows = configuration.QualityAlarmWindows },
            Trace = configuration.TraceMegabytes > 0 ? new TraceOptions(configuration.TracePath, (long)configuration.TraceMegabytes << 20) : null,
            Recordings = configuration.Recordings is { Megabytes: > 0 } recordings
                ? new RecordingSettings(new DiskRecordingFolder(recordings.Folder), (long)recordings.Megabytes << 20, Duration.FromDays(recordings.KeepDays)) : null,
            Log = LogRelay,
        });
    }

    /// <summary>The exchange.</summary>
    public ExchangeNode Node { get; }

    /// <summary>Its HTTP.</summary>
    public WebApplication App { get; private set; } = null!;

    LateLog LogRelay { get; }

    /// <summary>Base addresses that the API is served at over TCP, with the ports that they got.</summary>
    public IReadOnlyList<Uri> ApiAddresses =>
    [
        .. App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Where(address => !address.Contains("unix:", StringComparison.Ordinal)).Select(address => new Uri(address)),
    ];

    /// <summary>Runs until cancelled; 0 when it ended as asked.</summary>
    public static async Task<int> RunAsync(ExchangeConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var server = await StartAsync(configuration, cancellationToken);
        var logger = server.App.Services.GetRequiredService<ILogger<Server>>();
        if (!OpusSupport.IsAvailable(out var reason))
            CodecMissing(logger, reason);
        Ready(logger, configuration.Exchange, server._identity.Thumbprint);
        try
        {
            await CollectorMode.FollowAsync(server.Node, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It was asked to stop.
        }

        return 0;
    }

    /// <summary>Starts one; it serves when this returns.</summary>
    /// <exception cref="IOException">An address cannot be bound, or another process serves this data folder.</exception>
    public static async Task<Server> StartAsync(ExchangeConfiguration configuration, CancellationToken cancellationToken)
    {
        AdminSocket.Prepare(configuration.AdminSocket);

        // Exchange and web host know nothing of each other until the routes are mapped, and each is half of a start.
        Server? server = null;
        var web = Task.Run(() => BuildWeb(configuration, () => server!.Node.Certificates), cancellationToken);
        try
        {
            server = new Server(configuration);
        }
        catch
        {
            await (await web).DisposeAsync();
            throw;
        }

        server.App = await web;
        try
        {
            server.Map(configuration);
            await server.Node.StartAsync();
            await server.App.StartAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        AdminSocket.Protect(configuration.AdminSocket);

        // What the first handshake would wait for.
        _ = Task.Run(() => server.Node.Certificates.Current, cancellationToken);
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await App.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Slow callers do not keep it up.
        }

        _httpFaults?.Dispose();
        await Node.StopAsync();
        await App.DisposeAsync();
        foreach (var loop in _loops)
            loop.Dispose();
        await _store.DisposeAsync();
    }

    ThreadEventLoop Loop(string name, TimeProvider time, long gatherNs = 0)
    {
        var loop = new ThreadEventLoop(
            name, time, exception => LogRelay.Fault(name, exception), gatherNs: gatherNs, onHeld: ns => LogRelay.LoopHeld(name, TimeSpan.FromSeconds(ns / 1e9)));
        _loops.Add(loop);
        return loop;
    }

    /// <summary>The web host; the container serves HTTP only.</summary>
    static WebApplication BuildWeb(ExchangeConfiguration configuration, Func<NniCertificates> certificates)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddExchangeApi();
        builder.Services.AddOpenApiDocuments();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, configuration, certificates));
        return builder.Build();
    }

    void Map(ExchangeConfiguration configuration)
    {
        LogRelay.Set(new ExchangeLog(App.Services.GetRequiredService<ILogger<ExchangeLog>>(), TimeProvider.System));
        _httpFaults = HttpFaults.Watch(App.Services, TimeProvider.System);
        App.UseExchangeApi(Node.Keys, new Idempotency(_store, SystemClock.Instance), LogRelay);
        App.MapExchangeApi(new ExchangeApiParts
        {
            Store = _store,
            Clock = SystemClock.Instance,
            Ids = Node.Ids,
            Keys = Node.Keys,
            Worlds = Node.Worlds,
            WorldStore = Node.WorldStore,
            Statements = Node.Settlements.Statements,
            Events = Node.Events,
            Meetings = Node.Meetings,
            Parties = Node.Parties,
            Loop = Node.Loop,
            Live = Node.Live,
            Recordings = Node.Recordings,
            Calls = Node.Calls,
            Refusals = Node.Refusals,
            Time = TimeProvider.System,
            Directory = Node.Directory,
            Trace = new TraceApi(() => Node.Trace.Ring, Node.Events, _store, SystemClock.Instance),
            Registrations = Node.Registrations,
            Messages = Node.Messages,
            MeetNow = Node.MeetNow,
            Presence = Node.Presence,
            PublicUrl = configuration.PublicUrl,
            Relays = configuration.Relays is { } relays ? new RelayCredentials(relays, SystemClock.Instance, Randomness.Secure) : null,
            Hotspots = Node.Hotspots,
            Radius = Node.Radius,
            Probes = [.. _loops.Select((loop, i) => HealthProbe.OfLoop($"loop-{i}", loop))],
        });
        new JoinPage(WebFiles.Embedded()).Map(App);
        App.MapNni(Node.Nni.Server, Node.Certificates);
    }

    static void Listen(KestrelServerOptions kestrel, ExchangeConfiguration configuration, Func<NniCertificates> certificates)
    {
        ApiLimits.Apply(kestrel);
        kestrel.ListenUnixSocket(Path.GetFullPath(configuration.AdminSocket));
        if (configuration.ApiListen.IsSet)
            kestrel.Listen(configuration.ApiListen.ToIPEndPoint());
        if (configuration.NniListen.IsSet)
            kestrel.Listen(configuration.NniListen.ToIPEndPoint(), listen => listen.UseNniTls(certificates));
    }

    [LoggerMessage(1000, LogLevel.Information, "ready: exchange {Exchange}, identity key {Thumbprint}", EventName = "ready")]
    static partial void Ready(ILogger logger, string exchange, string thumbprint);

    [LoggerMessage(1002, LogLevel.Warning, "codec.missing {Reason}", EventName = "codec.missing")]
    static partial void CodecMissing(ILogger logger, string reason);

    static Store OpenStore(ExchangeConfiguration configuration) => configuration.Postgres is { } connection
        ? PostgresStore.Open(new PostgresStoreOptions(connection), Migrations.All)
        : SqliteStore.Open(new SqliteStoreOptions(configuration.StorePath), Migrations.All);

    static SmtpMailTransport? Mail(MailConfiguration? mail) => mail is null ? null : new SmtpMailTransport(new SmtpOptions(mail.Host, mail.Port)
    {
        StartTls = mail.StartTls,
        UserName = mail.User,
        Password = mail.PasswordFile is { } file ? File.ReadAllText(file).Trim() : null,
    });
}
