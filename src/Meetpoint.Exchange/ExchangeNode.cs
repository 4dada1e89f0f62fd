using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Live.Cascade;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Messaging;
using Meetpoint.Exchange.Messaging.Meeting;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Sip;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Hotspots;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Media.Engine;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Discovery;
using Meetpoint.Sip;
using Meetpoint.Xmpp;
using NodaTime;
using EnumResolver = Meetpoint.Net.Dns.EnumResolver;
using SipResolver = Meetpoint.Net.Dns.SipResolver;

namespace Meetpoint.Exchange;

/// <summary>One exchange: all of its parts, put together by plain constructors, in the order in which they depend on each other.</summary>
/// <remarks>
/// An object without statics and threads of its own: the loops, the store and the network are handed in, so a thousand of them can stand in one
/// simulation. <see cref="StartAsync"/> once, then <see cref="StopAsync"/>.
/// </remarks>
public sealed partial class ExchangeNode
{
    /// <summary>While more wait for the store, new calls wait too: what is asked of it for calls that stand comes first.</summary>
    const int MaxWritesBeforeNewCalls = 500;

    readonly ExchangeOptions _options;
    readonly StoreSliceSource? _leases;
    readonly LimitRenewal _limits;
    readonly WorldStore _worldStore;
    readonly NniNeighbours _neighbours = new();
    readonly INniTransport _transport;
    readonly MailOutbox _mailOutbox;
    readonly Sightings _sightings;
    readonly Attendance _attendance;
    readonly Moderation _moderation;
    readonly RosterTalk _rosters;
    readonly LiveMeetings _live;
    readonly CallContext _calls;
    readonly XmppServer? _xmpp;
    readonly RadiusHub? _radius;
    readonly SipTls _tls;
    readonly SipTransports _sipTransports;
    readonly MediaEngine _media;
    readonly GrantReaper _reaper;
    readonly CallRecovery _recovery;
    readonly Housekeeping _housekeeping;

    /// <summary>Puts the exchange together; nothing is opened before <see cref="StartAsync"/>.</summary>
    public ExchangeNode(ExchangeOptions options)
    {
        _options = options;
        var (store, clock, time, loop, log) = (options.Store, options.Clock, options.Time, options.Signalling, options.Log);
        var randomness = options.Randomness;

        // Interconnect: the waist.
        Ids = new Ids(clock, randomness);
        _leases = options.Node is { } name ? new StoreSliceSource(store, name, Ids.New("run")) : null;
        var limits = _leases is null ? new LimitBook() : new LimitBook(_leases);
        _limits = new LimitRenewal(limits, time, log);
        _worldStore = new WorldStore(store, clock);
        Admission = new Admission(World.Build(_worldStore.Load(), options.Name, limits), new CorrelationSource(randomness));
        Worlds = new WorldEditor(_worldStore, Admission, limits, time);
        Events = new EventLog(clock);
        Worlds.Applied += OnWorldApplied;
        _neighbours.Replace(WorldExchanges.Of(Admission.World));

        // NNI.
        Certificates = new NniCertificates(options.Identity, options.Name, options.TlsNames, _neighbours, time, log.Nni, randomness);
        _transport = options.NniTransport?.Invoke(_neighbours, Certificates) ?? new HttpsNniTransport(_neighbours, Certificates, ResolveAsync);
        Nni = new NniNode(new NniOptions
        {
            Exchange = options.Name,
            Identity = options.Identity,
            Neighbours = _neighbours,
            Store = store,
            Transport = _transport,
            Loop = loop,
            Clock = clock,
            Time = time,
            Jitter = randomness.NewGenerator(),
            NewId = () => Ids.New("msg"),
            Events = log.Nni,
        });

        // Settlement.
        _sightings = new Sightings(store, clock);
        var terms = new WorldUsageTerms(() => Admission.World, _worldStore);
        var callSightings = new CallSightings(_sightings);
        Settlements = new Settlements(options.Name, store, Nni.Outbox, terms, new RoamingWitness(callSightings), clock);
        Roaming = new RoamingSessions(options.Name, store, Settlements.Book, terms, () => Admission.World, clock, randomness, options.RadiusLoop ?? loop, log);
        _attendance = new Attendance(
            options.Name, Nni.Outbox, _sightings, new GrantSettlement(Settlements.Book, terms, () => Admission.World, clock),
            () => Admission.World, clock);
        var callSettlement = new CallSettlement(_attendance, Settlements.Book, terms, callSightings, () => Admission.World, clock);
        Grants = new GrantBook(store, callSettlement, new GrantBookOptions
        {
            Node = options.Node ?? GrantBookOptions.OnlyNode,
            WriteEvery = Duration.FromMilliseconds(500), // below the reaper's period: each of its turns writes
            SilentAfter = Duration.FromMinutes(2),
        });
        _reaper = new GrantReaper(Grants, loop, clock, MeasureAsync, exception => log.Fault("grants", exception));

        // Meetings as booked.
        Refusals = new RefusalWriter(Admission, Events, log);
        Parties = new MeetingParties(Admission, options.Meetings, clock, time, Refusals);
        _mailOutbox = new MailOutbox(clock);
        var mail = new MeetingMail(_mailOutbox, Parties, new MailSettings(options.AnswerUrl, new ProviderMailboxes(() => Admission.World, options.Name, options.MailFrom).Of), clock);
        Meetings = new MeetingService(store, Parties, Nni.Outbox, clock, time, Ids, mail, randomness);
        _moderation = new Moderation(options.Name, Nni.Outbox, store, clock);
        _rosters = new RosterTalk(Nni.Outbox, loop);
        Directory = new ProviderDirectory(Admission, Nni.Questions, clock);
        Hotspots = new HotspotService(store, Nni.Outbox, () => Admission.World, clock, time, Ids, log);
        RegisterNniHandlers();

        Quality = new QualityAlarms(Events, log, clock);

        // SIP, media, and the meetings that are on.
        _media = new MediaEngine(options.Network, options.MediaLoops, options.Media);
        _tls = new SipTls(Certificates, new TrunkCertificates(() => Admission.World, options.TrustedCertificates, time), () => Admission.World, log)
        {
            TrunkCertificate = options.Sip.Select(listen => listen.Certificate).FirstOrDefault(own => own is not null),
        };
        _sipTransports = new SipTransports(options.Network, loop, new SipTransportOptions { ClientTls = _tls.ForServer })
        {
            HoldsNewCalls = () => store.Waiting > MaxWritesBeforeNewCalls,
        };
        var border = new SipBorder(Admission, _tls, flow => log.Stranger(flow.ToString()));
        _sipTransports.Gate = border;
        Trace = new TraceKeeper(options.Trace, _sipTransports, border.Of, clock, time);
        var front = new SipFront(
            Admission, border, new DigestGuard(Admission, new DigestServer(options.Name, randomness.Bytes(32)), randomness.Bytes(16), Refusals, time), Refusals, time, clock);
        Registrations = new RegistrationBook(store, loop, clock, Ids, options.Registrar, _sipTransports.Reach);
        border.IsRegistered = Registrations.IsReachedBy;
        front.Registrar = new SipRegistrar(Registrations, clock, log);
        var ua = new SipUserAgent(_sipTransports, front, new SipUserAgentOptions
        {
            AllowedMethods = SipFront.AllowedMethods,
            RegisterExtensions = SipRegistrar.Extensions,
            SubscribeExtensions = RequestedList.Extensions,
            Resolver = DnsTargetResolver.Create(new SipResolver(options.Names, loop, randomness.NewGenerator())),
            Tokens = new SipTokens(randomness),
        });
        Recordings = new RecordingBook(options.Recordings, options.Node ?? GrantBookOptions.OnlyNode, store, clock, time, log);
        _live = new LiveMeetings(new LiveContext
        {
            Loop = loop,
            Ua = ua,
            Media = _media,
            Network = options.Network,
            Admission = Admission,
            Grants = Grants,
            Parties = Parties,
            Registrations = Registrations,
            Booked = Meetings,
            Refusals = Refusals,
            Events = Events,
            Attendance = _attendance,
            Moderation = _moderation,
            TellRoster = _rosters.TellAsync,
            Recordings = Recordings,
            Sightings = _sightings,
            Store = store,
            Ids = Ids,
            Clock = clock,
            Time = time,
            Randomness = randomness,
            Browsers = new BrowserCertificate(clock),
            Quality = options.Quality,
            Alarms = Quality,
            RouteToExchange = exchange => WorldExchanges.RouteTo(Admission.World, exchange),
            Addresses = options.Meetings,
        });
        _rosters.Told = _live.TakeRoster;
        front.Add(_live);
        _calls = new CallContext
        {
            Loop = loop,
            Ua = ua,
            Admission = Admission,
            Border = border,
            Front = front,
            Refusals = Refusals,
            Grants = Grants,
            Events = Events,
            Registrations = Registrations,
            Enum = new EnumRoutes(new EnumResolver(options.Names, loop), () => Admission.World),
            Log = log,
            Routes = new RouteTokens(options.Identity, randomness, clock),
            Tokens = new SipTokens(randomness),
            Quality = options.Quality,
            Alarms = Quality,
            Media = _media,
            Randomness = randomness,
            Store = store,
            Node = options.Node ?? GrantBookOptions.OnlyNode,
            Ids = Ids,
            Clock = clock,
            Time = time,
        };
        Messages = new Messenger(_calls);
        MeetNow = new MeetNow(Messages, Meetings, Parties, () => Admission.World, clock, Ids);
        Messages.Service.Meet = new MeetCommand(_calls, MeetNow);
        Presence = new PresenceService(new PresenceContext
        {
            Loop = loop,
            Ua = ua,
            Admission = Admission,
            Border = border,
            Refusals = Refusals,
            Registrations = Registrations,
            Log = log,
            Store = store,
            Node = options.Node ?? GrantBookOptions.OnlyNode,
            Clock = clock,
            Time = time,
            Tokens = new SipTokens(randomness),
            Hub = new PresenceHub(options.Name),
        });
        front.Add(Presence.Front);
        if (options.Xmpp is { } xmpp)
        {
            var xmppBorder = new XmppBorder(Admission, log);
            _xmpp = new XmppServer(options.Network, loop, new XmppNames(options.Names, loop, xmppBorder), randomness, xmppBorder, new XmppServerOptions
            {
                Tls = xmpp.Certificate is { } shown ? XmppTrust.Of(shown, options.TrustedCertificates, time) : null,
            });
            Presence.Connect(xmppBorder, _xmpp.Send);
            Messages.Connect(xmppBorder, _xmpp.Send);
        }

        var room = new SessionRoom(store, () => Admission.World, clock);
        if (options.Radius.Count + options.RadiusTls.Count > 0)
        {
            if (options.RadiusLoop is not null && options.RadiusNames is null)
                throw new ArgumentException("a loop of its own has names of its own", nameof(options));
            var radiusLoop = options.RadiusLoop ?? loop;
            _radius = new RadiusHub(new RoamingContext
            {
                Network = options.Network,
                Loop = radiusLoop,
                Tls = new RadiusTls(Certificates, options.TrustedCertificates, time, () => Admission.World, log)
                {
                    Network = options.Network,
                    Names = options.RadiusNames ?? options.Names,
                },
                Admission = Admission,
                Refusals = Refusals,
                Log = log,
                Clock = clock,
                Store = store,
                Sessions = Roaming,
                Node = options.Node ?? GrantBookOptions.OnlyNode,
                Authenticators = new AuthenticatorSource(randomness),
                OwnProxyState = RoamingContext.ProxyStateOf(options.Name),
                Discovery = new RealmDiscovery(options.RadiusNames ?? options.Names, radiusLoop, randomness.NewGenerator(), new RealmLookupOptions
                {
                    TakesLoopback = options.Radius.All(listen => listen.Authentication.IsLoopback) && options.RadiusTls.All(listen => listen.Local.IsLoopback),
                    IsSelf = server => options.TlsNames.Prepend(options.Name).Contains(server.Host, StringComparer.OrdinalIgnoreCase)
                        || options.RadiusTls.Any(listen => listen.Local == server.Address),
                }),
                Room = room,
                Crossings = new Crossings(options.Identity.Derive("meetpoint chargeable user identity"), () => Admission.World),
            }, randomness.NewGenerator());
        }

        _calls.Relay = new SipRelay(ua, new CallRelay(_calls));
        _calls.Figures.Seen = Presence.Phones.Seen;
        Grants.Silenced = id => loop.Post(() => _calls.Ending.Silent(id));
        _recovery = new CallRecovery(_calls);
        var overload = new OverloadWatch(_sipTransports, (flow, count) =>
        {
            if (border.Of(flow).Neighbour is { } neighbour)
                _calls.Figures.TurnedAway(neighbour, count);
        }, log);

        // What goes on by itself.
        var takeover = _leases is null ? null : new GrantTakeover(store, Grants, _recovery.Hold, _recovery.TakeOver);
        _housekeeping = new Housekeeping(
            loop, log,
            onLoop: [_ => Registrations.Sweep(), Presence.Advance, _ => overload.Look(), Hotspots.Talk],
            beside:
            [
                _limits.RenewAsync, // first: a fault further on must not let the leases end
                new StoreSweep(store, MeetingService.IsAnyHeld, Meetings.SweepAsync).RunAsync,
                new StoreSweep(store, Settlements.IsAnyWaiting, Settlements.SweepAsync).RunAsync,
                Hotspots.SweepAsync,
                Roaming.SweepAsync,
                Recordings.SweepAsync,
                .. _radius is null ? [] : (Func<Task>[])[room.CountAsync],
                () => Events.FlushAsync(store, Ids),
                .. takeover is null ? [] : (Func<Task>[])[() => takeover.RunAsync(time.NowNs())],
            ]);
        Keys = new ApiKeys(store, clock, Ids);
    }

    void RegisterNniHandlers()
    {
        foreach (var (type, handler) in Meetings.NniHandlers)
            Nni.Inbox.Handle(type, handler);
        foreach (var (type, handler) in _attendance.NniHandlers)
            Nni.Inbox.Handle(type, handler);
        foreach (var (type, handler) in _moderation.NniHandlers)
            Nni.Inbox.Handle(type, handler);
        foreach (var (type, handler) in Settlements.Handlers)
            Nni.Inbox.Handle(type, handler);
        foreach (var (type, handler) in Settlements.Queries)
            Nni.Questions.Handle(type, handler);
        Nni.Questions.Handle(ProviderDirectory.Query, Directory.AnswerAsync);
        Nni.Questions.Handle(RosterTalk.Query, _rosters.AnswerAsync);
        Hotspots.Register(Nni);
        Nni.Outbox.MayGather([Attendance.Joined, Attendance.Left, UsageMessages.Propose, UsageMessages.Countersign]);
        Nni.Outbox.OnExpired(BookingTypes.Hold, (transaction, message) => Meetings.OnExpired(transaction, message.Destination, message.Type, message.Body));
    }

    void OnWorldApplied(World world)
    {
        _neighbours.Replace(WorldExchanges.Of(world));
        Nni.Start();
        Hotspots.OnWorldApplied();
        Loop.Post(() =>
        {
            Registrations.Keep(address => world.Find(address)?.Endpoint is { Digest: not null });
            Presence.OnWorldApplied();
        });
        if (_radius is not null)
            RadiusLoop.Post(_radius.OnWorldApplied);
    }

    ValueTask<IReadOnlyList<NetAddress>> ResolveAsync(string host, int port, CancellationToken cancellationToken) =>
        HostAddresses.ResolveAsync(_options.Names, Loop, host, port, cancellationToken);

    /// <summary>Reads the packets of everything that is on, ours and what we witness, and writes the latter.</summary>
    Task MeasureAsync()
    {
        _live.Measure();
        _calls.Ledger.Measure();
        return _sightings.FlushAsync();
    }
}
