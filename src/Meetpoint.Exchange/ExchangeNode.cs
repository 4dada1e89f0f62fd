using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Messaging;
using Meetpoint.Exchange.Messaging.Meeting;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Sip;
using Meetpoint.Exchange.Roaming.Hotspots;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Media.Engine;
using Meetpoint.Net;
using EnumResolver = Meetpoint.Net.Dns.EnumResolver;
using SipResolver = Meetpoint.Net.Dns.SipResolver;
using Meetpoint.Sip;
using Meetpoint.Xmpp;
using NodaTime;

namespace Meetpoint.Exchange;

/// <summary>One exchange: all of its parts, put together by plain constructors, in the order in which they depend on each other.</summary>
/// <remarks>
/// An object without statics and threads of its own: the loops, the store and the network are handed in, so a thousand of them can stand in one
/// simulation. <see cref="StartAsync"/> once, then <see cref="StopAsync"/>.
/// </remarks>
public sealed class ExchangeNode
{
    const int BookedAtStart = 200_000;
    const long HousekeepingNs = MonotonicTime.Second / 2;

    /// <summary>While more wait for the store, new calls wait too: what is asked of it for calls that stand comes first.</summary>
    const int MaxWritesBeforeNewCalls = 500;

    static readonly Duration KeptAfterEnd = Duration.FromHours(1);

    readonly ExchangeOptions _options;
    readonly StoreSliceSource? _leases;
    readonly LimitBook _limits;
    readonly GrantTakeover? _takeover;
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
    readonly OverloadWatch _overload;
    readonly XmppServer? _xmpp;
    readonly SipTls _tls;
    readonly SipTransports _sipTransports;
    readonly MediaEngine _media;
    readonly GrantReaper _reaper;
    readonly LoopTimer _housekeeping;
    readonly StoreSweep _bookingSweep;
    readonly StoreSweep _settlementSweep;
    readonly CancellationTokenSource _stopping = new();
    bool _isSweeping;
    string? _limitsFault;
    Task _mailing = Task.CompletedTask;

    /// <summary>Puts the exchange together; nothing is opened before <see cref="StartAsync"/>.</summary>
    public ExchangeNode(ExchangeOptions options)
    {
        _options = options;
        var (store, clock, time, loop, log) = (options.Store, options.Clock, options.Time, options.Signalling, options.Log);
        var randomness = options.Randomness;

        // Interconnect: the waist.
        Ids = new Ids(clock, randomness);
        _leases = options.Node is { } name ? new StoreSliceSource(store, name, Ids.New("run")) : null;
        _limits = _leases is null ? new LimitBook() : new LimitBook(_leases);
        _worldStore = new WorldStore(store, clock);
        Admission = new Admission(World.Build(_worldStore.Load(), options.Name, _limits), new CorrelationSource(randomness));
        Worlds = new WorldEditor(_worldStore, Admission, _limits, time);
        Events = new EventLog(clock);
        Worlds.Applied += OnWorldApplied;
        ReplaceNeighbours(Admission.World);

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
        Settlements = new Settlements(options.Name, store, Nni.Outbox, terms, callSightings, clock);
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
        var mail = new MeetingMail(_mailOutbox, Parties, new MailSettings(options.AnswerUrl, MailboxOf), clock);
        Meetings = new MeetingService(store, Parties, Nni.Outbox, clock, time, Ids, mail, randomness);
        _moderation = new Moderation(options.Name, Nni.Outbox, store, clock);
        _rosters = new RosterTalk(Nni.Outbox, loop);
        Directory = new ProviderDirectory(Admission, Nni.Questions, clock);
        Hotspots = new HotspotService(store, Nni.Outbox, () => Admission.World, clock, time, Ids, log);
        RegisterNniHandlers();

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
        _live = new LiveMeetings(new LiveContext
        {
            Loop = loop,
            Ua = ua,
            Media = _media,
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
            Sightings = _sightings,
            Store = store,
            Ids = Ids,
            Clock = clock,
            Time = time,
            Randomness = randomness,
            RouteToExchange = RouteTo,
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
                Tls = xmpp.Certificate is null ? null : XmppTlsOf(xmpp.Certificate),
            });
            Presence.Connect(xmppBorder, _xmpp.Send);
            Messages.Connect(xmppBorder, _xmpp.Send);
        }

        var recovery = new CallRecovery(_calls);
        _takeover = _leases is null ? null : new GrantTakeover(store, Grants, recovery.Hold, recovery.TakeOver);
        _calls.Relay = new SipRelay(ua, new CallRelay(_calls));
        _calls.Figures.Seen = Presence.Phones.Seen;
        Grants.Silenced = id => loop.Post(() => _calls.Ending.Silent(id));
        _overload = new OverloadWatch(_sipTransports, (flow, count) =>
        {
            if (border.Of(flow).Neighbour is { } neighbour)
                _calls.Figures.TurnedAway(neighbour, count);
        }, log);
        _housekeeping = new LoopTimer(loop, OnHousekeeping);
        _bookingSweep = new StoreSweep(store, MeetingService.IsAnyHeld, Meetings.SweepAsync);
        _settlementSweep = new StoreSweep(store, Settlements.IsAnyWaiting, Settlements.SweepAsync);
        Keys = new ApiKeys(store, clock, Ids);
    }

    /// <summary>True while any call or meeting has media that passes here. From any thread.</summary>
    public bool CarriesMedia => _media.IsInUse;

    /// <summary>Ids of this exchange.</summary>
    public Ids Ids { get; }

    /// <summary>The waist.</summary>
    public Admission Admission { get; }

    /// <summary>Changes the world.</summary>
    public WorldEditor Worlds { get; }

    /// <summary>What happened.</summary>
    public EventLog Events { get; }

    /// <summary>Certificates towards other exchanges.</summary>
    public NniCertificates Certificates { get; }

    /// <summary>The signed messages.</summary>
    public NniNode Nni { get; }

    /// <summary>Usage and statements.</summary>
    public Settlements Settlements { get; }

    /// <summary>Lives of grants.</summary>
    public GrantBook Grants { get; }

    /// <summary>Keys to the API.</summary>
    public ApiKeys Keys { get; }

    /// <summary>The durable state.</summary>
    public Store Store => _options.Store;

    /// <summary>Where SIP is heard, by listener, with true ports.</summary>
    public IReadOnlyDictionary<string, NetAddress> SipAddresses { get; private set; } = new Dictionary<string, NetAddress>();

    /// <summary>Where XMPP servers are heard, with the true port; not set where none are.</summary>
    public NetAddress XmppAddress { get; private set; }

    internal MeetingParties Parties { get; }

    internal RegistrationBook Registrations { get; }

    internal MeetingService Meetings { get; }

    internal ProviderDirectory Directory { get; }

    internal HotspotService Hotspots { get; }

    internal LiveMeetings Live => _live;

    internal CallContext Calls => _calls;

    internal Messenger Messages { get; }

    internal MeetNow MeetNow { get; }

    internal PresenceService Presence { get; }

    internal RefusalWriter Refusals { get; }

    internal TraceKeeper Trace { get; }

    internal WorldStore WorldStore => _worldStore;

    internal IEventLoop Loop => _options.Signalling;

    /// <summary>Closes what a crash left open, opens the listeners, and begins.</summary>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public async Task StartAsync()
    {
        var recovery = new CallRecovery(_calls);
        await Grants.RecoverAsync(recovery.Hold);
        var calls = Store.Read(reader => CallRows.Of(reader, _calls.Node));
        await RenewLimitsAsync();
        await _sightings.RecoverAsync();
        var now = _options.Clock.GetCurrentInstant();
        await CallSightings.ForgetAsync(Store, now);
        await Hotspots.StartAsync();
        var watched = Presence.Load();
        var booked = Meetings.List(now - KeptAfterEnd, "", BookedAtStart);
        await OnLoopAsync(() =>
        {
            if (Trace.Open() is { } fault)
                _options.Log.Fault("trace", fault);
            Registrations.Load();
            var addresses = new Dictionary<string, NetAddress>(StringComparer.Ordinal);
            foreach (var listen in _options.Sip)
            {
                var tls = listen.Transport == SipTransport.Tls ? _tls.ForListener(listen.Certificate) : null;
                addresses[listen.Name] = _sipTransports.Listen(listen.Name, listen.Transport, listen.Local, tls, listen.SentBy);
            }

            SipAddresses = addresses;
            if (_xmpp is not null)
            {
                XmppAddress = _xmpp.Listen(_options.Xmpp!.Local);
                if (_options.Xmpp.DirectTls.IsSet)
                    _xmpp.Listen(_options.Xmpp.DirectTls, isDirectTls: true);
            }

            _calls.Own = new OwnAddresses(
                _options.Name,
                [.. _sipTransports.Listeners.SelectMany(own => new[] { (own.Name, own.Transport, own.SentBy), (own.Name, own.Transport, addresses[own.Name].ToString()) })]);
            recovery.Resume(calls);
            Messages.Start();
            _live.Start(booked);
            Presence.Start(watched);
            _reaper.Start();
            _housekeeping.Arm(HousekeepingNs);
        });
        Nni.Start();
        if (_options.Mail is { } transport)
            _mailing = new MailSender(Store, _mailOutbox, transport, _options.Clock, _options.Log.Mail).RunAsync(_stopping.Token);
    }

    /// <summary>Ends what is on, says goodbye, and closes the listeners.</summary>
    public async Task StopAsync()
    {
#pragma warning disable CA1849, VSTHRD103 // Cancelling asynchronously would go on in the pool; what is registered here is short.
        _stopping.Cancel();
#pragma warning restore CA1849, VSTHRD103
        Nni.Stop();
        await OnLoopAsync(() =>
        {
            _housekeeping.Disarm();
            _reaper.Stop();
            Messages.Stop();
            Presence.Stop();
            _live.Stop();
        });
        // The goodbyes leave with the loop's next turn.
        await OnLoopAsync(() => { });
        await OnLoopAsync(_sipTransports.Dispose);
        if (_xmpp is not null)
            await OnLoopAsync(_xmpp.Dispose);
        await OnLoopAsync(Trace.Dispose);
        _media.Close();
        try
        {
            await _mailing;
        }
        catch (OperationCanceledException)
        {
            // It was asked to.
        }

        await LeaveLimitsAsync();
        (_transport as IDisposable)?.Dispose();
        Certificates.Dispose();
        Worlds.Dispose();
        Hotspots.Dispose();
        _leases?.Dispose();
        _stopping.Dispose();
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
        Nni.Outbox.OnExpired(BookingTypes.Hold, (transaction, message) => Meetings.OnExpired(transaction, message.Destination, message.Type, message.Body));
    }

    void OnWorldApplied(World world)
    {
        ReplaceNeighbours(world);
        Nni.Start();
        Hotspots.OnWorldApplied();
        Loop.Post(() =>
        {
            Registrations.Keep(address => world.Find(address)?.Endpoint is { Digest: not null });
            Presence.OnWorldApplied();
        });
    }

    void ReplaceNeighbours(World world) => _neighbours.Replace(
        [.. world.Neighbours.Select(entry => entry.Neighbour)
            .Where(neighbour => neighbour is { Kind: NeighbourKind.Exchange, Exchange: not null, IdentityKey: not null })
            .Select(neighbour =>
            {
                var url = neighbour.NniUrl is { } text ? new Uri(text) : null;
                return new NniNeighbour(neighbour.Exchange!, neighbour.IdentityKey!, url?.Host, url?.Port ?? 443);
            })]);

    XmppTls XmppTlsOf(TlsCertificate certificate) => new()
    {
        Certificate = _ => certificate.Leaf,
        Chain = _ => certificate.Intermediates,
        Distrust = (leaf, sent) => CertificateChain.Fault(leaf, sent, _options.TrustedCertificates, _options.Time.GetUtcNow()),
    };

    SipRoute? RouteTo(string exchange)
    {
        if (Admission.World.FindNeighbourByExchange(exchange) is not { Neighbour: { } neighbour })
            return null;
        return SipUri.TryParse(neighbour.SipUri ?? $"sip:{exchange};transport=tls", out var uri) ? SipRoute.To(uri).From(neighbour.Listener) : null;
    }

    MailParty MailboxOf(string provider)
    {
        var found = Admission.World.FindProvider(provider);
        return new MailParty(found?.Name ?? _options.Name, $"{_options.MailFrom}@{found?.Domains.FirstOrDefault() ?? _options.Name}");
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

    void OnHousekeeping(long nowNs)
    {
        _housekeeping.Arm(HousekeepingNs);
        Registrations.Sweep();
        Presence.Advance(nowNs);
        _overload.Look();
        Hotspots.Talk(nowNs);
        if (_isSweeping)
            return;
        _isSweeping = true;
        _ = SweepAsync();
    }

    async Task SweepAsync()
    {
        try
        {
            await RenewLimitsAsync(); // first: a fault further on must not let the leases end
            await _bookingSweep.RunAsync();
            await _settlementSweep.RunAsync();
            await Hotspots.SweepAsync();
            await Events.FlushAsync(Store, Ids);
            if (_takeover is not null)
                await _takeover.RunAsync(_options.Time.NowNs());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _options.Log.Fault("housekeeping", exception);
        }

        Loop.Post(() => _isSweeping = false);
    }

    /// <summary>A store that is away is said once, not twice a second: the leases go on until they end.</summary>
    async Task RenewLimitsAsync()
    {
        var fault = await _limits.RenewAsync(_options.Time.NowNs());
        if (fault is not null && fault.Message != _limitsFault)
            _options.Log.Fault("limits", fault);
        _limitsFault = fault?.Message;
    }

    async Task LeaveLimitsAsync()
    {
        try
        {
            await _limits.LeaveAsync();
        }
        catch (StoreUnavailableException exception)
        {
            _options.Log.Fault("limits", exception); // the others find out by themselves
        }
    }

    /// <summary>Runs it on the loop: at once when that is where we are, so that a simulation never leaves its thread.</summary>
    Task OnLoopAsync(Action work)
    {
        if (Loop.IsCurrent)
        {
            work();
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }
}
