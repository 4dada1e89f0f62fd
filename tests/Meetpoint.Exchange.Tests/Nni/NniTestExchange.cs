using System.Text.Json.Nodes;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net.Virtual;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Nni;

/// <summary>Wall time of a virtual world.</summary>
sealed class WorldClock(TimeProvider time) : IClock
{
    public Instant GetCurrentInstant() => Instant.FromDateTimeOffset(time.GetUtcNow());
}

/// <summary>
/// One exchange on a virtual network with a service that writes down what it hears: "note" messages with a number n, in the table
/// test_heard in order of arrival, and in test_expired those of its own that expired. Its store outlives its process.
/// </summary>
sealed class NniTestExchange : IAsyncDisposable
{
    static readonly Migration Service = new(
        "test-001", "what a service heard",
        "create table test_heard (n {bigint} not null, id {text} not null primary key, at {bigint} not null){strict}",
        "create table test_expired (n {bigint} not null primary key){strict}");

    readonly string _folder = Directory.CreateTempSubdirectory("nni").FullName;
    readonly VirtualWorld _world;
    readonly VirtualEventLoop _loop;
    readonly VirtualNniNetwork? _network;
    readonly INniTransport _transport;
    readonly Func<string, string, bool> _mayCarry;
    readonly Random _random;
    long _heard;
    int _ids;

    public NniTestExchange(
        string name, VirtualWorld world, VirtualEventLoop loop, VirtualNniNetwork? network, NniNeighbours neighbours,
        IdentityKey identity, INniTransport? transport = null, Func<string, string, bool>? mayCarry = null)
    {
        Name = name;
        Identity = identity;
        Neighbours = neighbours;
        _world = world;
        _loop = loop;
        _network = network;
        _transport = transport ?? network!.TransportOf(name, neighbours);
        _mayCarry = mayCarry ?? ((_, _) => false);
        _random = new Random(world.Seed);
        Store = SqliteStore.Open(
            new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true, SyncCommits = false },
            [.. NniNode.Migrations, Service]);
        Seal = new NniSeal(name, identity, neighbours, new WorldClock(world.Time), NewId);
        Node = Build();
    }

    public string Name { get; }

    public IdentityKey Identity { get; }

    public NniNeighbours Neighbours { get; }

    public SqlStore Store { get; }

    /// <summary>Signs in this exchange's name, for tests that speak to another one by hand.</summary>
    public NniSeal Seal { get; }

    public NniNode Node { get; private set; }

    public List<NniEvent> Events { get; } = [];

    /// <summary>Asked before a message is handled; true makes the handler throw after it has written.</summary>
    public Func<long, bool> Throws { get; set; } = _ => false;

    /// <summary>Called within the handler's transaction, for a test that pulls the plug there.</summary>
    public Action InHandler { get; set; } = () => { };

    /// <summary>The process dies and another one starts on the same store.</summary>
    public void Restart()
    {
        Node.Stop();
        Node = Build();
        Node.Start();
    }

    public Task SendAsync(string destination, long n, Duration life, string type = "note") => Store.WriteAsync(transaction =>
        Node.Outbox.Enqueue(transaction, destination, type, new JsonObject { ["n"] = n }, Seal.Now() + life));

    public IReadOnlyList<long> Heard() => Store.Read(store => store.Query<long>("select n from test_heard order by at"));

    public IReadOnlyList<long> Expired() => Store.Read(store => store.Query<long>("select n from test_expired order by n"));

    public long Depth() => Node.Outbox.Status().Sum(link => link.Depth);

    public string Jws(string destination, long epoch, long sequence, long n, string type = "note", Duration? life = null, string? id = null)
    {
        var now = Seal.Now();
        return Seal.Sign(new NniEnvelope(
            Name, destination, id ?? NewId(), type, epoch, sequence, now, now + (life ?? Duration.FromMinutes(1)), $$"""{"n":{{n}}}"""));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string NewId() => $"msg_{Name}_{++_ids}";

    NniNode Build()
    {
        var node = new NniNode(new NniOptions
        {
            Exchange = Name,
            Identity = Identity,
            Neighbours = Neighbours,
            Store = Store,
            Transport = _transport,
            Loop = _loop,
            Clock = new WorldClock(_world.Time),
            Time = _world.Time,
            Jitter = _random,
            NewId = NewId,
            MayCarry = _mayCarry,
            Events = Events.Add,
        });
        node.Inbox.Handle("note", (transaction, message) =>
        {
            var n = message.Body["n"]!.GetValue<long>();
            _heard = transaction.Single<long>("select count(*) from test_heard") + 1;
            transaction.Execute("insert into test_heard (n, id, at) values (@n, @id, @at)", new { n, message.Id, at = _heard });
            InHandler();
            if (Throws(n))
                throw new InvalidOperationException("the service cannot");
        });
        node.Questions.Handle("directory.search", (origin, question) =>
            Task.FromResult(new JsonObject { ["asked"] = origin, ["found"] = question["name"]!.DeepClone() }));
        node.Outbox.OnExpired("note", (transaction, message) =>
            transaction.Execute("insert into test_expired (n) values (@n)", new { n = message.Body["n"]!.GetValue<long>() }));
        _network?.Attach(Name, node.Server);
        return node;
    }
}
