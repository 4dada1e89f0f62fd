using Meetpoint.Exchange.Storage;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Storage;

public abstract partial class StoreContract
{
    static readonly Migration More = new("test-002", "more", "create table more (id {text} primary key) {strict}", "insert into more (id) values ('seed')");

    [Fact]
    public async Task Migrations_Added_AreAppliedOnce()
    {
        await using (var store = Open([Things]))
            await store.WriteAsync(t => Insert(t, "a"));
        for (var i = 0; i < 2; i++)
        {
            await using var store = Open([Things, More]);
            ThingIds(store).ShouldBe(["a"]);
            store.Read(r => r.Query<string>("select id from more")).ShouldBe(["seed"]);
        }
    }

    [Fact]
    public async Task Migrations_NewerDatabase_IsRefused()
    {
        await using (Open([Things, More]))
        {
        }

        Should.Throw<StoreSchemaException>(() => Open([Things])).Message.ShouldContain("test-002");
    }

    [Fact]
    public async Task Migrations_EditedStep_IsRefused()
    {
        await using (Open([Things]))
        {
        }

        Should.Throw<StoreSchemaException>(() => Open([Things with { Statements = ["create table other (id {text})"] }, More]));
    }

    [Fact]
    public async Task Migrations_StepFails_LeavesNothingOfIt()
    {
        var bad = new Migration("test-002", "bad", "create table half (id {text} primary key)", "create nonsense");
        Should.Throw<Exception>(() => Open([Things, bad]));
        await using var store = Open([Things, More]);
        Should.Throw<Exception>(() => store.Read(r => r.Query<string>("select id from half")));
    }

    [Fact]
    public async Task Migrations_ManyStartAtOnce_EachStepIsAppliedOnce()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Open([Things, More]), TestContext.Current.CancellationToken)));
        stores[0].Read(r => r.Single<long>("select count(*) from schema_migrations")).ShouldBe(2);
        foreach (var store in stores)
            await store.DisposeAsync();
    }
}
