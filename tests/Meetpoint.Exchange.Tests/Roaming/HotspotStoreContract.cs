using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hotspots;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Tests.Interconnect;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming;

/// <summary>Publishing over any store.</summary>
public abstract class HotspotStoreContract : IClock
{
    static readonly World _world = World.Build(Worlds.Document, "albion.example", new LimitBook());

    Instant _now = Instant.FromUtc(2026, 11, 22, 9, 30);

    public Instant GetCurrentInstant() => _now;

    /// <summary>Opens the store of this test, again when called again.</summary>
    protected abstract SqlStore Open();

    [Fact]
    public async Task Put_ChangeAndRemove_AreFoundAndHaveVersionsOfTheirOwn()
    {
        await using var store = Open();
        using var side = new Side(store, this);
        var hotspot = HotspotSamples.At("gb/london#1", 51.5, -0.1);
        (await side.Book.PutAsync("albion", hotspot)).ShouldBe(HotspotOutcome.Created);
        (await side.Book.PutAsync("albion", hotspot)).ShouldBe(HotspotOutcome.Unchanged);
        (await side.Book.PutAsync("albion", hotspot with { Name = "Other" }, entry => entry!.Version == 2)).ShouldBe(HotspotOutcome.Conflict);
        (await side.Book.PutAsync("albion", hotspot with { Name = "Other" }, entry => entry!.Version == 1)).ShouldBe(HotspotOutcome.Changed);
        side.Directory.Find("albion", hotspot.Id)!.Name.ShouldBe("Other");
        side.Directory.Entry("albion", hotspot.Id)!.Updated.ShouldBe(_now);
        side.Directory.Near(null, 51.5, -0.1, 100, 5).ShouldHaveSingleItem().Metres.ShouldBe(0);
        (await side.Book.RemoveAsync("albion", hotspot.Id)).ShouldBe(HotspotOutcome.Changed);
        (await side.Book.RemoveAsync("albion", hotspot.Id)).ShouldBe(HotspotOutcome.Absent);
        side.Directory.Find("albion", hotspot.Id).ShouldBeNull();
        side.Row("albion").ShouldSatisfyAllConditions(row => row.Version.ShouldBe(3), row => row.Hotspots.ShouldBe(0));
    }

    [Fact]
    public async Task Import_ManyRows_MergesOrReplacesAndIsThereAfterARestart()
    {
        await using (var store = Open())
        {
            using var side = new Side(store, this);
            var first = Many(1_700);
            (await side.Book.ImportAsync("albion", first, replace: false)).ShouldBe(new HotspotImportResult(1_700, 0, 0, 0, 1_700));
            (await side.Book.ImportAsync("albion", first, replace: true)).ShouldBe(new HotspotImportResult(0, 0, 1_700, 0, 1_700));
            side.Row("albion").Version.ShouldBe(1_700, "what is so already keeps its version");
            Hotspot[] next = [first[0] with { Name = "Other" }, first[1], HotspotSamples.At("new", 1, 1)];
            (await side.Book.ImportAsync("albion", next, replace: false)).ShouldBe(new HotspotImportResult(1, 1, 1, 0, 1_701));
            (await side.Book.ImportAsync("albion", next, replace: true)).ShouldBe(new HotspotImportResult(0, 0, 3, 1_698, 3));
            side.Directory.Catalogues["albion"].After("").Select(entry => entry.Hotspot).ShouldBeSame(next.OrderBy(hotspot => hotspot.Id, StringComparer.Ordinal));
        }

        await using var again = Open();
        using var later = new Side(again, this);
        again.Read(later.Directory.IsBehind).ShouldBeTrue();
        await later.Directory.CatchUpAsync();
        again.Read(later.Directory.IsBehind).ShouldBeFalse();
        (later.Directory.Catalogues["albion"].Count, later.Row("albion").Hotspots).ShouldBe((3, 3));
    }

    [Fact]
    public async Task Import_CrashedBeforeItWasDecided_LeavesNothing_AndAfterNothingOut()
    {
        await using var store = Open();
        using var side = new Side(store, this);
        var edits = Many(1_200).Select(hotspot => new HotspotEdit(hotspot.Id, HotspotSamples.Text(hotspot))).ToList();
        (await store.WriteAsync(transaction => HotspotStaging.TryAdd(transaction, "albion", "imp_1", 0, edits))).ShouldBeTrue();
        await side.Book.ContinueAsync();
        store.Read(HotspotRows.Catalogues).ShouldBeEmpty("it was not decided");
        (await store.WriteAsync(transaction => HotspotStaging.TryAdd(transaction, "albion", "imp_2", 5, edits))).ShouldBeFalse("its first rows were taken by another");
        (await store.WriteAsync(transaction => HotspotStaging.TryDecide(transaction, "albion", "imp_1", edits.Count, _now))).ShouldBeTrue();
        store.Read(HotspotBook.IsAnyImporting).ShouldBeTrue();
        (await side.Book.PutAsync("albion", HotspotSamples.At("x", 1, 1))).ShouldBe(HotspotOutcome.Importing);
        await side.Book.ContinueAsync();
        await side.Directory.CatchUpAsync();
        (side.Directory.Catalogues["albion"].Count, store.Read(HotspotBook.IsAnyImporting)).ShouldBe((1_200, false));
        store.Read(reader => reader.Single<int>("SELECT COUNT(*) FROM hotspots_staged")).ShouldBe(0);
    }

    [Fact]
    public async Task Changes_OfAnotherNode_AreSeen()
    {
        await using var store = Open();
        using var one = new Side(store, this);
        using var other = new Side(store, this);
        await one.Book.PutAsync("albion", HotspotSamples.At("x", 1, 1));
        store.Read(other.Directory.IsBehind).ShouldBeTrue();
        await other.Directory.CatchUpAsync();
        other.Directory.Find("albion", "x").ShouldNotBeNull();
        await other.Book.RemoveAsync("albion", "x");
        await one.Directory.CatchUpAsync();
        one.Directory.Find("albion", "x").ShouldBeNull();
    }

    [Fact]
    public async Task ForgetRemovals_Old_RaisesTheFloorThatPagesBeginAnewBelow()
    {
        await using var store = Open();
        using var side = new Side(store, this);
        foreach (var id in (string[])["a", "b"])
            await side.Book.PutAsync("albion", HotspotSamples.At(id, 1, 1));
        await side.Book.RemoveAsync("albion", "a");
        _now += HotspotLimits.RemovalsKept;
        (await store.WriteAsync(transaction => HotspotRows.ForgetRemovals(transaction, "albion", _now - HotspotLimits.RemovalsKept, 10))).ShouldBeFalse("it is not older yet");
        (await store.WriteAsync(transaction => HotspotRows.ForgetRemovals(transaction, "albion", _now - HotspotLimits.RemovalsKept + Duration.FromSeconds(1), 10))).ShouldBeTrue();
        (side.Row("albion").Floor, side.Row("albion").Version).ShouldBe((3, 3));
    }

    [Fact]
    public async Task Page_OfHotspots_IsOpenToThoseWhomTheAgreementCovers()
    {
        await using var store = Open();
        using var side = new Side(store, this);
        await side.Book.ImportAsync("albion", Many(1_100), replace: false);
        var epoch = side.Row("albion").Epoch;
        var document = Worlds.WithAgreement(agreement => agreement with { Services = [new ServiceTerm { Service = Service.Roaming, Direction = Direction.BToA }] });
        var pages = new HotspotPages(store, () => World.Build(document, "albion.example", new LimitBook()), this);
        var first = await AskAsync(pages, "liberty.example", epoch, 0);
        (first.IsOpen, first.IsReset, first.HasMore, first.Count).ShouldBe((true, false, true, 1_100));
        var read = first.Items.Count;
        for (var page = first; page.HasMore; read += page.Items.Count)
            page = await AskAsync(pages, "liberty.example", epoch, page.Version);
        read.ShouldBe(1_100);
        (await AskAsync(pages, "liberty.example", epoch + 1, 5)).IsReset.ShouldBeTrue("another epoch");
        (await AskAsync(pages, "liberty.example", epoch, 9_999)).IsReset.ShouldBeTrue("more than there is");
        (await AskAsync(pages, "gamma.example", epoch, 0)).IsOpen.ShouldBeFalse("it has no agreement");
        (await AskAsync(pages, "stranger.example", epoch, 0)).IsOpen.ShouldBeFalse();
        (await AskAsync(new HotspotPages(store, () => _world, this), "liberty.example", epoch, 0)).IsOpen.ShouldBeFalse("the agreement does not cover roaming");
        foreach (var wrong in (string[])["{}", "{\"provider\":3}", "{\"provider\":\"albion\",\"epoch\":\"x\"}"])
            HotspotPage.TryRead(await pages.AnswerAsync("liberty.example", JsonNode.Parse(wrong)!.AsObject()))!.IsOpen.ShouldBeFalse(wrong);
    }

    static async Task<HotspotPage> AskAsync(HotspotPages pages, string origin, long epoch, long version) => HotspotPage.TryRead(
        await pages.AnswerAsync(origin, new JsonObject { ["provider"] = "albion", ["epoch"] = epoch, ["version"] = version }))!;

    static List<Hotspot> Many(int count) => [.. Enumerable.Range(0, count).Select(i => HotspotSamples.At($"h{i:00000}", (i % 180) - 90, (i % 360) - 180, $"Place {i}"))];

    /// <summary>A node's directory and book.</summary>
    sealed class Side(SqlStore store, IClock clock) : IDisposable
    {
        public HotspotDirectory Directory { get; } = new(store, () => _world, clock);

        public HotspotBook Book => field ??= new HotspotBook(store, Directory, clock, new Ids(clock));

        public HotspotCatalogueRow Row(string provider) => store.Read(reader => HotspotRows.Catalogue(reader, provider))!;

        public void Dispose()
        {
            Book.Dispose();
            Directory.Dispose();
        }
    }
}

public sealed class SqliteHotspotTests : HotspotStoreContract, IDisposable
{
    readonly string _folder = System.IO.Directory.CreateTempSubdirectory("meetpoint-hotspots-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    protected override SqlStore Open() => SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, Migrations.All);
}

[Collection(Storage.PostgresCollection.Name)]
public sealed class PostgresHotspotTests(Meetpoint.Tests.Support.PostgresServer server) : HotspotStoreContract
{
    readonly string _schema = "hotspots_" + Guid.NewGuid().ToString("N")[..12];

    protected override SqlStore Open()
    {
        server.SkipWhenAbsent();
        return PostgresStore.Open(new PostgresStoreOptions(server.ConnectionString) { Schema = _schema, Inline = true }, Migrations.All);
    }
}
