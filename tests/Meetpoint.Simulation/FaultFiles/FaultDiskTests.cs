using Meetpoint.Exchange.Storage;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.FaultFiles;

/// <summary>The disk bites, and the store's settings hold against it.</summary>
public sealed class FaultDiskTests : IDisposable
{
    static readonly int Seeds = LongForms.AreAsked ? 200 : 60;
    const int Works = 40;

    static readonly Migration[] Schema =
    [
        new("fault-001", "rows", "create table rows (id {bigint} primary key, work {bigint} not null, content {blob} not null) {strict}"),
    ];

    readonly string folder = Directory.CreateTempSubdirectory("meetpoint-fault-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PowerLost_AtAnyOperation_AcknowledgedIsKeptAndTheRestIsWholeOrGone(bool inline)
    {
        var total = await OperationsOfAWholeRun(inline);
        for (var seed = 0; seed < (inline ? Seeds : Seeds / 4); seed++)
        {
            var (acknowledged, found) = await CrashAndRecover(seed, 1 + (new Random(seed).NextInt64() % total), inline, syncCommits: true);
            found.Keys.ShouldBeSubsetOf(Enumerable.Range(0, Works).Select(w => (long)w), $"seed {seed}");
            foreach (var work in acknowledged)
                found.ShouldContainKey(work, $"seed {seed}: an acknowledged write is lost");
            foreach (var (work, rows) in found)
                rows.ShouldBe(RowsOf((int)work), $"seed {seed}: work {work} is there in part");
        }
    }

    [Fact]
    public async Task PowerLost_WithoutSyncedCommits_LosesAnAcknowledgedWrite()
    {
        var total = await OperationsOfAWholeRun(inline: true);
        var lost = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            try
            {
                var (acknowledged, found) = await CrashAndRecover(seed, 1 + (new Random(seed).NextInt64() % (total / 2)), inline: true, syncCommits: false);
                lost += acknowledged.Count(work => !found.ContainsKey(work));
            }
            catch (StoreUnavailableException)
            {
                lost++; // the file itself is broken
            }
        }

        lost.ShouldBeGreaterThan(0, "a disk that loses nothing proves nothing");
    }

    [Fact]
    public async Task Write_AfterTheFilesFailed_IsRefusedUntilOpenedAnew()
    {
        using var disk = new FaultDisk();
        await using (var store = Open(disk, "lasting.db", inline: true, syncCommits: true))
        {
            disk.CrashAt(disk.Operations + 1);
            (await Should.ThrowAsync<StoreUnavailableException>(store.WriteAsync(t => Insert(t, 0)))).OutcomeUnknown.ShouldBeTrue();
            (await Should.ThrowAsync<StoreUnavailableException>(store.WriteAsync(t => Insert(t, 1)))).OutcomeUnknown.ShouldBeFalse();
        }

        disk.Restart();
        await using var again = Open(disk, "lasting.db", inline: true, syncCommits: true);
        await again.WriteAsync(t => Insert(t, 1));
    }

    [Fact]
    public async Task EachCommit_IsSyncedOnce()
    {
        using var disk = new FaultDisk();
        await using var store = Open(disk, "syncs.db", inline: true, syncCommits: true);
        await store.WriteAsync(t => Insert(t, 0)); // the first also syncs the head of a new log
        var before = disk.Syncs;
        for (var work = 1; work <= 5; work++)
            await store.WriteAsync(t => t.Execute("insert into rows (id, work, content) values (@id, 0, @content)", new { id = -work, content = new byte[1] }));
        (disk.Syncs - before).ShouldBe(5);
    }

    async Task<(List<long> Acknowledged, Dictionary<long, int> Found)> CrashAndRecover(int seed, long operation, bool inline, bool syncCommits)
    {
        using var disk = new FaultDisk();
        var file = $"{(inline ? "inline" : "thread")}-{syncCommits}-{seed}.db";
        disk.CrashAt(operation);
        var acknowledged = new List<long>();
        await Run(disk, file, inline, syncCommits, acknowledged);
        disk.Crash();
        disk.Restart(seed % 2 == 0 ? seed : null);
        await using var store = Open(disk, file, inline, syncCommits: true);
        store.Read(r => r.Single<string>("pragma integrity_check")).ShouldBe("ok", $"seed {seed}");
        return (acknowledged, store.Read(r => r.Query<(long Work, int Rows)>("select work, count(*) from rows group by work"))
            .ToDictionary(row => row.Work, row => row.Rows));
    }

    // Opens, writes, closes in the middle (which moves the log into the file), and goes on; ends early when the power does.
    async Task Run(FaultDisk disk, string file, bool inline, bool syncCommits, List<long> acknowledged)
    {
        for (var half = 0; half < 2; half++)
        {
            try
            {
                await using var store = Open(disk, file, inline, syncCommits);
                var works = Enumerable.Range(half * Works / 2, Works / 2).Select(work => (work, store.WriteAsync(t => Insert(t, work)))).ToArray();
                foreach (var (work, written) in works)
                {
                    try
                    {
                        await written;
                        acknowledged.Add(work);
                    }
                    catch (StoreUnavailableException) when (disk.Crashed)
                    {
                        // The power is gone; what follows fails too.
                    }
                }
            }
            catch (StoreUnavailableException) when (disk.Crashed)
            {
                return;
            }
        }
    }

    async Task<long> OperationsOfAWholeRun(bool inline)
    {
        using var disk = new FaultDisk();
        var acknowledged = new List<long>();
        await Run(disk, $"whole-{inline}.db", inline, syncCommits: true, acknowledged);
        acknowledged.Count.ShouldBe(Works);
        return disk.Operations;
    }

    // Every third work is large, so that the log passes the size at which it is moved into the file while open.
    static void Insert(StoreTransaction transaction, int work)
    {
        for (var row = 0; row < RowsOf(work); row++)
        {
            transaction.Execute("insert into rows (id, work, content) values (@id, @work, @content)",
                new { id = (work * 100L) + row, work, content = new byte[work % 3 == 0 ? 200_000 : 100] });
        }
    }

    static int RowsOf(int work) => 1 + (work % 4);

    SqlStore Open(FaultDisk disk, string file, bool inline, bool syncCommits) => SqliteStore.Open(
        new SqliteStoreOptions(Path.Combine(folder, file)) { Vfs = disk.VfsName, Inline = inline, SyncCommits = syncCommits }, Schema);
}
