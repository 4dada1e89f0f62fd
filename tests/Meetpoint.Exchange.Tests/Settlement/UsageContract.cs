using System.Text.Json.Nodes;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;
using static Meetpoint.Exchange.Tests.Settlement.SettlementWorld;

namespace Meetpoint.Exchange.Tests.Settlement;

/// <summary>Two books across a wire, over any store.</summary>
public abstract class UsageContract
{
    const string A = "albion.example";

    /// <summary>Opens a store of this test by name, again when called again.</summary>
    protected abstract SqlStore Open(string name);

    SettlementWorld NewWorld()
    {
        var world = new SettlementWorld(Open("albion"), Open("liberty"));
        (world.Albion.Other, world.Liberty.Other) = (world.Liberty, world.Albion);
        return world;
    }

    static UsageObservation Saw(UsageRecord record, double factor = 1) =>
        new(record.Started, record.Started + Duration.FromMilliseconds(record.BillableMs * factor));

    static async Task<UsageRecord> AgreeAsync(SettlementWorld world, UsageRecord record)
    {
        var (from, to) = record.MeasuredBy == A ? (world.Albion, world.Liberty) : (world.Liberty, world.Albion);
        to.Seen[record.Id] = Saw(record);
        await from.RecordAsync(record);
        await world.DeliverAsync();
        return record;
    }

    [Fact]
    public async Task Statements_OfBothSides_AreEqualAndPriced()
    {
        await using var world = NewWorld();
        await AgreeAsync(world, Participant("use_1", A, 600));
        await AgreeAsync(world, Participant("use_2", "liberty.example", 61.0011));
        await AgreeAsync(world, Participant("use_3", A, 300, "liberty.example") with { Unit = ChargeUnit.CascadeMinute, PacketsIn = 15_000, PacketsOut = 15_000 });

        var statement = world.Albion.Statement();
        statement.Lines.Length.ShouldBe(3);
        statement.Legs.Select(l => (l.Payer, l.Count, l.BillableMs, l.Total.ToString())).ShouldBe(
            [("albion", 2, 661_001, "EUR 0.331"), ("liberty", 1, 300_000, "EUR 0.05")], "600 s, and 62 begun seconds: 0.3 + 0.031; 300 s: 0.05");
        statement.Net.ShouldHaveSingleItem().ToString().ShouldBe(new StatementNet("albion", "liberty", new Money("EUR", 0.28m)).ToString());
        world.Liberty.Statement().ToJson().ToJsonString().ShouldBe(statement.ToJson().ToJsonString());
        (await world.Albion.Settlements.Statements.CompareAsync(AgreementId, Month, Duration.FromSeconds(1))).AreEqual.ShouldBeTrue();
    }

    [Fact]
    public async Task OneSideSkewed_ByThreePercent_IsDisputedWithBothFiguresAndOffBothStatements()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A);
        world.Liberty.Seen["use_1"] = Saw(record, 0.97);
        await world.Albion.RecordAsync(record);
        await world.DeliverAsync();
        foreach (var side in (SettlementWorld.Side[])[world.Albion, world.Liberty])
        {
            var entry = side.Entry("use_1");
            (entry.State, entry.Reason).ShouldBe((UsageState.Disputed, UsageReason.Duration), side.Name);
            entry.BillableMs.ShouldBe(600_000);
            (entry.WitnessEnded - entry.WitnessStarted).ShouldBe(Duration.FromSeconds(582), side.Name);
            side.Statement().Lines.ShouldBeEmpty(side.Name);
        }
    }

    [Fact]
    public async Task Quality_GoesBesideTheRecord_IsSeenByBothAndAgreedOnByNobody()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A, 600);
        var (ours, theirs) = (Heard(2.4, 0.2), Heard(4.1, 0));
        world.Liberty.Seen["use_1"] = Saw(record) with { Quality = [theirs] };
        await world.Albion.RecordAsync(record, quality: [ours]);
        await world.DeliverAsync();
        foreach (var side in (SettlementWorld.Side[])[world.Albion, world.Liberty])
        {
            var entry = side.Entry("use_1");
            entry.State.ShouldBe(UsageState.Agreed, side.Name);
            QualityText.Read(entry.Quality).ShouldHaveSingleItem(side.Name).ShouldBe(ours);
            QualityText.Read(entry.WitnessQuality).ShouldHaveSingleItem(side.Name).ShouldBe(theirs);
            entry.ContentHash().ShouldBe(record.ContentHash(), "nothing of it is in the hash");
        }

        world.Liberty.Statement().Digest().ShouldBe(world.Albion.Statement().Digest());
    }

    [Fact]
    public async Task Quality_OutOfRangeOrFromAnOlderExchange_IsLeftOutAndTheRecordAgreed()
    {
        await using var world = NewWorld();
        await AgreeAsync(world, Participant("use_1", A, 600));
        world.Liberty.Entry("use_1").Quality.ShouldBeNull();

        var record = Participant("use_2", A, 600);
        world.Liberty.Seen["use_2"] = Saw(record);
        await world.Albion.RecordAsync(record, quality: [Heard(4, 0) with { Score = 17 }]);
        await world.DeliverAsync();
        var entry = world.Liberty.Entry("use_2");
        (entry.State, entry.Quality).ShouldBe((UsageState.Agreed, null));
    }

    static LegQuality Heard(double score, double loss) => new()
    {
        Leg = QualityLeg.Participant, Score = score, MeasuredSeconds = 600, PoorSeconds = 20, RoundTripMs = 12.5,
        Up = new DirectionFigures { Score = score, Average = score, Worst = score, Loss = loss, AverageLoss = loss, JitterMs = 1.5, DelayMs = 61, ConcealedMs = 40 },
    };

    [Fact]
    public async Task WithinTolerance_IsAgreedOnTheMeasuringSidesFigures()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A);
        world.Liberty.Seen["use_1"] = Saw(record, 0.991);
        await world.Albion.RecordAsync(record);
        await world.DeliverAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Agreed);
        world.Liberty.Statement().Lines.ShouldHaveSingleItem().Record.BillableMs.ShouldBe(600_000);
    }

    [Theory]
    [InlineData("unseen")]
    [InlineData("price")]
    [InlineData("terms")]
    [InlineData("start")]
    [InlineData("packets")]
    public async Task WitnessDiffers_SaysHow(string reason)
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A) with { PacketsOut = 30_000, PacketsIn = 30_000 };
        record = reason == "terms" ? record with { AgreementHash = "another" } : record;
        var seen = Saw(record) with { PacketsIn = 29_000, PacketsOut = 30_000 };
        if (reason == "start")
            seen = new UsageObservation(seen.Started - Duration.FromHours(1), seen.Ended - Duration.FromHours(1));
        if (reason == "packets")
            seen = seen with { PacketsIn = 31_000 };
        if (reason == "price")
            world.Liberty.Price = 0.04m;
        if (reason != "unseen")
            world.Liberty.Seen["use_1"] = seen;
        await world.Albion.RecordAsync(record);
        await world.DeliverAsync();
        world.Now += UsageCountersigner.SeeEndWithin;
        await world.Liberty.Settlements.SweepAsync();
        await world.DeliverAsync();
        (world.Albion.State("use_1"), world.Albion.Entry("use_1").Reason).ShouldBe((UsageState.Disputed, reason));
    }

    [Fact]
    public async Task WitnessSeesTheEndLater_CountersignsThen()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A);
        world.Liberty.Seen["use_1"] = Saw(record) with { Ended = null };
        await world.Albion.RecordAsync(record);
        await world.DeliverAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Proposed);
        world.Liberty.Seen["use_1"] = Saw(record);
        world.Now += Duration.FromMilliseconds(300);
        await world.Liberty.Settlements.SweepAsync();
        await world.DeliverAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Agreed);
    }

    [Fact]
    public async Task NoAnswerInTwoSeconds_IsUnagreed_AndALateCountersignatureHealsIt()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A);
        world.Liberty.Seen["use_1"] = Saw(record);
        await world.Albion.RecordAsync(record);
        world.Now += Duration.FromMilliseconds(1_999);
        await world.Albion.Settlements.SweepAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Proposed);
        world.Now += Duration.FromMilliseconds(1);
        await world.Albion.Settlements.SweepAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Unagreed);
        world.Albion.Statement().Lines.ShouldBeEmpty();
        await world.DeliverAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Agreed);
        world.Albion.Statement().Digest().ShouldBe(world.Liberty.Statement().Digest());
    }

    [Fact]
    public async Task LateCountersignature_InAClosedPeriod_LeavesBothSidesWithoutIt()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A);
        world.Liberty.Seen["use_1"] = Saw(record);
        await world.Albion.RecordAsync(record);
        world.Now += UsageBook.AnswerWithin;
        await world.Albion.Settlements.SweepAsync();
        await world.Albion.Store.WriteAsync(t => world.Albion.Settlements.Statements.Close(t, AgreementId, Month, world.Now));
        await world.DeliverAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Unagreed);
        (world.Liberty.State("use_1"), world.Liberty.Entry("use_1").Reason).ShouldBe((UsageState.Disputed, UsageReason.Closed));
        world.Albion.Statement().Digest().ShouldBe(world.Liberty.Statement().Digest());
    }

    [Fact]
    public async Task SameIdAgain_SameContent_IsOneUsage()
    {
        await using var world = NewWorld();
        var record = await AgreeAsync(world, Participant("use_1", A));
        (await world.Albion.RecordAsync(record)).ShouldBe(RecordOutcome.Duplicate);
        world.Albion.Sent.ShouldBeEmpty("it was proposed already");
        world.Albion.State("use_1").ShouldBe(UsageState.Agreed);
        world.Albion.Statement().Legs.ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task SameIdAgain_OtherContent_IsADisputeOnBothSides()
    {
        await using var world = NewWorld();
        var record = await AgreeAsync(world, Participant("use_1", A));
        (await world.Albion.RecordAsync(record with { BillableMs = 1 })).ShouldBe(RecordOutcome.Disputed);
        await world.DeliverAsync();
        foreach (var side in (SettlementWorld.Side[])[world.Albion, world.Liberty])
        {
            (side.State("use_1"), side.Entry("use_1").Reason).ShouldBe((UsageState.Disputed, UsageReason.Changed), side.Name);
            side.Statement().Lines.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task MessagesDoubledAndReordered_StatementsAreEqual(int seed)
    {
        var chance = new Random(seed);
        await using var world = NewWorld();
        for (var i = 0; i < 20; i++)
        {
            var record = Participant($"use_{i:00}", i % 2 == 0 ? A : "liberty.example", 60 + i);
            var (from, to) = i % 2 == 0 ? (world.Albion, world.Liberty) : (world.Liberty, world.Albion);
            to.Seen[record.Id] = Saw(record, i % 5 == 0 ? 0.9 : 1);
            await from.RecordAsync(record);
        }

        while (world.Albion.Sent.Count + world.Liberty.Sent.Count > 0)
        {
            var (from, to) = chance.Next(2) == 0 ? (world.Albion, world.Liberty) : (world.Liberty, world.Albion);
            if (from.Sent.Count == 0)
                continue;
            var at = chance.Next(from.Sent.Count);
            var message = from.Sent[at];
            if (chance.Next(3) != 0)
                from.Sent.RemoveAt(at);
            await to.ReceiveAsync(message);
        }

        world.Albion.Statement().Lines.Length.ShouldBe(16, "of 20, each fifth was skewed");
        world.Liberty.Statement().Digest().ShouldBe(world.Albion.Statement().Digest());
    }

    [Fact]
    public async Task CrashBetweenRecordAndProposal_IsProposedAtTheNextSweep()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A);
        world.Liberty.Seen["use_1"] = Saw(record);
        await world.Albion.RecordAsync(record, propose: false);
        await world.Albion.Store.DisposeAsync();
        world.Albion.Restart(Open("albion"));
        (await world.Albion.RecordAsync(record, propose: false)).ShouldBe(RecordOutcome.Duplicate, "the room writes again what it is not sure of");
        await world.Albion.Settlements.SweepAsync();
        await world.DeliverAsync();
        world.Albion.State("use_1").ShouldBe(UsageState.Agreed);
        world.Liberty.Statement().Digest().ShouldBe(world.Albion.Statement().Digest());
    }

    [Fact]
    public async Task ThirdExchange_AnsweringForThePeer_ChangesNothing()
    {
        await using var world = NewWorld();
        var record = Participant("use_1", A);
        await world.Albion.RecordAsync(record);
        var body = new JsonObject { ["id"] = "use_1", ["contentHash"] = record.ContentHash() };
        foreach (var type in (string[])[UsageMessages.Countersign, UsageMessages.Contest])
            await world.Albion.ReceiveAsync(new NniMessage("mallory.example", "m", 1, type, (JsonObject)body.DeepClone(), world.Now));
        world.Albion.State("use_1").ShouldBe(UsageState.Proposed);
        (await world.Albion.Settlements.Statements.AnswerDigestAsync("mallory.example", new JsonObject { ["agreement"] = AgreementId, ["period"] = Month }))
            .Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"record":null,"charges":[]}""")]
    [InlineData("""{"record":{"id":"use_1"},"charges":[]}""")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":"\u0000","contentHash":"x"}""")]
    [InlineData("""{"id":"\ud800","contentHash":"x"}""")]
    public async Task MalformedBody_IsIgnored(string body)
    {
        await using var world = NewWorld();
        foreach (var type in (string[])[UsageMessages.Propose, UsageMessages.Countersign, UsageMessages.Contest])
            await world.Liberty.ReceiveAsync(new NniMessage(A, "m", 1, type, JsonNode.Parse(body)!.AsObject(), world.Now));
        world.Liberty.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task ProposalOfSoundShape_WithImpossibleContent_IsContestedAsMalformed()
    {
        await using var world = NewWorld();
        await world.Albion.RecordAsync(Participant("use_1", A));
        foreach (var (name, value) in new (string, JsonNode)[]
            { ("billableMs", 700_000), ("party", "a\0b"), ("ended", "-9998-01-01T00:00:00Z"), ("measuredBy", "liberty.example"), ("packetsIn", -1) })
        {
            var message = world.Albion.Sent[0];
            var body = (JsonObject)message.Body.DeepClone();
            body["record"]!["id"] = "use_" + name;
            body["record"]![name] = value;
            await world.Liberty.ReceiveAsync(message with { Body = body });
            world.Liberty.Sent[^1].Body["reason"]!.GetValue<string>().ShouldBe(UsageReason.Malformed, name);
        }

        world.Liberty.Sent.Count.ShouldBe(5);
        world.Liberty.Store.Read(r => UsageBook.List(r, null, null, "", 10)).ShouldBeEmpty();
    }
}

public sealed class SqliteUsageTests : UsageContract, IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("meetpoint-usage-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override SqlStore Open(string name) =>
        SqliteStore.Open(new SqliteStoreOptions(Path.Combine(folder, name + ".db")) { Inline = true }, Migrations.All);
}

[Collection(Storage.PostgresCollection.Name)]
public sealed class PostgresUsageTests(Meetpoint.Tests.Support.PostgresServer server) : UsageContract
{
    readonly string prefix = "u" + Guid.NewGuid().ToString("N")[..12];

    protected override SqlStore Open(string name)
    {
        server.SkipWhenAbsent();
        return PostgresStore.Open(new PostgresStoreOptions(server.ConnectionString) { Schema = $"{prefix}_{name}", Inline = true }, Migrations.All);
    }
}
