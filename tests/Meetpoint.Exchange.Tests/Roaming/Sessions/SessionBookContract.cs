using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;
using static Meetpoint.Exchange.Tests.Roaming.Sessions.Reports;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>Sessions over any store: Albion's customers at Liberty's hotspots.</summary>
public abstract class SessionBookContract
{
    static readonly World _world = World.Build(Interconnect.Worlds.Document, "liberty.example", new LimitBook());

    /// <summary>Opens the store of this test, again when called again.</summary>
    protected abstract SqlStore Open();

    [Fact]
    public async Task Stop_OnceSettled_IsOneRecordOfUseWithItsPrice()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Interim(300, 300, 10, 20), Stop(600, 600, 5_682_218_308, 5_682_070_141));
        await side.SweepAsync(At(629));
        side.Records.ShouldBeEmpty("what is on its way is waited for");
        await side.SweepAsync(At(630));
        var record = side.Records.ShouldHaveSingleItem();
        (record.Unit, record.BytesIn, record.BytesOut, record.BillableMs, record.State).ShouldBe(
            (ChargeUnit.RoamingSession, 5_682_218_308, 5_682_070_141, 600_000, UsageState.Proposed));
        side.Store.Read(reader => UsageTable.Charges(reader, record.Id)).Select(charge => charge.Amount.ToString()).ShouldBe(
            ["EUR 0.10", "EUR 0.20", "EUR 11.3643"], "a session, ten minutes at 0.02, 11,364.288449 MB at 0.001, rounded to four places");
        await side.SweepAsync(At(100_000));
        side.Records.Count.ShouldBe(1);
        await side.Store.WriteAsync(transaction => UsageTable.MoveTo(transaction, record.Id, UsageState.Agreed));
        var leg = side.Store.Read(reader => StatementBuilder.Build(reader, new Terms().Current("")!.Agreement, StatementPeriod.Of(record.Ended, "Etc/UTC"))).Legs.ShouldHaveSingleItem();
        (leg.Count, leg.BillableMs, leg.Total.ToString()).ShouldBe((1, 600_000, "EUR 11.6643"), "three charges of one session");
    }

    [Fact]
    public async Task Exposure_IsWhatIsSettledAndOnNoClosedStatement()
    {
        await using var side = new Side(Open());
        var terms = new Terms().Current("")!;
        terms = terms with { Agreement = terms.Agreement with { Roaming = new RoamingTerms { ExposureLimit = "EUR 100.00" } } };
        Exposure("albion").ShouldBe(0);
        await side.TakeAsync(Start(0), Stop(600, 600, 5_682_218_308, 5_682_070_141), Start(1_000, "on"));
        await side.SweepAsync(At(700));
        Exposure("albion").ShouldBe(11.6643m, "0.10 and 0.20 and 11.3643");
        Exposure("liberty").ShouldBe(0);
        var record = side.Records.Single().Id;
        await side.Store.WriteAsync(transaction => UsageTable.MoveTo(transaction, record, UsageState.Disputed));
        Exposure("albion").ShouldBe(0, "what is disputed is not owed");

        decimal Exposure(string home) => side.Store.Read(reader => SpentReader.OfParty(reader, terms, home));
    }

    [Fact]
    public async Task ReportsAgain_BeforeAndAfterSettling_ChangeNothing()
    {
        await using var side = new Side(Open());
        AccountingReport[] reports = [Start(0), Interim(300, 300, 10, 20), Stop(600, 600, 30, 40)];
        await side.TakeAsync([.. reports, .. reports]);
        await side.SweepAsync(At(700));
        await side.TakeAsync([.. reports.Reverse()]);
        await side.SweepAsync(At(900));
        side.Records.ShouldHaveSingleItem().BytesIn.ShouldBe(30);
        var row = side.Sessions.ShouldHaveSingleItem();
        row.Session().Evidence.ShouldSatisfyAllConditions(evidence => evidence.Reports.ShouldBe(3), evidence => evidence.Duplicates.ShouldBe(6));
        side.Store.Read(reader => SessionRows.Proofs(reader, row.Id, row.Session())).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Evidence_OfAllReports_MakesTheChainThatTheSessionEndsWith()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Interim(300, 300, 10, 20), Stop(600, 600, 30, 40));
        var row = side.Sessions.Single();
        var evidence = side.Store.Read(reader => SessionRows.Proofs(reader, row.Id, row.Session()));
        evidence.Aggregate("", (chain, report) => SessionChain.Next(chain, report.Digest)).ShouldBe(row.Session().Chain);
        evidence.Select(report => report.Raw is not null).ShouldBe([true, false, true], "what began and what ended it is kept as it came");
    }

    [Fact]
    public async Task Evidence_OfManyInterims_IsWholeWhileSomeWaitInTheSessionsOwnRow()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0));
        for (var i = 1; i <= 20; i++)
            await side.TakeAsync(Interim(i * 300, i * 300, i * 10, i * 20));
        var row = side.Sessions.Single();
        var session = row.Session();
        session.Recent.Count.ShouldBe(20 % ProofBlock.Limit, "of 20 interims two blocks are written");
        var proofs = side.Store.Read(reader => SessionRows.Proofs(reader, row.Id, session));
        proofs.Select(proof => proof.Place).ShouldBe(Enumerable.Range(1, 21).Select(place => (long)place));
        proofs.Aggregate("", (chain, report) => SessionChain.Next(chain, report.Digest)).ShouldBe(session.Chain);
        (proofs[^1].Event, proofs[^1].Seconds, proofs[^1].OctetsIn, proofs[^1].OctetsOut, proofs[^1].Received).ShouldBe((At(6_000), 6_000, 200, 400, At(6_000)));
    }

    [Fact]
    public async Task RowOfTheFirstForm_IsReadAndWrittenAnew()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0));
        var before = side.Sessions.Single();
        var document = System.Text.Json.JsonSerializer.Serialize(before.Session(), SessionJson.Default.RoamingSession);
        document.ShouldContain("\"chain\":");
        await side.Store.WriteAsync(transaction =>
        {
            transaction.Execute("UPDATE roaming_sessions SET body = @document, packed = NULL WHERE id = @Id", new { document, before.Id });
            transaction.Execute("DELETE FROM roaming_proofs WHERE session = @Id", new { before.Id });
            transaction.Execute(
                """
                INSERT INTO roaming_evidence (session, place, status, received, event, seconds, octets_in, octets_out, packets_in, packets_out, digest, raw)
                VALUES (@Id, 1, 'start', @at, @at, NULL, 0, 0, 0, 0, @digest, @raw)
                """,
                new { before.Id, at = At(0), digest = Start(0).Digest, raw = Start(0).Kept });
        });
        await side.TakeAsync(Start(0), Interim(300, 300, 10, 20), Stop(600, 600, 30, 40));
        var row = side.Sessions.ShouldHaveSingleItem();
        (row.Body, row.Packed is null, row.Session().Evidence.Duplicates, row.Session().Use.OctetsOut).ShouldBe(("", false, 1, 40));
        var proofs = side.Store.Read(reader => SessionRows.Proofs(reader, row.Id, row.Session()));
        proofs.Select(proof => proof.Status).ShouldBe([AccountingStatus.Start, AccountingStatus.InterimUpdate, AccountingStatus.Stop]);
        proofs.Aggregate("", (chain, report) => SessionChain.Next(chain, report.Digest)).ShouldBe(row.Session().Chain);
        await side.SweepAsync(At(700));
        side.Records.ShouldHaveSingleItem().BytesOut.ShouldBe(40);
    }

    [Fact]
    public async Task AcceptInMemory_IsTakenUpByWhatBegins_AndByWhatProvesItselfAnew_NotByAStopOfBefore()
    {
        await using var side = new Side(Open());
        var accept = new RoamingAccept(Source, "nas-1", "p-1", null, At(590), new SessionTerms { Class = "bb", Cui = "c1", InterimSeconds = 300, SessionSeconds = 900 });
        await side.TakeAsync(Start(0));
        (await side.TakeWithAsync(Stop(600, 600, 1, 2), accept)).TookAccept.ShouldBeFalse("it may be of the session before");
        (await side.TakeWithAsync(Start(601, "a2"), accept)).TookAccept.ShouldBeTrue();
        var session = side.Sessions[0].Session();
        (session.Terms.Class, session.Terms.Cui, session.Terms.InterimSeconds, session.Terms.SessionSeconds, session.Accepted).ShouldBe(("bb", "c1", 300, 900, At(590)));
        session.Terms.Links.ShouldHaveSingleItem().Agreement.ShouldBe("albion-liberty");
        session.SilentAt.ShouldBe(At(601 + 900 + 60));

        var again = accept with { At = At(800), Terms = new SessionTerms { Class = "cc" } };
        (await side.TakeWithAsync(Interim(901, 300, 1, 2, "a2") with { Class = "cc" }, again)).TookAccept.ShouldBeTrue();
        side.Sessions[0].Session().ShouldSatisfyAllConditions(
            now => now.Terms.Class.ShouldBe("cc"), now => now.Terms.Links.Length.ShouldBe(1), now => now.Evidence.ClassMissing.ShouldBe(1, "the Start alone had not what was given"));
    }

    [Fact]
    public async Task Accept_OfWhoIsOnLine_IsNoSessionOfItsOwn()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0));
        await side.AcceptAsync("p-1", new SessionTerms { Class = "dd" });
        var row = side.Sessions.ShouldHaveSingleItem("nothing else is to be reported");
        (row.State, row.Session().Terms.Class, row.Session().Terms.Links.Length).ShouldBe((SessionState.Open, "dd", 1));
        await side.TakeAsync(Stop(600, 600, 1, 2));
        await side.AcceptAsync("p-1", new SessionTerms { Class = "ee" });
        side.Count(SessionState.Accepted).ShouldBe(1, "what was on is over");
    }

    [Fact]
    public async Task Silent_IsClosedAtItsLastProofOfLife_AndSettledADayLater()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Interim(300, 300, 10, 20));
        await side.SweepAsync(At(300 + 3_599));
        side.Sessions.Single().State.ShouldBe(SessionState.Open);
        await side.SweepAsync(At(90_000));
        side.Sessions.Single().State.ShouldBe(SessionState.Closed);
        await side.SweepAsync(At(90_000 + 86_400));
        side.Records.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            record => record.Ended.ShouldBe(At(300)), record => record.BillableMs.ShouldBe(300_000), record => record.BytesOut.ShouldBe(20));
    }

    [Fact]
    public async Task Silent_StopComesBeforeItIsSettled_IsInTheOneRecord()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Interim(300, 300, 10, 20));
        await side.SweepAsync(At(90_000));
        await side.TakeAsync(Stop(500, 500, 70, 80) with { Received = At(91_000) });
        await side.SweepAsync(At(91_030));
        side.Records.ShouldHaveSingleItem().BytesIn.ShouldBe(70);
    }

    [Fact]
    public async Task Restart_ClosesWhatWasNotHeardOfSince_AndSettlesIt()
    {
        await using var side = new Side(Open());
        for (var i = 0; i < 450; i++)
            await side.TakeAsync(Start(i % 50, $"s{i:000}") with { Digest = System.Security.Cryptography.SHA256.HashData([(byte)i, (byte)(i >> 8)]) });
        await side.TakeAsync(Start(500, "later"), Restart(400));
        await side.SweepAsync(At(401));
        await side.SweepAsync(At(402));
        side.Count(SessionState.Open).ShouldBe(1);
        side.Store.Read(reader => SessionRows.List(reader, new SessionFilter(State: SessionState.Closed), null, 500))
            .ShouldAllBe(row => row.Session().End == SessionEnd.NasRebooted && row.Session().Ended < At(50));
    }

    [Fact]
    public async Task SameIdAgain_AfterTheEnd_IsASecondSession()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Stop(600, 600, 30, 40), Start(700), Stop(800, 100, 5, 6), Interim(500, 500, 25, 35));
        await side.SweepAsync(At(2_000));
        side.Records.OrderBy(record => record.Started).Select(record => record.BytesIn).ShouldBe([30L, 5L]);
    }

    [Fact]
    public async Task SameIdAgain_WithoutAnEnd_SupersedesTheFirst()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Interim(300, 300, 30, 40), Start(1_000), Interim(1_300, 300, 5, 6));
        side.Sessions.Select(row => (row.State, row.Session().End)).ShouldBe([(SessionState.Open, null), (SessionState.Closed, SessionEnd.Superseded)]);
    }

    [Fact]
    public async Task Accepted_IsTakenOverByItsFirstReport_AndCountedWhenNothingComes()
    {
        await using var side = new Side(Open());
        await side.AcceptAsync("p-1", new SessionTerms { Class = "aa", InterimSeconds = 300 });
        await side.AcceptAsync("p-2", new SessionTerms());
        side.Count(SessionState.Accepted).ShouldBe(2);
        await side.TakeAsync(Start(5) with { Class = "aa" }, Stop(65, 60, 1, 2));
        side.Count(SessionState.Accepted).ShouldBe(1);
        await side.SweepAsync(At(3_600));
        var score = side.Store.Read(reader => RoamingScores.Of(reader, new LocalDate(2026, 11, 22), new LocalDate(2026, 11, 22), null, "albion")).ShouldHaveSingleItem();
        score.ShouldBe(new RoamingScore("liberty", "albion", 2, ClassKept: 0, CuiKept: 1, InterimsKept: 1, Complete: 1, Rising: 1, InTime: 1, Unreported: 1), "the Stop had no Class");
        score.Score.ShouldBe(41);
        side.Records.Count.ShouldBe(1, "what was never reported is charged to nobody");
    }

    [Fact]
    public async Task Witness_HadTheSameReports_CountersignsAndContestsWhatDiffers()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Stop(600, 600, 1_000_000, 2_000_000));
        await side.SweepAsync(At(630));
        var record = side.Records.Single();
        // The same rows are what the home side would have: it had the same reports.
        var seen = side.Store.Read(reader => new RoamingWitness(null!).Observe(reader, record))!;
        UsageComparison.Difference(record, seen, new UsageTolerance()).ShouldBeNull();
        UsageComparison.Difference(record with { BytesIn = 1_020_000 }, seen, new UsageTolerance()).ShouldBe(UsageReason.Volume);
        UsageComparison.Difference(record with { BytesIn = 1_020_000 }, seen, new UsageTolerance { Octets = 20_000 }).ShouldBeNull();
        UsageComparison.Difference(record with { BillableMs = 580_000 }, seen, new UsageTolerance()).ShouldBe(UsageReason.Duration);
        side.Store.Read(reader => new RoamingWitness(null!).Observe(reader, record with { Correlation = "other" })).ShouldBeNull();
        side.Store.Read(reader => new RoamingWitness(null!).Observe(reader, record with { Started = At(0) + Duration.FromHours(1), Ended = At(0) + Duration.FromHours(2) })).ShouldBeNull();
    }

    [Fact]
    public async Task KilledBetweenSettlingAndTelling_RecordsOnce()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0), Stop(600, 600, 30, 40));
        // The transaction is lost: neither the record nor the state is kept.
        await Should.ThrowAsync<InvalidOperationException>(side.Store.WriteAsync(transaction =>
        {
            side.Book.Sweep(transaction, At(700));
            throw new InvalidOperationException("killed");
        }));
        (side.Records.Count, side.Sessions.Single().State).ShouldBe((0, SessionState.Closed));
        await side.SweepAsync(At(700));
        await side.SweepAsync(At(701));
        side.Records.Count.ShouldBe(1);
        side.Store.Read(reader => UsageTable.Charges(reader, side.Records[0].Id)).Count.ShouldBe(3, "each leg is posted once");
    }

    [Fact]
    public async Task List_ByWhatIsAsked_GivesTheLatestFirst()
    {
        await using var side = new Side(Open());
        await side.TakeAsync(Start(0, "a"), Start(10, "b"), Start(20, "c"));
        List(new SessionFilter(Realm: "albion.example", State: SessionState.Open)).ShouldBe(["c", "b", "a"]);
        List(new SessionFilter(Hotspot: "isocc=us,cc=1,ac=212,network=LIBERTY", Person: "p-1", Visited: "liberty", Party: "albion")).Count.ShouldBe(3);
        List(new SessionFilter(Party: "gamma")).ShouldBeEmpty();
        List(new SessionFilter(State: SessionState.Closed)).ShouldBeEmpty();

        List<string> List(SessionFilter filter) => [.. side.Store.Read(reader => SessionRows.List(reader, filter, null, 10)).Select(row => row.AccountId)];
    }

    /// <summary>Liberty's exchange.</summary>
    sealed class Side : IAsyncDisposable
    {
        public Side(SqlStore store)
        {
            Store = store;
            var usage = new UsageBook("liberty.example", new Silence(), new Terms());
            Book = new SessionBook(new SessionSettlement("liberty.example", usage, () => _world), (visited, home) => [new SessionLink("albion-liberty", "v1", visited, home)]);
        }

        public SqlStore Store { get; }

        public SessionBook Book { get; }

        public IReadOnlyList<UsageEntry> Records => Store.Read(reader => UsageBook.List(reader, null, null, "", 100));

        public IReadOnlyList<SessionRow> Sessions => Store.Read(reader => SessionRows.List(reader, new SessionFilter(), null, 100));

        public int Count(SessionState state) => Store.Read(reader => SessionRows.List(reader, new SessionFilter(State: state), null, 1_000)).Count;

        public async Task TakeAsync(params AccountingReport[] reports)
        {
            foreach (var report in reports)
                await Store.WriteAsync(transaction => Book.Take(transaction, report));
        }

        public Task<SessionTake> TakeWithAsync(AccountingReport report, RoamingAccept accept) => Store.WriteAsync(transaction => Book.Take(transaction, report, accept));

        public Task AcceptAsync(string person, SessionTerms terms) =>
            Store.WriteAsync(transaction => Book.Accept(transaction, new RoamingAccept(Source, "nas-1", person, null, Noon, terms)));

        public Task SweepAsync(Instant now) => Store.WriteAsync(transaction => Book.Sweep(transaction, now));

        public ValueTask DisposeAsync() => Store.DisposeAsync();
    }

    sealed class Terms : IUsageTerms
    {
        static readonly Tariff _tariff = new()
        {
            Id = "roaming",
            Currency = "EUR",
            Rates =
            [
                new Rate { Unit = ChargeUnit.RoamingSession, Price = 0.1m, Per = PriceBasis.Item },
                new Rate { Unit = ChargeUnit.RoamingMinute, Price = 0.02m, Per = PriceBasis.Minute },
                new Rate { Unit = ChargeUnit.RoamingMegabyte, Price = 0.001m, Per = PriceBasis.Megabyte },
            ],
        };

        public UsageTerms? Find(string agreement, string versionHash) => Current(agreement);

        public UsageTerms? Current(string agreement) => new(
            new Agreement
            {
                Id = "albion-liberty",
                Parties = ["albion", "liberty"],
                Stage = AgreementStage.Commercial,
                Charges = [.. _tariff.Rates.Select(rate => new ChargeLeg { Unit = rate.Unit, Payer = "albion", Payee = "liberty", Tariff = "roaming" })],
            },
            "v1", "albion.example", [.. _tariff.Rates.Select(rate => new PricedLeg(new ChargeLeg { Unit = rate.Unit, Payer = "albion", Payee = "liberty", Tariff = "roaming" }, _tariff))])
        {
            PeerParty = "albion",
        };
    }

    sealed class Silence : INniOutbox
    {
        public void Enqueue(StoreTransaction transaction, string destination, string type, System.Text.Json.Nodes.JsonObject body, Instant expires)
        {
        }

        public Task<System.Text.Json.Nodes.JsonObject> AskAsync(string destination, string type, System.Text.Json.Nodes.JsonObject question, Duration timeout) => throw new NotSupportedException();
    }
}

public sealed class SqliteSessionBookTests : SessionBookContract, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-sessions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override SqlStore Open() => SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, Migrations.All);
}

[Collection(Storage.PostgresCollection.Name)]
public sealed class PostgresSessionBookTests(Meetpoint.Tests.Support.PostgresServer server) : SessionBookContract
{
    readonly string _schema = "sessions_" + Guid.NewGuid().ToString("N")[..12];

    protected override SqlStore Open()
    {
        server.SkipWhenAbsent();
        return PostgresStore.Open(new PostgresStoreOptions(server.ConnectionString) { Schema = _schema, Inline = true }, Migrations.All);
    }
}
