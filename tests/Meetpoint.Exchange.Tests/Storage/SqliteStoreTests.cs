using Meetpoint.Exchange.Storage;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Storage;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("meetpoint-store-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override SqlStore Open(IReadOnlyList<Migration> migrations, bool inline = false, int queueLimit = 16_384) =>
        SqliteStore.Open(Options with { Inline = inline, QueueLimit = queueLimit }, migrations);

    [Fact]
    public async Task Open_FolderAbsent_IsCreated()
    {
        await using var store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(folder, "a", "store.db")), []);
        File.Exists(Path.Combine(folder, "a", "store.db")).ShouldBeTrue();
    }

    [Fact]
    public void Open_NotADatabase_SaysWhichFile()
    {
        File.WriteAllText(Options.Path, new string('x', 5000));
        Should.Throw<StoreUnavailableException>(() => Open([])).Message.ShouldContain(Options.Path);
    }

    [Fact]
    public async Task Open_Settings_AreThoseOfADurableStore()
    {
        await using var store = Open([]);
        var mode = await store.WriteAsync(t => (t.Single<string>("pragma journal_mode"), t.Single<long>("pragma synchronous"), t.Single<long>("pragma foreign_keys")));
        mode.ShouldBe(("wal", 2, 1));
    }

    SqliteStoreOptions Options => new(Path.Combine(folder, "store.db")) { CallbackFailed = e => CallbackFailures?.Invoke(e) };
}
