using Meetpoint.Exchange.Storage;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Storage;

[Collection(PostgresCollection.Name)]
public sealed class PostgresStoreTests(PostgresServer server) : StoreContract
{
    readonly string schema = "t" + Guid.NewGuid().ToString("N");

    protected override SqlStore Open(IReadOnlyList<Migration> migrations, bool inline = false, int queueLimit = 16_384)
    {
        server.SkipWhenAbsent();
        return PostgresStore.Open(Options with { Inline = inline, QueueLimit = queueLimit }, migrations);
    }

    [Fact]
    public async Task WriteAsync_ServerCrashes_AcknowledgedIsKeptAndTheNextWorkReconnects()
    {
        await using var store = Open([new Migration("test-001", "one", "create table one (id {text} primary key)")]);
        await store.WriteAsync(t => t.Execute("insert into one (id) values ('before')"));
        store.Read(r => r.Single<long>("select count(*) from one")).ShouldBe(1);
        await server.CrashAndRestartAsync();

        var lost = await Should.ThrowAsync<StoreUnavailableException>(store.WriteAsync(t => t.Execute("insert into one (id) values ('lost')")));
        lost.OutcomeUnknown.ShouldBeFalse();
        await store.WriteAsync(t => t.Execute("insert into one (id) values ('past')"));
        Should.Throw<StoreUnavailableException>(() => store.Read(r => r.Single<long>("select count(*) from one")));
        store.Read(r => r.Query<string>("select id from one order by id")).ShouldBe(["before", "past"]);
    }

    [Fact]
    public void Open_NoServer_SaysWhere() =>
        Should.Throw<StoreUnavailableException>(() => PostgresStore.Open(new PostgresStoreOptions("Host=127.0.0.1;Port=1;Username=x;Database=d"), []))
            .Message.ShouldContain("127.0.0.1:1");

    [Fact]
    public void Open_SchemaNameWithQuote_IsRefused() =>
        Should.Throw<ArgumentException>(() => PostgresStore.Open(Options with { Schema = "a;drop" }, []));

    PostgresStoreOptions Options =>
        new(server.ConnectionString) { Schema = schema, CallbackFailed = e => CallbackFailures?.Invoke(e) };
}
