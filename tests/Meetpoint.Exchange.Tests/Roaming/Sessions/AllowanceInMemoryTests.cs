using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Tests.Interconnect;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;
using NodaTime;
using Shouldly;
using static Meetpoint.Exchange.Tests.Roaming.Sessions.Reports;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>Sums of what was used, and answers that wait for them, over a store that is slow: Albion's customers at Liberty's hotspots, a euro a day at a tenth of a cent a megabyte.</summary>
public sealed class AllowanceInMemoryTests : IAsyncDisposable, IEventLoop, IClock
{
    const string Station = "02-00-00-00-00-01";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-allowance-").FullName;
    readonly SlowStore _store;
    readonly World _world;
    readonly RoamingSessions _sessions;
    readonly List<(RadiusCode Code, RoamingAllowance Allowance)> _given = [];
    readonly AccessBounds _bounds;
    Instant _now = At(7_000);

    public AllowanceInMemoryTests()
    {
        _store = new SlowStore(SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, Migrations.All));
        _world = World.Build(Document(), "liberty.example", new LimitBook());
        var terms = new WorldUsageTerms(() => _world, null!);
        _sessions = new RoamingSessions("liberty.example", _store, new UsageBook("liberty.example", null!, terms), terms, () => _world, this, new SeededRandomness(1), this, new SilentLog());
        _sessions.StartAsync().IsCompletedSuccessfully.ShouldBeTrue();
        _bounds = new AccessBounds(Context(), Give);
    }

    public long NowNs { get; set; }

    public TimerWheel Timers { get; } = new(0);

    public bool IsCurrent => true;

    [Fact]
    public void Answer_WhoseSumsAreBeingRead_IsHeldUntilTheyAre()
    {
        Use(999_000_000);
        _store.IsSlow = true;
        Answer(Pending());
        _given.ShouldBeEmpty("it is held");
        _store.Release();
        _given.ShouldHaveSingleItem().Allowance.ShouldSatisfyAllConditions(given => given.Refusal.ShouldBe(AllowanceRefusal.None), given => given.Octets.ShouldBe(1_000_000));
        Answer(Pending());
        _given.Count.ShouldBe(2, "now they are known");
    }

    [Fact]
    public void Answer_WhoseSumsAreUsedUp_IsRefusedOnceTheyAreRead()
    {
        Use(1_000_000_000);
        _store.IsSlow = true;
        Refused().ShouldBe(AllowanceRefusal.None, "it is not known yet, and is being read");
        Answer(Pending());
        _store.Release();
        _given.ShouldHaveSingleItem().Allowance.Refusal.ShouldBe(AllowanceRefusal.CapPerDay);
        Refused().ShouldBe(AllowanceRefusal.CapPerDay);
    }

    [Fact]
    public void Answer_WhoseSumsAreNotReadInASecond_IsGivenAShortSession()
    {
        Use(1_000_000_000);
        _store.IsSlow = true;
        var pending = Pending();
        Answer(pending);
        NowNs = MonotonicTime.Second - 1;
        _bounds.Advance(NowNs);
        _given.ShouldBeEmpty();
        NowNs = MonotonicTime.Second;
        _bounds.Advance(NowNs);
        _given.ShouldHaveSingleItem().Allowance.ShouldSatisfyAllConditions(
            given => given.Refusal.ShouldBe(AllowanceRefusal.None), given => given.SessionSeconds.ShouldBe(RoamingAllowance.UnknownSeconds), given => given.InterimSeconds.ShouldBe(300));
        _store.Release();
        _bounds.Advance(2 * NowNs);
        _given.Count.ShouldBe(1, "it is given once");
    }

    [Fact]
    public void Store_ThatFails_HoldsNobodyLonger_AndIsAskedAgain()
    {
        _store.Fault = new StoreUnavailableException("away", false);
        Answer(Pending());
        _given.ShouldBeEmpty();
        NowNs = MonotonicTime.Second;
        _bounds.Advance(NowNs);
        _given.ShouldHaveSingleItem().Allowance.SessionSeconds.ShouldBe(RoamingAllowance.UnknownSeconds);
        _store.Fault = null;
        Refused();
        Answer(Pending());
        _given[1].Allowance.ShouldSatisfyAllConditions(given => given.SessionSeconds.ShouldBeNull(), given => given.Octets.ShouldBe(1_000_000_000));
    }

    [Fact]
    public void Reports_BeforeAndAfterASumIsRead_CountOnce()
    {
        Use(100_000_000);
        _store.IsSlow = true;
        Refused();
        Take(Interim(600, 600, 300_000_000, 0)); // behind the reading, and told of after it
        _store.Release();
        _store.IsSlow = false;
        Allowed().ShouldBe(700_000_000);
        Take(Interim(600, 600, 300_000_000, 0));
        Allowed().ShouldBe(700_000_000, "the same again");
        Take(Stop(900, 900, 400_000_000, 0));
        Allowed().ShouldBe(600_000_000);
        Take(Start(1_000, "a2"));
        Take(Interim(1_300, 300, 50_000_000, 0, "a2"));
        Allowed().ShouldBe(550_000_000, "another session of the same day");
        AllowedByTheStore().ShouldBe(550_000_000);
    }

    [Fact]
    public void NextDay_BeginsAnew_AndASessionCountsWhollyWhereItWasLastHeardOf()
    {
        Use(100_000_000);
        Allowed().ShouldBe(900_000_000);
        _now = At(14 * 3_600);
        Allowed().ShouldBe(1_000_000_000, "nothing was heard of it today");
        Take(Interim(14 * 3_600, 14 * 3_600, 150_000_000, 0));
        Allowed().ShouldBe(850_000_000);
        AllowedByTheStore().ShouldBe(850_000_000);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

#pragma warning disable xUnit1013 // the loop's and the clock's
    public void Post(Action work) => work();

    public Instant GetCurrentInstant() => _now;
#pragma warning restore xUnit1013

    /// <summary>A session that is on and has used so much, of which the store alone knows.</summary>
    void Use(long octets) => _store.Write(
        transaction =>
        {
            _sessions.Book.Take(transaction, OfPerson(Start(0)));
            _sessions.Book.Take(transaction, OfPerson(Interim(300, 300, octets, 0)));
            return true;
        },
        static _ => { },
        static fault => throw fault);

    void Take(AccountingReport report) => _sessions.Take(OfPerson(report), static _ => { }).ShouldBeTrue();

    AccountingReport OfPerson(AccountingReport report) => report with { Person = _sessions.Key.NameOf("02-00-00-00-00-01"u8), Received = report.Event };

    AllowanceRefusal Refused()
    {
        RadiusPacket.TryParse(Pending().Sent, out var request, out _).ShouldBeTrue();
        return _sessions.Refused("liberty", "albion", request);
    }

    long? Allowed()
    {
        _given.Clear();
        Answer(Pending());
        return _given.ShouldHaveSingleItem().Allowance.Octets;
    }

    long? AllowedByTheStore() => _sessions.AllowanceOf("liberty", "albion", _sessions.Key.NameOf("02-00-00-00-00-01"u8)).Octets;

    PendingRequest Pending()
    {
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = PacketSecurity.Version11.BeginRequest(buffer, new RequestMark(RadiusCode.AccessRequest, 0, default));
        writer.TryWrite(AttributeType.UserName, "alice@albion.example"u8);
        writer.TryWrite(AttributeType.CallingStationId, System.Text.Encoding.ASCII.GetBytes(Station));
        var pending = new PendingRequest { Visited = "liberty", Route = RealmRoutes.Of(_world).All.Single(route => route.Provider.Id == "albion") };
        pending.Keep(buffer.AsSpan(0, PacketSecurity.Version11.SignRequest(ref writer)));
        return pending;
    }

    void Answer(PendingRequest pending)
    {
        var buffer = new byte[RadiusPacket.MaxLength];
        var mark = new RequestMark(RadiusCode.AccessRequest, 0, default);
        var writer = PacketSecurity.Version11.BeginResponse(buffer, RadiusCode.AccessAccept, mark);
        RadiusPacket.TryParse(buffer.AsSpan(0, PacketSecurity.Version11.SignResponse(ref writer)), out var answer, out _).ShouldBeTrue();
        Give(null!, pending, mark, answer, NowNs);
    }

    void Give(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs)
    {
        if (_bounds.TryFind(server, pending, asked, answer, nowNs, out var allowance))
            _given.Add((answer.Code, allowance));
    }

    RoamingContext Context() => new()
    {
        Network = null!, Loop = this, Admission = null!, Refusals = null!, Log = null!, Clock = this, Store = _store, Sessions = _sessions, Node = "1",
        Authenticators = new AuthenticatorSource(new SeededRandomness(1)), OwnProxyState = [], Crossings = null!, Room = null!, Discovery = null!,
    };

    static WorldDocument Document()
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        world["providers"]![0]!["realms"] = JsonNode.Parse("""[{"name":"albion.example"}]""");
        var agreement = world["agreements"]![0]!;
        agreement["timeZone"] = "Etc/UTC";
        agreement["services"]!.AsArray().Add(JsonNode.Parse("""{"service":"roaming"}"""));
        agreement["roaming"] = JsonNode.Parse("""{"capPerDay":"EUR 1.00","interimSeconds":300}""");
        agreement["charges"]!.AsArray().Add(JsonNode.Parse("""{"unit":"roaming-megabyte","payer":"albion","payee":"liberty","tariff":"roaming"}"""));
        world["tariffs"]!.AsArray().Add(JsonNode.Parse("""{"id":"roaming","currency":"EUR","rates":[{"unit":"roaming-megabyte","price":"0.001","per":"megabyte"}]}"""));
        return Worlds.Read(world.ToJsonString());
    }
}
