using Meetpoint.Exchange.Storage;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Storage;

public sealed class StoreSweepTests : IAsyncDisposable
{
    static readonly Migration[] Schema = [new("sweep-001", "jobs", "create table jobs (id {bigint} primary key) {strict}")];

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-sweep-").FullName;
    readonly SqlStore _store;
    readonly StoreSweep _sweep;
    int _asked;
    int _swept;

    public StoreSweepTests()
    {
        _store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "sweep.db")) { Inline = true }, Schema);
        _sweep = new StoreSweep(_store, reader =>
        {
            _asked++;
            return reader.Single<long>("select count(*) from jobs") > 0;
        }, () =>
        {
            _swept++;
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Run_NothingWaits_AsksOnceUntilSomethingIsCommitted()
    {
        for (var turn = 0; turn < 10; turn++)
            await _sweep.RunAsync();
        (_asked, _swept).ShouldBe((1, 0));
        await _store.WriteAsync(t => t.Execute("insert into jobs (id) values (1)"));
        for (var turn = 0; turn < 3; turn++)
            await _sweep.RunAsync();
        _swept.ShouldBe(3, "what waits is swept at every turn, until it is done");
        await _store.WriteAsync(t => t.Execute("delete from jobs"));
        await _sweep.RunAsync();
        await _sweep.RunAsync();
        (_asked, _swept).ShouldBe((5, 3));
    }

    [Fact]
    public async Task Run_RowOfAnotherProcess_IsSeenAfterSomeTurns()
    {
        await _sweep.RunAsync();
        await using (var other = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "sweep.db")) { Inline = true }, Schema))
            await other.WriteAsync(t => t.Execute("insert into jobs (id) values (1)"));
        for (var turn = 0; turn < 25 && _swept == 0; turn++)
            await _sweep.RunAsync();
        _swept.ShouldBe(1, "a commit that this process does not count");
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
