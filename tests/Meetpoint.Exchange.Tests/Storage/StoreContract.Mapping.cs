using System.Text.Json.Nodes;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Storage;

public abstract partial class StoreContract
{
    public enum Shape
    {
        Round,
        VerySquare,
    }

    sealed record Form(string Id, Instant? InstantAt, decimal? Amount, byte[]? Content, JsonObject? Body, double? Ratio, bool Flag, LocalDate? Day,
        Shape? Shape, Duration Span);

    sealed class FormById
    {
        public string Id { get; init; } = "";

        public int Flag { get; set; }
    }

    sealed record WithDefault(string Id, long N, string Origin = "here");

    const string InsertForm = "insert into forms (id, instant_at, amount, content, body, ratio, flag, day, shape, span) "
        + "values (@Id, @instant_at, @Amount, @Content, @Body, @Ratio, @Flag, @Day, @Shape, @Span)";

    [Fact]
    public async Task Values_WrittenAndRead_AreTheSame()
    {
        await using var store = Open();
        var form = new Form("f", At(17_000_000_000_000_001), 0.10000000000000000000000001m, [0, 1, 255], Json("""{"a":[1,null]}"""), 0.1, true,
            new LocalDate(2026, 11, 22), Shape.VerySquare, Duration.FromMilliseconds(1));
        await store.WriteAsync(t => t.Execute(InsertForm, form));
        var read = store.Read(r => r.Single<Form>("select span, shape, day, flag, ratio, body, content, amount, instant_at, id from forms"))!;
        (read with { Content = null, Body = null }).ShouldBe(form with { Content = null, Body = null });
        read.Content.ShouldBe(form.Content);
        read.Body!.ToJsonString().ShouldBe(form.Body!.ToJsonString());
        store.Read(r => r.Single<string>("select shape from forms")).ShouldBe("very-square");
        store.Read(r => r.Single<string>("select amount from forms")).ShouldBe("0.10000000000000000000000001");
    }

    [Fact]
    public async Task Nulls_WrittenAndRead_AreNull()
    {
        await using var store = Open();
        var form = new Form("f", null, null, null, null, null, false, null, null, Duration.Zero);
        await store.WriteAsync(t => t.Execute(InsertForm, form));
        store.Read(r => r.Single<Form>("select * from forms")).ShouldBe(form);
        store.Read(r => r.Single<Instant?>("select instant_at from forms")).ShouldBeNull();
        store.Read(r => r.Single<string>("select id from forms where id = 'none'")).ShouldBeNull();
    }

    [Fact]
    public async Task Rows_MapToPropertiesTuplesScalarsAndDefaults()
    {
        await using var store = Open();
        await store.WriteAsync(t => Insert(t, "a", 3));
        await store.WriteAsync(t => t.Execute(InsertForm, new Form("f", null, 1.50m, null, null, null, true, null, null, Duration.Zero)));
        store.Read(r => r.Single<FormById>("select id, flag from forms"))!.Flag.ShouldBe(1);
        store.Read(r => r.Single<(string, int)>("select id, n from things")).ShouldBe(("a", 3));
        store.Read(r => r.Single<WithDefault>("select n, id from things")).ShouldBe(new WithDefault("a", 3));
        store.Read(r => r.Single<int>("select sum(n) from things")).ShouldBe(3);
        store.Read(r => r.Single<decimal>("select amount from forms")).ShouldBe(1.50m);
    }

    [Fact]
    public async Task Rows_ThatDoNotFit_SayWhy()
    {
        await using var store = Open();
        await store.WriteAsync(t => Insert(t, "a"));
        Should.Throw<InvalidOperationException>(() => store.Read(r => r.Single<WithDefault>("select id from things")))
            .Message.ShouldContain("WithDefault");
        Should.Throw<InvalidOperationException>(() => store.Read(r => r.Single<long>("select unique_n from things")))
            .Message.ShouldContain("unique_n");
        Should.Throw<ArgumentException>(() => store.Read(r => r.Query<string>("select id from things where n = @missing", new { n = 1 })))
            .Message.ShouldContain("@missing");
    }

    [Fact]
    public async Task Single_TwoRows_Throws()
    {
        await using var store = Open();
        await store.WriteAsync(t => Insert(t, "a") + Insert(t, "b"));
        Should.Throw<InvalidOperationException>(() => store.Read(r => r.Single<string>("select id from things")));
    }

    [Fact]
    public async Task Parameters_OfAnotherShape_BindAnew()
    {
        await using var store = Open();
        const string sql = "update things set note = @note where id = 'a'";
        await store.WriteAsync(t =>
        {
            Insert(t, "a");
            t.Execute(sql, new { note = "x" });
            t.Execute(sql, new { note = (string?)null, extra = 1 }).ShouldBe(1);
        });
        store.Read(r => r.Single<string>("select note from things")).ShouldBeNull();
    }

    [Fact]
    public async Task Text_ComparesByBytesAndLikeByCase()
    {
        await using var store = Open();
        await store.WriteAsync(t =>
        {
            foreach (var id in (string[])["b", "B", "a", "_", "ä"])
                Insert(t, id);
        });
        ThingIds(store).ShouldBe(["B", "_", "a", "b", "ä"]);
        store.Read(r => r.Query<string>("select id from things where id like 'b%'")).ShouldBe(["b"]);
    }

    [Fact]
    public async Task CommonSubset_UpsertReturningAndRowValues_Work()
    {
        await using var store = Open();
        await store.WriteAsync(t =>
        {
            Insert(t, "a", 1);
            t.Execute("insert into things (id, n) values ('a', 2) on conflict (id) do nothing").ShouldBe(0);
            t.Single<long>("insert into things (id, n) values ('a', 5) on conflict (id) do update set n = things.n + excluded.n returning n").ShouldBe(6);
            Insert(t, "b", 6);
        });
        store.Read(r => r.Query<string>("select id from things where (n, id) > (@n, @id) order by n, id limit @limit", new { n = 6, id = "a", limit = 5 }))
            .ShouldBe(["b"]);
    }
}
