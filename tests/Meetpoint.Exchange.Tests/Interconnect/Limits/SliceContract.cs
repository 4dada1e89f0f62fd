using System.Collections.Concurrent;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect.Limits;

/// <summary>Limits leased from a store that several nodes share, over any store.</summary>
public abstract class SliceContract
{
    const long TurnNs = LeasingNode.TurnNs;

    static readonly DirectionLimits Ten = new() { Ports = 10 };

    /// <summary>Opens the store of this test, again when called again.</summary>
    protected abstract SqlStore Open(bool inline = true);

    static async Task<long> TurnsAsync(long nowNs, int turns, params LeasingNode[] nodes)
    {
        for (var i = 0; i < turns; i++, nowNs += TurnNs)
        {
            foreach (var node in nodes)
                (await node.TurnAsync(nowNs)).ShouldBeNull();
        }

        return nowNs;
    }

    [Fact]
    public async Task OneNode_UsesTheWholeLimitFromItsFirstTurn()
    {
        await using var store = Open();
        using var node = new LeasingNode("a", store, new DirectionLimits { Ports = 10, Meetings = 3, CallsPerSecond = 10 });
        node.TryTake(GrantKind.Participant, 0).ShouldBe(TakeResult.StoreAway, "nothing is leased before the first turn");
        await TurnsAsync(0, 1, node);
        node.TakeAll(1).ShouldBe(10);
        Enumerable.Range(0, 4).Count(_ => node.TryTake(GrantKind.Meeting, 1) == TakeResult.Taken).ShouldBe(3);
    }

    [Fact]
    public async Task TwoNodes_TheIdleOneGivesBack_AndTheOtherUsesTheWholeLimit()
    {
        await using var store = Open();
        using var a = new LeasingNode("a", store, Ten);
        using var b = new LeasingNode("b", store, Ten, originNs: 77 * MonotonicTime.Second);
        var nowNs = await TurnsAsync(0, 1, a);
        nowNs = await TurnsAsync(nowNs, 20, a, b);
        (a.Nodes, b.Nodes).ShouldBe((2, 2));
        b.TryTake(GrantKind.Participant, nowNs).ShouldBe(TakeResult.Taken, "the first gave back of what it held alone");
        b.Release(GrantKind.Participant);
        var taken = 0;
        for (var i = 0; i < 20; i++)
        {
            taken += a.TakeAll(nowNs);
            nowNs = await TurnsAsync(nowNs, 1, a, b);
        }

        taken.ShouldBe(10, "what the other does not use is not kept from the one that does");
    }

    [Fact]
    public async Task Crash_AllCanBeUsedAgain_AfterTheLeaseTimeAndNotBeforeItsOwnLeaseEnds()
    {
        await using var store = Open();
        using var a = new LeasingNode("a", store, Ten);
        using var b = new LeasingNode("b", store, Ten);
        var nowNs = await TurnsAsync(0, 20, a, b);
        var taken = a.TakeAll(nowNs);
        nowNs = await TurnsAsync(nowNs, 6, a, b);
        taken.ShouldBeGreaterThan(1);
        var crashedNs = nowNs;
        var used = 0;
        for (; nowNs <= crashedNs + LimitBook.LeaseNs; nowNs = await TurnsAsync(nowNs, 1, b))
        {
            used += b.TakeAll(nowNs);
            if (nowNs < crashedNs + StoreSliceSource.OwnLeaseNs)
                used.ShouldBeLessThanOrEqualTo(10 - taken, "the other may only be slow");
        }

        used.ShouldBe(10);
        b.Nodes.ShouldBe(1);
    }

    [Fact]
    public async Task Leave_FreesAtOnce()
    {
        await using var store = Open();
        using var a = new LeasingNode("a", store, Ten);
        using var b = new LeasingNode("b", store, Ten);
        var nowNs = await TurnsAsync(0, 20, a, b);
        await a.Book.LeaveAsync();
        (await a.TurnAsync(nowNs)).ShouldBeNull();
        await TurnsAsync(nowNs + (3 * MonotonicTime.Second), 2, b);
        b.TakeAll(nowNs + (4 * MonotonicTime.Second)).ShouldBe(10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StoreAway_LeaseGoesOnToItsEnd_ThenTheAgreementSays(bool failOpen)
    {
        await using var store = Open();
        var way = new SwitchedStore(store);
        using var a = new LeasingNode("a", way, Ten, failOpen);
        using var b = new LeasingNode("b", store, Ten);
        var nowNs = await TurnsAsync(0, 20, a, b);
        way.IsAway = true;
        (await a.TurnAsync(nowNs + StoreSliceSource.BeatEveryNs)).ShouldBeOfType<StoreUnavailableException>();
        a.TryTake(GrantKind.Participant, nowNs).ShouldBe(TakeResult.Taken, "the lease is in force");
        nowNs += StoreSliceSource.OwnLeaseNs;
        a.TryTake(GrantKind.Participant, nowNs).ShouldBe(failOpen ? TakeResult.Taken : TakeResult.StoreAway);
        if (failOpen)
            a.TakeAll(nowNs).ShouldBe(8, "the whole limit, by itself");
    }

    [Fact]
    public async Task TakenForDead_ComesBackWithItsUseCounted_AndTheSumFallsToTheLimit()
    {
        await using var store = Open();
        var way = new SwitchedStore(store);
        using var a = new LeasingNode("a", way, Ten);
        using var b = new LeasingNode("b", store, Ten);
        var nowNs = await TurnsAsync(0, 20, a, b);
        var sum = a.TakeAll(nowNs);
        way.IsAway = true;
        nowNs = await TurnsAsync(nowNs, 80, b);
        b.Nodes.ShouldBe(1);
        sum += b.TakeAll(nowNs);
        sum.ShouldBeGreaterThan(10, "what runs on a node that is cut off is not ended");
        way.IsAway = false;
        nowNs = await TurnsAsync(nowNs, 10, a, b); // the other hears of it with its next beat
        while (sum > 0)
        {
            nowNs = await TurnsAsync(nowNs, 1, a, b);
            var more = a.TakeAll(nowNs) + b.TakeAll(nowNs);
            if (more > 0)
                (sum + more).ShouldBeLessThanOrEqualTo(10, "nothing is given before the sum is under the limit");
            sum += more;
            if (sum <= 10)
                break;
            (b.Slice.InUse.Ports > 0 ? b : a).Release(GrantKind.Participant);
            sum--;
        }
    }

    [Fact]
    public async Task SecondProcessUnderOneName_HasTheName_AndTheFirstEndsWithItsLease()
    {
        await using var store = Open();
        using var first = new LeasingNode("a", store, Ten);
        using var second = new LeasingNode("a", store, Ten);
        var nowNs = await TurnsAsync(0, 1, first);
        nowNs = await TurnsAsync(nowNs, 1, second);
        second.TakeAll(nowNs).ShouldBe(10, "who starts it vouches that the one before is gone");
        nowNs += StoreSliceSource.BeatEveryNs;
        (await first.TurnAsync(nowNs)).ShouldBeOfType<NodeSupersededException>();
        (await second.TurnAsync(nowNs)).ShouldBeNull();
        first.TryTake(GrantKind.Participant, StoreSliceSource.OwnLeaseNs).ShouldBe(TakeResult.StoreAway);
    }

    [Fact]
    public async Task ReturnWhoseOutcomeWasLost_IsTakenUpAgain()
    {
        await using var store = Open();
        var way = new SwitchedStore(store);
        using var a = new LeasingNode("a", way, Ten);
        using var b = new LeasingNode("b", store, Ten);
        var nowNs = await TurnsAsync(0, 20, a, b);
        nowNs = await TurnsAsync(nowNs, 80, b);
        b.Nodes.ShouldBe(1, "it was taken for dead");
        way.LosesAnswers = true;
        (await a.TurnAsync(nowNs)).ShouldBeOfType<StoreUnavailableException>("it came back, and was not told");
        way.LosesAnswers = false;
        nowNs = await TurnsAsync(nowNs, 20, a, b);
        a.TryTake(GrantKind.Participant, nowNs).ShouldBe(TakeResult.Taken);
    }

    [Fact]
    public async Task ChangedLimits_HoldAtOnce()
    {
        await using var store = Open();
        using var a = new LeasingNode("a", store, Ten);
        var nowNs = await TurnsAsync(0, 1, a);
        a.Book.Slice(LeasingNode.Key, new DirectionLimits { Ports = 4, Meetings = 2 }, failOpen: false);
        a.TakeAll(nowNs).ShouldBe(4, "a lower limit needs no turn");
        a.TryTake(GrantKind.Meeting, nowNs).ShouldBe(TakeResult.Exhausted, "a new one does");
        nowNs = await TurnsAsync(nowNs, 1, a);
        a.TryTake(GrantKind.Meeting, nowNs).ShouldBe(TakeResult.Taken);
        a.Book.Slice(LeasingNode.Key, new DirectionLimits { Ports = 6 }, failOpen: false);
        nowNs = await TurnsAsync(nowNs, 1, a);
        a.TakeAll(nowNs).ShouldBe(2);
        a.Book.Slice(LeasingNode.Key, new DirectionLimits(), failOpen: false);
        a.TryTake(GrantKind.Participant, nowNs + (100 * LimitBook.LeaseNs)).ShouldBe(TakeResult.Taken, "without limit there is no lease");
    }

    [Fact]
    public async Task Restart_GrantsLeftOpen_CountUntilTheyAreClosed()
    {
        await using var store = Open();
        var three = new DirectionLimits { Ports = 3 };
        var before = new GrantBook(store, new Counted(), new GrantBookOptions { Node = "a" });
        var admission = Worlds.Admission();
        for (var i = 0; i < 2; i++)
        {
            var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Participant, Now = Worlds.Now, NowNs = 0 };
            admission.Admit(in request, out var grant, out _).ShouldBeTrue();
            await before.StartAsync(new GrantStart { Id = $"g{i}", Grant = grant, Subject = "alice@albion.example", Started = Worlds.Now });
        }

        using var a = new LeasingNode("a", store, three);
        using var b = new LeasingNode("b", store, three);
        var nowNs = await TurnsAsync(0, 1, a, b);
        (a.TakeAll(nowNs) + b.TakeAll(nowNs)).ShouldBe(1, "two of three still run, as far as the store knows");
        var book = new GrantBook(store, new Counted(), new GrantBookOptions { Node = "a" });
        (await book.RecoverAsync()).ShouldBe(2);
        var taken = 1;
        for (var i = 0; i < 20; i++)
        {
            nowNs = await TurnsAsync(nowNs, 1, a, b);
            taken += a.TakeAll(nowNs);
        }

        taken.ShouldBe(3);
    }

    [Fact]
    public async Task GrantsLeftOpen_CountForTheirPorts()
    {
        await using var store = Open();
        await StartAsync(new GrantBook(store, new Counted(), new GrantBookOptions { Node = "a" }), "g0", ports: 2);
        using var a = new LeasingNode("a", store, Ten);
        var nowNs = await TurnsAsync(0, 1, a);
        a.TakeAll(nowNs).ShouldBe(8);
    }

    [Fact]
    public async Task DeadNode_WhoseNameNeverReturns_HasItsGrantsClosedOnceAtTheirLastProofOfLife()
    {
        await using var store = Open();
        var settlement = new Counted();
        var gone = new GrantBook(store, settlement, new GrantBookOptions { Node = "a", WriteEvery = Duration.Zero });
        using var a = new LeasingNode("a", store, Ten);
        using var b = new LeasingNode("b", store, Ten);
        using var c = new LeasingNode("c", store, Ten);
        var nowNs = await TurnsAsync(0, 4, a, b, c);
        await StartAsync(gone, "g0");
        gone.Progress("g0", 1, new GrantQuantities(7_000), Worlds.Now + Duration.FromSeconds(7));
        await gone.TickAsync(Worlds.Now + Duration.FromSeconds(8));
        GrantTakeover[] survivors = [.. ((string[])["b", "c"]).Select(name => new GrantTakeover(store, new GrantBook(store, settlement, new GrantBookOptions { Node = name })))];

        var diedNs = nowNs;
        for (; nowNs < diedNs + LimitBook.LeaseNs + GrantTakeover.AfterNs - (5 * MonotonicTime.Second); nowNs = await TurnsAsync(nowNs, 1, b, c))
        {
            foreach (var survivor in survivors)
                (await survivor.RunAsync(nowNs)).ShouldBe(0, $"its name may come back, {(nowNs - diedNs) / MonotonicTime.Second} s after");
        }

        var closed = 0;
        for (var endNs = nowNs + (3 * GrantTakeover.LookEveryNs); nowNs < endNs; nowNs = await TurnsAsync(nowNs, 1, b, c))
        {
            foreach (var survivor in survivors)
                closed += await survivor.RunAsync(nowNs);
        }

        closed.ShouldBe(1);
        var grant = settlement.Completed.ShouldHaveSingleItem();
        (grant.Id, grant.Ending, grant.Quantities.DurationMs).ShouldBe(("g0", GrantEnding.Recovered, 7_000));
        grant.Ended.ShouldBe(Worlds.Now + Duration.FromSeconds(7));
        (await new GrantBook(store, settlement, new GrantBookOptions { Node = "a" }).RecoverAsync()).ShouldBe(0, "nothing is left for it when it comes back after all");
    }

    [Fact]
    public async Task TakeOver_BySeveralAtOnceAndByTheNodeItself_ClosesEachGrantOnce()
    {
        await using var first = Open(inline: false);
        await using var second = Open(inline: false);
        await using var third = Open(inline: false);
        var settlement = new Counted();
        using (var a = new LeasingNode("a", first, Ten))
        {
            (await a.TurnAsync(0)).ShouldBeNull();
            var gone = new GrantBook(first, settlement, new GrantBookOptions { Node = "a" });
            for (var i = 0; i < 20; i++)
                await StartAsync(gone, $"g{i}");
            await a.Book.LeaveAsync();
        }

        GrantBook BookOf(SqlStore store, string node) => new(store, settlement, new GrantBookOptions { Node = node, ReapBatch = 3 });
        async Task<int> AllAsync(GrantBook book)
        {
            var all = 0;
            for (int closed; (closed = await book.TakeOverAsync("a", 1)) > 0;)
                all += closed;
            return all;
        }

        await Task.WhenAll(
            Task.Run(() => AllAsync(BookOf(first, "b"))), Task.Run(() => AllAsync(BookOf(second, "c"))), Task.Run(() => BookOf(third, "a").RecoverAsync()));
        settlement.Completed.Select(grant => grant.Id).Order().ShouldBe(Enumerable.Range(0, 20).Select(i => $"g{i}").Order());
    }

    [Fact]
    public async Task TakeOver_NodeIsBack_LeavesItsGrantsAlone()
    {
        await using var store = Open();
        var settlement = new Counted();
        using (var before = new LeasingNode("a", store, Ten))
        {
            (await before.TurnAsync(0)).ShouldBeNull();
            await before.Book.LeaveAsync();
        }

        using var again = new LeasingNode("a", store, Ten);
        (await again.TurnAsync(0)).ShouldBeNull();
        await StartAsync(new GrantBook(store, settlement, new GrantBookOptions { Node = "a" }), "g0");
        (await new GrantBook(store, settlement, new GrantBookOptions { Node = "b" }).TakeOverAsync("a", 1)).ShouldBe(0);
        settlement.Completed.ShouldBeEmpty();
    }

    [Fact]
    public async Task ManySlices_AreAskedForInBoundedTurns()
    {
        await using var store = Open();
        using var source = new StoreSliceSource(store, "a", "run-1");
        var book = new LimitBook(source);
        for (var i = 0; i < StoreSliceSource.AsksPerTurn + 10; i++)
            book.Slice(new SliceKey($"agreement-{i}", true), Ten, failOpen: false);
        (await book.RenewAsync(0)).ShouldBeNull();
        book.Slices.Count(slice => slice.TryTake(GrantKind.Participant, 10, 1, out _) == TakeResult.Taken).ShouldBe(StoreSliceSource.AsksPerTurn + 10);
    }

    [Fact]
    public async Task ThreeNodes_OnConnectionsAndThreadsOfTheirOwn_NeverExceedTheLimit()
    {
        const int Limit = 7;
        await using var first = Open(inline: false);
        await using var second = Open(inline: false);
        await using var third = Open(inline: false);
        var inUse = 0;
        var most = 0;
        var granted = 0;
        var time = TimeProvider.System;
        var startNs = time.NowNs();
        await Task.WhenAll(((SqlStore[])[first, second, third]).Select((store, i) => Task.Run(async () =>
        {
            var chance = new Random(i);
            using var node = new LeasingNode($"node-{i}", store, new DirectionLimits { Ports = Limit });
            var held = 0;
            for (var turn = 0; turn < 60; turn++)
            {
                // Ten times as fast as the clock, so that what is not needed comes back soon; still far from taking anyone for dead.
                var nowNs = (time.NowNs() - startNs) * 10;
                (await node.TurnAsync(nowNs)).ShouldBeNull();
                while (chance.Next(4) != 0)
                {
                    if (held > 0 && chance.Next(2) == 0)
                    {
                        Interlocked.Decrement(ref inUse);
                        node.Release(GrantKind.Participant);
                        held--;
                    }
                    else if (node.TryTake(GrantKind.Participant, nowNs) == TakeResult.Taken)
                    {
                        InterlockedMax(ref most, Interlocked.Increment(ref inUse));
                        Interlocked.Increment(ref granted);
                        held++;
                    }
                }
            }

            for (; held > 0; held--)
            {
                Interlocked.Decrement(ref inUse);
                node.Release(GrantKind.Participant);
            }
        })));
        most.ShouldBeInRange(1, Limit);
        granted.ShouldBeGreaterThan(Limit);
    }

    static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen)
                return;
        }
    }

    static async Task StartAsync(GrantBook book, string id, int ports = 1)
    {
        var request = new AdmissionRequest
        {
            IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Participant, Ports = ports, Now = Worlds.Now, NowNs = 0,
        };
        Worlds.Admission().Admit(in request, out var grant, out _).ShouldBeTrue();
        (await book.StartAsync(new GrantStart { Id = id, Grant = grant, Subject = "alice@albion.example", Started = Worlds.Now })).ShouldBeTrue();
    }

    /// <summary>What was handed to settlement and committed.</summary>
    sealed class Counted : ISettlementSink
    {
        readonly ConcurrentQueue<CompletedGrant> _completed = [];

        public IReadOnlyCollection<CompletedGrant> Completed => _completed;

        public void Record(StoreTransaction transaction, CompletedGrant grant) => transaction.AfterCommit(() => _completed.Enqueue(grant));
    }
}

public sealed class SqliteSliceTests : SliceContract, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-slices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override SqlStore Open(bool inline = true) =>
        SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "s.db")) { Inline = inline }, Migrations.All);
}

[Collection(Storage.PostgresCollection.Name)]
public sealed class PostgresSliceTests(Meetpoint.Tests.Support.PostgresServer server) : SliceContract
{
    readonly string _schema = "l" + Guid.NewGuid().ToString("N")[..12];

    protected override SqlStore Open(bool inline = true)
    {
        server.SkipWhenAbsent();
        return PostgresStore.Open(new PostgresStoreOptions(server.ConnectionString) { Schema = _schema, Inline = inline }, Migrations.All);
    }
}
