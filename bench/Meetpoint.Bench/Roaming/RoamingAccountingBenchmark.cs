using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Meetpoint.Bench.Harness;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Bench.Roaming;

/// <summary>
/// Reports of 100,000 open sessions made durable: each interim is one session's row read, worked on and written, with its evidence, in the store's own
/// group commit on a disk. As many wait as 500 access servers would have sent and not had answered.
/// </summary>
public sealed class RoamingAccountingBenchmark : Benchmark
{
    const int Outstanding = 8_000;

    static readonly Instant _began = Instant.FromUtc(2026, 11, 22, 12, 0);
    static readonly ReportSource _source = new("liberty", "albion", "albion.example", "liberty-nas");

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-roaming-").FullName;
    readonly BlockingCollection<Action> _loop = [];
    readonly SqlStore _store;
    readonly SessionIntake _intake;
    readonly int _sessions;
    readonly int _window;
    int _round;
    int _next;
    double _reportsPerSecond;

    /// <summary>Opens the store and the sessions.</summary>
    public RoamingAccountingBenchmark(Effort effort)
    {
        (_sessions, _window) = effort == Effort.Full ? (100_000, 50_000) : (2_000, 2_000);
        _store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")), Migrations.All);
        _intake = new SessionIntake(_store, new SessionBook(new NoSettlement(), (visited, home) => [new SessionLink("albion-liberty", "v1", visited, home)]), _loop.Add);
        Run(_sessions, i => Report(AccountingStatus.Start, i, 0));
    }

    /// <inheritdoc/>
    public override string Name => "roaming-accounting";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time of the whole process for one interim made durable, among 100,000 open sessions";

    /// <inheritdoc/>
    public override double? Mark => 50;

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        var (cpu, bytes, fromNs) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), TimeProvider.System.NowNs());
        Run(_window, _ => Next());
        _reportsPerSecond = _window * 1e9 / (TimeProvider.System.NowNs() - fromNs);
        return new Sample((Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / _window, (double)(GC.GetTotalAllocatedBytes() - bytes) / _window);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            GC.Collect();
            yield return string.Create(CultureInfo.InvariantCulture, $"{_reportsPerSecond:0} reports a second made durable, last window");
            yield return string.Create(CultureInfo.InvariantCulture, $"{Environment.WorkingSet / 1_000_000} MB resident with {_sessions} open sessions; store of {new FileInfo(Path.Combine(_folder, "store.db")).Length / 1_000_000} MB");
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
#pragma warning disable VSTHRD002 // A benchmark has no loop that could wait for itself.
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        _loop.Dispose();
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }

    void Run(int count, Func<int, AccountingReport> report)
    {
        var (sent, done, failed) = (0, 0, 0);
        while (done < count)
        {
            while (sent < count && sent - done < Outstanding)
                _intake.Take(report(sent++), isDurable => (done, failed) = (done + 1, failed + (isDurable ? 0 : 1)));
            _loop.Take()();
        }

        if (failed > 0)
            throw new InvalidOperationException($"{failed} of {count} reports were not kept");
    }

    AccountingReport Next()
    {
        if (_next == _sessions || _round == 0)
            (_next, _round) = (0, _round + 1);
        return Report(AccountingStatus.InterimUpdate, _next++, _round);
    }

    static AccountingReport Report(AccountingStatus status, int session, int round)
    {
        var at = _began + Duration.FromSeconds((round * 300) + (session % 300));
        var kept = new byte[180];
        BitConverter.TryWriteBytes(kept, session);
        BitConverter.TryWriteBytes(kept.AsSpan(4), round);
        return new AccountingReport
        {
            Source = _source,
            Nas = $"nas-{session % 500}",
            SessionId = session.ToString("x8", CultureInfo.InvariantCulture),
            Status = status,
            Received = at,
            Event = at,
            SessionSeconds = round * 300,
            HasOctets = round > 0,
            HasGigawords = true,
            OctetsIn = round * 1_000_000L,
            OctetsOut = round * 9_000_000L,
            Person = $"p-{session}",
            Hotspot = $"hotspot-{session % 500}",
            Kept = kept,
            Digest = SHA256.HashData(kept),
        };
    }

    sealed class NoSettlement : ISessionSettlement
    {
        public void Settle(StoreTransaction transaction, SessionRow row, RoamingSession session, Instant now)
        {
        }
    }
}
