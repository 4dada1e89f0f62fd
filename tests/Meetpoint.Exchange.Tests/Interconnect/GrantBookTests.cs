using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using Meetpoint.Tests.Support;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

public sealed class GrantBookTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("meetpoint-grants-").FullName;
    readonly Admission admission = Worlds.Admission();
    readonly Sink sink = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    SqlStore Open() => SqliteStore.Open(new SqliteStoreOptions(Path.Combine(folder, "g.db")), WorldStore.Migrations);

    GrantStart NewStart(string id)
    {
        var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Participant, Parent = "mtg", Now = Worlds.Now, NowNs = 0 };
        admission.Admit(in request, out var grant, out _).ShouldBeTrue();
        return new GrantStart { Id = id, Grant = grant, Subject = "alice@albion.example", Started = Worlds.Now };
    }

    [Fact]
    public async Task Complete_Twice_IsChargedOnceAndReleased()
    {
        await using var store = Open();
        var book = new GrantBook(store, sink);
        var start = NewStart("g1");
        (await book.StartAsync(start)).ShouldBeTrue();
        (await book.StartAsync(start)).ShouldBeFalse("the id was used");
        book.Progress("g1", 1, new GrantQuantities(60_000, 3_000), Worlds.Now + Duration.FromSeconds(60));
        (await book.CompleteAsync("g1", null, Worlds.Now + Duration.FromSeconds(61))).ShouldBeTrue();
        (await book.CompleteAsync("g1", null, Worlds.Now + Duration.FromSeconds(99))).ShouldBeFalse();
        (await book.AbortAsync("g1", "late", Worlds.Now)).ShouldBeFalse();
        var completed = sink.Completed.ShouldHaveSingleItem();
        (completed.Kind, completed.Parent, completed.Origin, completed.Target).ShouldBe((GrantKind.Participant, "mtg", "albion", "liberty"));
        (completed.Ending, completed.Quantities.DurationMs, completed.Quantities.PacketsIn).ShouldBe((GrantEnding.Completed, 60_000, 3_000));
        var link = completed.Links.ShouldHaveSingleItem();
        (link.Agreement, link.Version, link.Charges[0].Payer).ShouldBe(("albion-liberty", 1, "liberty"));
        start.Grant.IsHeld.ShouldBeFalse();
        book.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Abort_IsNotCharged()
    {
        await using var store = Open();
        var book = new GrantBook(store, sink);
        await book.StartAsync(NewStart("g1"));
        (await book.AbortAsync("g1", "no-answer", Worlds.Now)).ShouldBeTrue();
        (await book.CompleteAsync("g1", null, Worlds.Now)).ShouldBeFalse();
        sink.Completed.ShouldBeEmpty();
        admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public async Task Tick_SilentGrant_EndsAtItsLastProofOfLife()
    {
        await using var store = Open();
        var book = new GrantBook(store, sink, new GrantBookOptions { SilentAfter = Duration.FromSeconds(30) });
        await book.StartAsync(NewStart("g1"));
        var proof = Worlds.Now + Duration.FromSeconds(10);
        book.Progress("g1", 5, new GrantQuantities(10_000), proof);
        book.Progress("g1", 4, new GrantQuantities(99_000), proof + Duration.FromSeconds(9));
        (await book.TickAsync(proof + Duration.FromSeconds(29))).ShouldBe(0);
        (await book.TickAsync(proof + Duration.FromSeconds(30))).ShouldBe(1);
        var completed = sink.Completed.ShouldHaveSingleItem();
        (completed.Ended, completed.Ending, completed.Quantities.DurationMs).ShouldBe((proof, GrantEnding.Silent, 10_000));
        admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public async Task Progress_OnceWarm_AllocatesNothing()
    {
        await using var store = Open();
        var book = new GrantBook(store, sink);
        await book.StartAsync(NewStart("g1"));
        var quantities = new GrantQuantities(1_000, 50, 50, 8_600, 8_600);
        var sequence = 0L;
        long Note(int count)
        {
            var before = Allocations.Begin();
            for (var i = 0; i < count; i++)
                book.Progress("g1", ++sequence, quantities, Worlds.Now + Duration.FromMilliseconds(sequence));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Note(100);
        Note(1_000).ShouldBe(0);
    }

    [Fact]
    public async Task Recover_AfterACrash_EndsAtTheLastWrittenProof()
    {
        await using var store = Open();
        var book = new GrantBook(store, sink);
        await book.StartAsync(NewStart("g1"));
        var written = Worlds.Now + Duration.FromSeconds(6);
        book.Progress("g1", 1, new GrantQuantities(6_000), written);
        await book.TickAsync(written);
        book.Progress("g1", 2, new GrantQuantities(7_000), written + Duration.FromSeconds(1));
        await book.TickAsync(written + Duration.FromSeconds(1)); // within five seconds: not written

        var next = new GrantBook(store, sink);
        (await next.RecoverAsync()).ShouldBe(1);
        (await next.RecoverAsync()).ShouldBe(0);
        var completed = sink.Completed.ShouldHaveSingleItem();
        (completed.Ended, completed.Ending, completed.Quantities.DurationMs).ShouldBe((written, GrantEnding.Recovered, 6_000));
        (await book.CompleteAsync("g1", null, written)).ShouldBeFalse("it was closed by the recovery");
    }

    [Fact]
    public async Task Complete_SettlementThrows_LeavesItOpen()
    {
        await using var store = Open();
        var book = new GrantBook(store, sink);
        await book.StartAsync(NewStart("g1"));
        sink.Fails = true;
        await Should.ThrowAsync<InvalidOperationException>(book.CompleteAsync("g1", null, Worlds.Now));
        sink.Fails = false;
        (await book.CompleteAsync("g1", null, Worlds.Now)).ShouldBeTrue();
    }

    [Fact]
    public async Task EventLog_BySession_InOrderBoundedAndKept()
    {
        await using var store = Open();
        var log = new EventLog(SystemClock.Instance, capacity: 4);
        var ids = Worlds.Ids();
        var (one, two) = (ids.Next(), ids.Next());
        log.Write(one, "call.started", new EventAttribute("to", new string('x', 1_000)));
        log.Write(two, "call.started");
        log.Write(one, "call.ended");
        log.Find(one).Select(item => item.Code).ShouldBe(["call.started", "call.ended"]);
        log.Find(one)[0].Attributes[0].Value.Length.ShouldBe(EventLog.MaxValueLength);
        (await log.FlushAsync(store, new Ids(SystemClock.Instance))).ShouldBe(3);
        for (var i = 0; i < 6; i++)
            log.Write(two, "call.progress");
        log.Find(one).ShouldBeEmpty();
        log.Find(two).Count.ShouldBe(4);
        (await log.FlushAsync(store, new Ids(SystemClock.Instance))).ShouldBe(4);
        log.Lost.ShouldBe(2);
        store.Read(reader => EventLog.Find(reader, one)).Select(item => item.Code).ShouldBe(["call.started", "call.ended"]);
    }

    [Fact]
    public async Task EventLog_ByIncident_IsFoundInMemoryAndInTheStore()
    {
        await using var store = Open();
        var log = new EventLog(SystemClock.Instance, capacity: 2);
        var ids = Worlds.Ids();
        var refusal = Refusal.By(RefusalReason.NoRoute, ids.Next(), ids.NextIncident());
        var incident = refusal.Incident.ToString();
        log.Write(in refusal);
        log.SessionOf(incident).ShouldBe(refusal.Correlation);
        await log.FlushAsync(store, new Ids(SystemClock.Instance));
        log.Write(ids.Next(), "call.started");
        log.Write(ids.Next(), "call.started");
        log.SessionOf(incident).ShouldBeNull("memory has lost it");
        store.Read(reader => EventLog.SessionOf(reader, incident)).ShouldBe(refusal.Correlation);
        store.Read(reader => EventLog.SessionOf(reader, "inc_0000000000000")).ShouldBeNull();
    }

    sealed class Sink : ISettlementSink
    {
        public List<CompletedGrant> Completed { get; } = [];

        public bool Fails { get; set; }

        public void Record(StoreTransaction transaction, CompletedGrant grant)
        {
            if (Fails)
                throw new InvalidOperationException("no");
            Completed.Add(grant);
        }
    }
}
