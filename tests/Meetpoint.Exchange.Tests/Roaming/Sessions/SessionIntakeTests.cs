using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;
using static Meetpoint.Exchange.Tests.Roaming.Sessions.Reports;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>Reports on their way into the store: what the store does not take is told of, and holds up nobody else.</summary>
public sealed class SessionIntakeTests : IDisposable, IReportedSessions, ISessionSettlement
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-intake-").FullName;
    readonly Queue<Action> _loop = new();
    readonly List<Exception> _faults = [];
    readonly List<string> _durable = [];
    readonly Dictionary<string, bool> _done = [];

    [Fact]
    public async Task OneThatTheStoreDoesNotTake_IsSentAgain_AndTheOthersAreDurable()
    {
        await using var store = Open();
        var intake = new SessionIntake(store, new SessionBook(this, (_, _) => []), this, _loop.Enqueue);
        Take(intake, "first"); // is written alone; those that follow share a commit
        Take(intake, "a");
        Take(intake, "broken", _ => throw new InvalidOperationException("disk of glass"));
        Take(intake, "b");
        Turn();
        Take(intake, "c");
        Turn();
        _done.Where(each => each.Value).Select(each => each.Key).Order(StringComparer.Ordinal).ShouldBe(["a", "b", "c", "first"]);
        _done["broken"].ShouldBeFalse();
        _durable.ShouldBe(["first", "a", "b", "c"], "in the order in which they came");
        _faults.ShouldHaveSingleItem("what the store said is told").Message.ShouldBe("disk of glass");
        store.Read(reader => SessionRows.List(reader, new SessionFilter(), null, 10)).Select(row => row.AccountId).Order(StringComparer.Ordinal).ShouldBe(["a", "b", "c", "first"]);
    }

    [Fact]
    public async Task StoreThatIsAway_IsToldOfOnce_AndEverybodySendsAgain()
    {
        var store = Open();
        await store.DisposeAsync();
        var intake = new SessionIntake(store, new SessionBook(this, (_, _) => []), this, _loop.Enqueue);
        Take(intake, "a");
        Take(intake, "b");
        Turn();
        _done.ShouldBe(new Dictionary<string, bool> { ["a"] = false, ["b"] = false });
        _faults.Count.ShouldBe(2, "one a batch");
        _durable.ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    LetIn? IReportedSessions.AcceptOf(AccountingReport report) => null;

    void IReportedSessions.OnDurable(AccountingReport report, in SessionTake take, LetIn? accept)
    {
        take.Step.ShouldBe(SessionStep.Opened);
        _durable.Add(report.SessionId);
    }

    void IReportedSessions.OnFault(Exception fault) => _faults.Add(fault);

    void ISessionSettlement.Settle(StoreTransaction transaction, SessionRow row, RoamingSession session, Instant now)
    {
    }

    void Take(SessionIntake intake, string id, Action<StoreTransaction>? also = null) => intake.Take(Start(0, id), isDurable => _done[id] = isDurable, also).ShouldBeTrue();

    void Turn()
    {
        while (_loop.TryDequeue(out var work))
            work();
    }

    SqlStore Open() => SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, Migrations.All);
}
