using Meetpoint.Exchange;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.FaultFiles;
using Meetpoint.Tests.Support;
using NodaTime;
using SipTransport = Meetpoint.Sip.SipTransport;

namespace Meetpoint.Simulation.Kit;

/// <summary>A whole exchange on a virtual host, which can be killed and started again on the same store.</summary>
sealed class SimulatedExchange : IExchangeLog, IMailTransport
{
    const long MailEveryNs = MonotonicTime.Second;

    readonly SimulatedWorld _world;
    readonly WorldSetup _setup;
    readonly VirtualHost _host;
    readonly double _rate;
    readonly string _file;
    readonly SeededRandomness _randomness;
    VirtualEventLoop? _signalling;
    VirtualEventLoop? _media;
    MailSender? _mail;
    int _run;

    public SimulatedExchange(SimulatedWorld world, SimulatedParty party, WorldSetup setup, string folder, FaultDisk? disk, double rate)
    {
        _world = world;
        _setup = setup;
        _rate = rate;
        _randomness = new SeededRandomness(world.Seed ^ (party.Index << 20));
        Party = party;
        Disk = disk;
        Time = world.Virtual.Time.AtRate(rate);
        Clock = new VirtualClock(Time);
        _file = Path.Combine(folder, party.Id + ".db");
        _host = world.Virtual.Network.AddHost(party.Address);
    }

    public SimulatedParty Party { get; }

    public string Name => Party.Domain;

    public FaultDisk? Disk { get; }

    public TimeProvider Time { get; }

    public IClock Clock { get; }

    public ExchangeNode Node { get; private set; } = null!;

    public SqlStore Store { get; private set; } = null!;

    public bool IsRunning { get; private set; }

    /// <summary>Mails as taken by the mail server, in order.</summary>
    public List<OutgoingMail> Mails { get; } = [];

    /// <summary>What the log said that should not be, in order.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Where its recordings are; it outlives the process.</summary>
    public MemoryFolder Recordings { get; } = new();

    /// <summary>Its signalling hangs: it answers nothing, and its media goes on.</summary>
    public void HangSignalling() => _signalling!.Stop();

    /// <summary>Why recordings ended by themselves.</summary>
    public List<string> RecordingsFailed { get; } = [];

    /// <summary>Why roaming sessions were to be ended.</summary>
    public List<string> Crossed { get; } = [];

    public List<NniEvent> NniEvents { get; } = [];

    /// <summary>Handshakes of our own that came to nothing; a cut link makes some.</summary>
    public List<string> Unreachable { get; } = [];

    /// <summary>Legs that became poor, or well again, in order.</summary>
    public List<string> QualityLines { get; } = [];

    public List<RefusalReason> Refusals { get; } = [];

    /// <summary>What was carried on over RADIUS and was not as agreed.</summary>
    public List<string> RadiusNotes { get; } = [];

    /// <summary>Starts the process.</summary>
    public void Start()
    {
        Store = SqliteStore.Open(
            new SqliteStoreOptions(_file)
            {
                Inline = true,
                SyncCommits = Disk is not null,
                Vfs = Disk?.VfsName,
                Clock = Clock,
                CallbackFailed = exception => Fault("callback", exception),
            },
            Migrations.All);
        var document = WorldValidator.Check(SimulatedDocuments.Of(Party, _world.Parties, _setup));
        Assert.True(document.Document is not null, $"{Name}: {string.Join("; ", document.Faults)}");
        var run = ++_run;
        var loop = _signalling = _world.Virtual.CreateLoop($"{Party.Id} {run}", _rate);
        _media = _world.Virtual.CreateLoop($"{Party.Id} media {run}", _rate);
        Run(() =>
        {
            new WorldStore(Store, Clock).ApplyAsync(document.Document!).Done();
            Node = new ExchangeNode(Options(loop, _media));
            Node.StartAsync().Done();
        });
        IsRunning = true;
        _world.Nni.Attach(Name, Node.Nni.Server);
        _mail = new MailSender(Store, new MailOutbox(Clock), this, Clock);
        loop.Post(SendMail);
    }

    /// <summary>Runs work on the signalling loop, now.</summary>
    public void Run(Action work) => _world.RunOn(_signalling!, work);

    /// <summary>The process is killed: sockets closed, nothing said. With a fault disk its power fails too.</summary>
    public void Kill()
    {
        if (!IsRunning)
            return;
        IsRunning = false;
        _world.Nni.Attach(Name, null);
        _signalling!.Stop();
        _media!.Stop();
        _host.Kill();
        Disk?.Crash();
        Store.DisposeAsync().Done();
        Node.Certificates.Dispose();
    }

    /// <summary>Starts it anew after <see cref="Kill"/>.</summary>
    public void Restart(int? seed = null)
    {
        Disk?.Restart(seed);
        Start();
    }

    /// <summary>Books as the API does; says what the refusal was when it could not even be planned.</summary>
    public BookingRefusal? Schedule(Exchange.Contracts.ScheduleRequest request, out string id)
    {
        id = Node.Ids.New("mtg");
        if (MeetingPlan.Of(request, id, Node.Parties, Clock.GetCurrentInstant(), out var meeting) is { } refusal)
            return refusal;
        BookingRefusal? begun = null;
        Run(() =>
        {
            // Nobody waits: what came of it is in the store.
            var booking = Node.Meetings.ScheduleAsync(meeting, Duration.Zero);
            if (booking.Exception?.InnerException is BookingRefusedException refused)
                begun = refused.Refusal;
            else if (booking.Exception?.InnerException is StoreUnavailableException && Disk is { Crashed: true })
                begun = new BookingRefusal("crashed", "power failed");
            else
                booking.Done();
        });
        return begun;
    }

    /// <summary>Asks for a change of a meeting as the API does.</summary>
    public void Change(string id, Func<Meeting, Meeting> change) =>
        Run(() => Node.Meetings.ChangeAsync(id, meeting => MeetingPlan.Rebook(change(meeting), Node.Parties), Duration.Zero).Done());

    public Meeting? Find(string id) => Node.Meetings.Find(id)?.Shown;

    /// <summary>The access code of this exchange's half.</summary>
    public string CodeOf(string id) => Find(id)!.HalfOf(Name)!.Join!.Code;

    /// <summary>The live half; null when it is not on.</summary>
    public LiveMeeting? Live(string id) => Node.Live.Find(id);

    /// <summary>True while media crosses to the other exchange under keys.</summary>
    public bool IsJoinedTo(SimulatedExchange other, string id) => Live(id)?.Links.GetValueOrDefault(other.Name)?.IsUp ?? false;

    /// <summary>What the meeting holds here: rooms and ports, by occurrence.</summary>
    public int HoldsOf(string id) => Store.Read(reader => reader.Single<int>("SELECT count(*) FROM meeting_holds WHERE meeting = @id", new { id }));

    /// <summary>Hands a request to its NNI as the network does, and gives the answer's status.</summary>
    public int Answer(string path, string? peer, byte[] body)
    {
        var status = 0;
        Run(() => status = Node.Nni.Server.HandleAsync(path, peer, body, CancellationToken.None).Done().Status);
        return status;
    }

    /// <summary>Everything in the store, a line each row, in an order of its own.</summary>
    public IReadOnlyList<string> StateLines() => Store.Read(reader =>
    {
        var lines = new List<string>();
        foreach (var table in reader.Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
        {
            var columns = reader.Query<string>($"SELECT name FROM pragma_table_info('{table}')");
            var row = string.Join(" || '|' || ", columns.Select(column => $"quote({column})"));
            lines.AddRange(reader.Query<string>($"SELECT {row} AS row FROM {table} ORDER BY 1").Select(text => $"{table}:{text}"));
        }

        return lines;
    });

    /// <summary>A digest of everything in the store.</summary>
    public string StateDigest() => RunPart.Of(Name, StateLines()).Digest;

    /// <summary>What it logged, in order, and the events of its sessions.</summary>
    public IEnumerable<string> LogLines() => NniEvents.Select(e => e.ToString()).Concat(Refusals.Select(reason => reason.ToString())).Concat(Faults)
        .Concat(Mails.Select(mail => $"{mail.Id} {mail.ToAddress} {mail.Subject} {mail.TextBody} {mail.Calendar}"))
        .Concat(Store.Read(reader => reader.Query<string>("select id || correlation || code || at || attributes from events order by id")));

    public IReadOnlyList<UsageEntry> Usage(string agreement) => Store.Read(reader => UsageBook.List(reader, null, agreement, "", 10_000));

    public void Refused(in Refusal refusal, string flow, string target) => Refusals.Add(refusal.Reason);

    public void Malformed(string flow, string reason) => Faults.Add($"malformed {flow}: {reason}");

    public void Stranger(string flow) => Faults.Add("stranger " + flow);

    void IExchangeLog.Unreachable(string peer, string reason) => Unreachable.Add($"{peer}: {reason}");

    void IExchangeLog.Reachable(string peer) => Unreachable.Remove(peer);

    void IExchangeLog.RoamingNotCounted(string neighbour, string reason) => Faults.Add($"roaming {neighbour} {reason}");

    void IExchangeLog.RecordingFailed(string recording, string reason) => RecordingsFailed.Add(reason);

    void IExchangeLog.RoamingCrossed(string session, string neighbour, string reason) => Crossed.Add(reason);

    void IExchangeLog.RadiusDiscarded(string neighbour, string reason, string flow) => Faults.Add($"radius {neighbour} {reason} {flow}");

    void IExchangeLog.RadiusNoted(string neighbour, string what) => RadiusNotes.Add($"{neighbour}: {what}");

    void IExchangeLog.LoopHeld(string loop, TimeSpan duration)
    {
    }

    void IExchangeLog.Overload(double loss, long shed)
    {
        // In virtual time no message waits for its turn.
    }

    void IExchangeLog.QualityPoor(string party, string place, double score) => QualityLines.Add($"poor {party} {place}");

    void IExchangeLog.QualityGood(string party, string place, double? score) => QualityLines.Add($"good {party} {place}");

    void IExchangeLog.Nni(NniEvent e) => NniEvents.Add(e);

    void IExchangeLog.Mail(MailAttempt attempt)
    {
    }

    public void Fault(string where, Exception exception)
    {
        if (Disk is not { Crashed: true })
            Faults.Add($"{where}: {exception}");
    }

    Task<MailResult> IMailTransport.SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        Mails.Add(mail);
        return Task.FromResult(new MailResult(MailOutcome.Accepted, "250"));
    }

    void SendMail()
    {
        try
        {
            _mail!.SendDueAsync(CancellationToken.None).Done();
        }
        catch (StoreUnavailableException) when (Disk is { Crashed: true })
        {
            return;
        }

        _world.Virtual.At(_world.Virtual.NowNs + MailEveryNs, () => _signalling!.Post(SendMail));
    }

    ExchangeOptions Options(VirtualEventLoop signalling, VirtualEventLoop media)
    {
        var address = NetAddress.Parse(Party.Address);
        return new ExchangeOptions
        {
            Name = Name,
            Identity = Party.Key,
            Store = Store,
            Network = _host,
            Signalling = signalling,
            MediaLoops = [media],
            Clock = Clock,
            Time = Time,
            Names = _setup.Names?.Invoke(_host, signalling) ?? new NoNames(signalling),
            NniTransport = (neighbours, _) => _world.Nni.TransportOf(Name, neighbours),
            Sip =
            [
                new SipListen("udp", SipTransport.Udp, address.WithPort(5060)),
                new SipListen("tcp", SipTransport.Tcp, address.WithPort(5060)),
                new SipListen("tls", SipTransport.Tls, address.WithPort(5061)),
            ],
            Radius = _setup.Roaming ? [new RadiusListen("radius", address.WithPort(1812), address.WithPort(1813), address.WithPort(3799))] : [],
            RadiusTls = _setup.Roaming ? [new RadiusTlsListen("radius-tls", address.WithPort(2083))] : [],
            Media = new MediaEngineOptions
            {
                BindAddress = address,
                Randomness = _randomness,
                Room = new MediaRoomOptions { SilentAfterNs = 2 * MonotonicTime.Second },
            },
            Meetings = new MeetingAddresses(Party.EntryNumber, "meet", _setup.OwnPorts),
            Randomness = _randomness,
            Recordings = new RecordingSettings(Recordings, 1_000_000_000, Duration.FromMinutes(20)) { Run = static work => work() },
            Log = this,
        };
    }
}
