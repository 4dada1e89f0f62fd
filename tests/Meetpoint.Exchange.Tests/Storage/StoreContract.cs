using System.Text.Json.Nodes;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Storage;

/// <summary>What every store does, whatever stands behind it. Each test has a database of its own.</summary>
public abstract partial class StoreContract
{
    static readonly Migration Things = new("test-001", "things to store",
        "create table things (id {text} primary key, n {bigint} not null check (n >= 0), note {text}, unique_n {bigint} unique) {strict}",
        "create table parts (id {text} primary key, thing {text} not null references things (id)) {strict}",
        "create table forms (id {text} primary key, instant_at {bigint}, amount {text}, content {blob}, body {text}, ratio {double}, "
            + "flag {bigint}, day {text}, shape {text}, span {bigint}) {strict}");

    /// <summary>Opens the database of this test, again when called again.</summary>
    protected abstract SqlStore Open(IReadOnlyList<Migration> migrations, bool inline = false, int queueLimit = 16_384);

    SqlStore Open(bool inline = false, int queueLimit = 16_384) => Open([Things], inline, queueLimit);

    static int Insert(StoreTransaction transaction, string id, long n = 0, long? uniqueN = null) =>
        transaction.Execute("insert into things (id, n, unique_n) values (@id, @n, @unique_n)", new { id, n, UniqueN = uniqueN });

    static IReadOnlyList<string> ThingIds(Store store) => store.Read(r => r.Query<string>("select id from things order by id"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteAsync_WhenTaskCompletes_ReadersSeeIt(bool inline)
    {
        await using var store = Open(inline);
        (await store.WriteAsync(t => Insert(t, "a"))).ShouldBe(1);
        ThingIds(store).ShouldBe(["a"]);
    }

    [Fact]
    public async Task WriteAsync_AfterReopening_RowsAreThere()
    {
        await using (var store = Open())
            await store.WriteAsync(t => Insert(t, "a"));
        await using var again = Open();
        ThingIds(again).ShouldBe(["a"]);
    }

    [Fact]
    public async Task WriteAsync_ManyAtOnce_ShareCommits()
    {
        await using var store = Open();
        using var hold = new ManualResetEventSlim();
        var first = store.WriteAsync(_ => hold.Wait());
        var rest = Enumerable.Range(0, 500).Select(i => store.WriteAsync(t => Insert(t, $"{i:000}"))).ToArray();
        hold.Set();
        await first;
        await Task.WhenAll(rest);
        ThingIds(store).Count.ShouldBe(500);
        store.Commits.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteAsync_OneOfABatchThrows_OnlyItIsRolledBack(bool inline)
    {
        await using var store = Open(inline);
        using var hold = new ManualResetEventSlim(inline);
        var first = store.WriteAsync(_ => hold.Wait());
        var before = store.WriteAsync(t => Insert(t, "before"));
        var thrown = store.WriteAsync(t =>
        {
            Insert(t, "thrown");
            throw new FormatException("no");
        });
        var after = store.WriteAsync(t => Insert(t, "past"));
        hold.Set();
        await Task.WhenAll(first, before, after);
        (await Should.ThrowAsync<FormatException>(thrown)).Message.ShouldBe("no");
        ThingIds(store).ShouldBe(["before", "past"]);
    }

    [Fact]
    public async Task WriteAsync_FailedStatementCaught_WorkIsRolledBackAllTheSame()
    {
        await using var store = Open();
        var work = store.WriteAsync(t =>
        {
            Insert(t, "a");
            Should.Throw<StoreConstraintException>(() => Insert(t, "a"));
            Should.Throw<InvalidOperationException>(() => Insert(t, "b"));
        });
        await Should.ThrowAsync<StoreConstraintException>(work);
        ThingIds(store).ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_QueueFull_IsRefusedAtOnceAndTheRestGoesOn()
    {
        await using var store = Open(queueLimit: 3);
        using var hold = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        var first = store.WriteAsync(_ =>
        {
            started.Set();
            hold.Wait();
        });
        started.Wait(TestContext.Current.CancellationToken);
        var waiting = Enumerable.Range(0, 3).Select(i => store.WriteAsync(t => Insert(t, $"{i}"))).ToArray();
        var refused = store.WriteAsync(t => Insert(t, "refused"));
        refused.IsFaulted.ShouldBeTrue();
        (await Should.ThrowAsync<StoreBusyException>(refused)).QueueLimit.ShouldBe(3);
        hold.Set();
        await first;
        await Task.WhenAll(waiting);
        ThingIds(store).ShouldBe(["0", "1", "2"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AfterCommit_RunsInOrderAndSeesTheRow_NotWhenRolledBack(bool inline)
    {
        await using var store = Open(inline);
        var seen = new List<string>();
        var works = Enumerable.Range(0, 20).Select(i => store.WriteAsync(t =>
        {
            Insert(t, $"{i:00}");
            t.AfterCommit(() => seen.Add(store.Read(r => r.Single<string>("select id from things where id = @id", new { id = $"{i:00}" }))!));
            if (i == 7)
                throw new FormatException();
        })).ToArray();
        for (var i = 0; i < 20; i++)
        {
            if (i == 7)
                await Should.ThrowAsync<FormatException>(works[i]);
            else
                await works[i];
        }

        seen.ShouldBe(Enumerable.Range(0, 20).Where(i => i != 7).Select(i => $"{i:00}"));
    }

    [Fact]
    public async Task WriteAsync_InlineFromWithinWorkAndCallbacks_RunsRightAfterInOrder()
    {
        await using var store = Open(inline: true);
        var order = new List<string>();
        var outer = store.WriteAsync(t =>
        {
            order.Add("outer");
            var nested = store.WriteAsync(_ => order.Add("from work"));
            nested.IsCompleted.ShouldBeFalse();
            t.AfterCommit(() => _ = store.WriteAsync(_ => order.Add("from callback")));
            order.Add("outer ends");
        });
        outer.IsCompletedSuccessfully.ShouldBeTrue();
        order.ShouldBe(["outer", "outer ends", "from work", "from callback"]);
    }

    [Fact]
    public async Task Read_SeveralQueries_SeeOneSnapshot()
    {
        await using var store = Open();
        await store.WriteAsync(t => Insert(t, "a"));
        var write = Task.CompletedTask;
        var counts = store.Read(r =>
        {
            var before = r.Single<long>("select count(*) from things");
            write = store.WriteAsync(t => Insert(t, "b"));
            ((IAsyncResult)write).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)).ShouldBeTrue("the writer waits for no reader");
            return (before, r.Single<long>("select count(*) from things"));
        });
        await write;
        counts.ShouldBe((1, 1));
        ThingIds(store).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Read_Writing_IsRefused()
    {
        await using var store = Open();
        Should.Throw<Exception>(() => store.Read(r => r.Query<string>("insert into things (id, n) values ('a', 1) returning id")));
        ThingIds(store).ShouldBeEmpty();
    }

    [Fact]
    public async Task Constraints_Broken_AreToldApart()
    {
        await using var store = Open();
        await store.WriteAsync(t => Insert(t, "a", uniqueN: 1));
        await Expect(StoreConstraint.Unique, t => Insert(t, "a"));
        await Expect(StoreConstraint.Unique, t => Insert(t, "b", uniqueN: 1));
        await Expect(StoreConstraint.Check, t => Insert(t, "b", n: -1));
        await Expect(StoreConstraint.NotNull, t => t.Execute("insert into things (id, n) values (@id, @n)", new { id = "b", n = (long?)null }));
        await Expect(StoreConstraint.ForeignKey, t => t.Execute("insert into parts (id, thing) values ('p', 'none')"));

        async Task Expect(StoreConstraint constraint, Action<StoreTransaction> work) =>
            (await Should.ThrowAsync<StoreConstraintException>(store.WriteAsync(work))).Constraint.ShouldBe(constraint);
    }

    [Fact]
    public async Task Transaction_KeptBeyondItsWork_IsRefused()
    {
        await using var store = Open();
        StoreTransaction? kept = null;
        await store.WriteAsync(t => { kept = t; });
        Should.Throw<InvalidOperationException>(() => Insert(kept!, "a"));
        Should.Throw<InvalidOperationException>(() => kept!.AfterCommit(() => { }));
    }

    [Fact]
    public async Task Dispose_WithWorkAccepted_WritesItFirst()
    {
        var store = Open();
        var works = Enumerable.Range(0, 100).Select(i => store.WriteAsync(t => Insert(t, $"{i}"))).ToArray();
        await store.DisposeAsync();
        works.ShouldAllBe(w => w.IsCompletedSuccessfully);
        await Should.ThrowAsync<ObjectDisposedException>(store.WriteAsync(t => Insert(t, "late")));
    }

    [Fact]
    public async Task CallbackThrows_IsReported_AndTheWriteStands()
    {
        var reported = new List<Exception>();
        await using var store = Open(inline: true);
        CallbackFailures = reported.Add;
        await store.WriteAsync(t =>
        {
            Insert(t, "a");
            t.AfterCommit(() => throw new FormatException());
        });
        reported.ShouldHaveSingleItem().ShouldBeOfType<FormatException>();
        ThingIds(store).ShouldBe(["a"]);
    }

    /// <summary>Where the opened store reports callbacks that throw.</summary>
    protected Action<Exception>? CallbackFailures { get; private set; }

    protected static Instant At(long ticks) => Instant.FromUnixTimeTicks(ticks);

    protected static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
