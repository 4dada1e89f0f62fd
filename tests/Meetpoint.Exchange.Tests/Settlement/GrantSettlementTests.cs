using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Settlement;

/// <summary>Finished grants become records under the version of the agreement that they began under.</summary>
public sealed class GrantSettlementTests : IAsyncLifetime
{
    const string Here = "albion.example";

    static readonly Instant Start = Instant.FromUtc(2026, 11, 22, 12, 0) + Duration.FromNanoseconds(999_900);

    readonly string folder = Directory.CreateTempSubdirectory("meetpoint-grants-").FullName;
    readonly SettlementWorld.Side outbox;
    readonly SqlStore store;
    readonly WorldStore versions;
    readonly WorldUsageTerms terms;
    readonly GrantSettlement settlement;
    World world;

    public GrantSettlementTests()
    {
        store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(folder, "store.db")) { Inline = true }, Migrations.All);
        outbox = new SettlementWorld.Side(Here, "liberty.example", store, new StillClock());
        versions = new WorldStore(store, new StillClock());
        world = World.Build(Document(1, 0.03m), Here, new LimitBook());
        terms = new WorldUsageTerms(() => world, versions);
        settlement = new GrantSettlement(new UsageBook(Here, outbox, terms), terms, () => world, new StillClock());
    }

    public async ValueTask InitializeAsync() => await versions.ApplyAsync(world.Document);

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Participant_OfOurs_IsRecordedPricedAndProposed()
    {
        await store.WriteAsync(t => settlement.Record(t, Grant("use_1", GrantKind.Participant, "tel:+442079460001")));
        var entry = store.Read(r => UsageBook.Find(r, "use_1"))!;
        (entry.State, entry.Peer, entry.Meeting, entry.BillableMs).ShouldBe((UsageState.Proposed, "liberty.example", "mtg_1", 60_000));
        outbox.Sent.ShouldHaveSingleItem().Type.ShouldBe(UsageMessages.Propose);
    }

    [Theory]
    [InlineData(GrantKind.Participant, "tel:+12125550100", "albion")]
    [InlineData(GrantKind.Cascade, "albion.example", "liberty")]
    [InlineData(GrantKind.Directory, "tel:+442079460001", "albion")]
    public async Task MeasuredByTheOtherSideOrNotCharged_IsNotRecorded(GrantKind kind, string subject, string origin)
    {
        await store.WriteAsync(t => settlement.Record(t, Grant("use_1", kind, subject) with { Origin = origin }));
        store.Read(r => UsageBook.Find(r, "use_1")).ShouldBeNull();
    }

    [Fact]
    public async Task AgreementAmendedMeanwhile_IsSettledUnderTheVersionThatItBeganUnder()
    {
        var grant = Grant("use_1", GrantKind.Participant, "tel:+442079460001");
        world = World.Build(Document(2, 0.03m, charged: false), Here, new LimitBook());
        await versions.ApplyAsync(world.Document);
        await store.WriteAsync(t => settlement.Record(t, grant));
        outbox.Sent.ShouldHaveSingleItem().Body["charges"]!.AsArray().Count.ShouldBe(1, "version 1 has a leg, version 2 has none");
        terms.Current("albion-liberty")!.Charges.ShouldBeEmpty();
        terms.Find("albion-liberty", "unknown").ShouldBeNull();
    }

    CompletedGrant Grant(string id, GrantKind kind, string subject) => new()
    {
        Id = id,
        Correlation = default,
        Parent = "mtg_1",
        Kind = kind,
        Origin = "albion",
        Target = "liberty",
        Subject = subject,
        Links = [new GrantLink("albion-liberty", 1, world.Links[0].VersionHash, true, [])],
        Started = Start,
        Ended = Start + Duration.FromMinutes(1),
        Quantities = new GrantQuantities(60_001),
        Ending = GrantEnding.Completed,
    };

    static WorldDocument Document(int version, decimal price, bool charged = true)
    {
        var terms = SettlementWorld.Side.Terms("liberty.example", price);
        return new WorldDocument
        {
            Providers =
            [
                new Provider { Id = "albion", Name = "Albion Telecom", Exchange = Here, Prefixes = ["+44"] },
                new Provider { Id = "liberty", Name = "Liberty Telephone", Exchange = "liberty.example", Prefixes = ["+1"] },
            ],
            Agreements = [terms.Agreement with { Version = version, Charges = charged ? terms.Agreement.Charges : [] }],
            Tariffs = [terms.Charges[0].Tariff],
        };
    }

    sealed class StillClock : IClock
    {
        public Instant GetCurrentInstant() => Start + Duration.FromMinutes(1);
    }
}
