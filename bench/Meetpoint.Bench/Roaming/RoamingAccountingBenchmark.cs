using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Meetpoint.Bench.Harness;
using Meetpoint.Exchange.Roaming.Accounting;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;
using NodaTime;

namespace Meetpoint.Bench.Roaming;

/// <summary>
/// Reports of 100,000 open sessions made durable: each interim is a packet read, the packet kept to be sent on, its session's row read, worked on and written with
/// its evidence, in the store's own group commit on a disk; and what was kept is forgotten as if the home had acknowledged it. Only sockets and authenticators are left
/// out. As many wait as 500 access servers would have sent and not had answered.
/// </summary>
public sealed class RoamingAccountingBenchmark : Benchmark
{
    const int Outstanding = 8_000;

    /// <summary>Of a hundred milliseconds at this load.</summary>
    const int ForgottenTogether = 2_000;

    static readonly Instant _began = Instant.FromUtc(2026, 11, 22, 12, 0);
    static readonly ReportSource _source = new("liberty", "albion", "albion.example", "liberty-nas");

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-roaming-").FullName;
    readonly BlockingCollection<Action> _loop = [];
    readonly SqlStore _store;
    readonly SessionIntake _intake;
    readonly AccountingLane _lane = new("albion", "albion.example", isAllLoaded: true);
    readonly PersonKey _key = new("2026-11", new byte[PersonKey.Length]);
    readonly byte[] _packet = new byte[RadiusPacket.MaxLength];
    readonly int _sessions;
    readonly int _window;
    int _round;
    int _next;
    long _lastId;
    double _reportsPerSecond;

    /// <summary>Opens the store and the sessions.</summary>
    public RoamingAccountingBenchmark(Effort effort)
    {
        (_sessions, _window) = effort == Effort.Full ? (100_000, 50_000) : (2_000, 2_000);
        _store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")), Migrations.All);
        _intake = new SessionIntake(_store, new SessionBook(new NoSettlement(), (visited, home) => [new SessionLink("albion-liberty", "v1", visited, home)]), new NothingWaits(), _loop.Add);
        Run(_sessions, i => Packet(AccountingStatus.Start, i, 0));
    }

    /// <inheritdoc/>
    public override string Name => "roaming-accounting";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time of the whole process for one interim read, kept, counted and made durable, among 100,000 open sessions";

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
            yield return string.Create(CultureInfo.InvariantCulture, $"{Environment.WorkingSet / 1_000_000} MB resident in this process with {_sessions} open sessions, the page caches of its store included; store of {new FileInfo(Path.Combine(_folder, "store.db")).Length / 1_000_000} MB");
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

    void Run(int count, Func<int, (int Length, Instant At)> write)
    {
        var (sent, done, failed) = (0, 0, 0);
        while (done < count)
        {
            while (sent < count && sent - done < Outstanding)
            {
                var (length, at) = write(sent++);
                Take(_packet.AsSpan(0, length), at, isDurable => (done, failed) = (done + 1, failed + (isDurable ? 0 : 1)));
            }

            _loop.Take()();
        }

        if (failed > 0)
            throw new InvalidOperationException($"{failed} of {count} reports were not kept");
    }

    /// <summary>What the hub does with a packet, but for its hop's protection.</summary>
    void Take(ReadOnlySpan<byte> octets, Instant at, Action<bool> done)
    {
        if (!RadiusPacket.TryParse(octets, out var packet, out _) || AccountingReport.TryRead(packet, _source, at, _key, out var report) != AccountingFault.None)
            throw new InvalidOperationException("this is no report");
        var kept = new KeptAccounting(++_lastId, "1", "albion", "albion.example", octets.ToArray());
        _intake.Take(report, isDurable =>
        {
            _lane.Add(kept, hasRoom: true);
            _lane.Waiting.Dequeue();
            _lane.Acknowledge(kept.Id);
            if (kept.Id % ForgottenTogether == 0)
                Forget();
            done(isDurable);
        }, transaction => AccountingRows.Keep(transaction, kept));
    }

    void Forget()
    {
        var ranges = _lane.TakeAcknowledged();
        _store.Write(
            transaction =>
            {
                foreach (var (first, last) in ranges)
                    AccountingRows.Remove(transaction, "1", "albion", "albion.example", first, last);
                return true;
            },
            static _ => { },
            fault => throw fault);
    }

    (int Length, Instant At) Next()
    {
        if (_next == _sessions || _round == 0)
            (_next, _round) = (0, _round + 1);
        return Packet(AccountingStatus.InterimUpdate, _next++, _round);
    }

    /// <summary>Some 250 octets, as an access point sends them.</summary>
    (int Length, Instant At) Packet(AccountingStatus status, int session, int round)
    {
        var at = _began + Duration.FromSeconds((round * 300) + (session % 300));
        var writer = PacketSecurity.Version11.BeginRequest(_packet, new RequestMark(RadiusCode.AccountingRequest, 0, default));
        writer.TryWriteInteger(AttributeType.AcctStatusType, (uint)status);
        Write(ref writer, AttributeType.UserName, $"user{session}@albion.example");
        Write(ref writer, AttributeType.NasIdentifier, $"nas-{session % 500}");
        Write(ref writer, AttributeType.AcctSessionId, session.ToString("x16", CultureInfo.InvariantCulture));
        Write(ref writer, AttributeType.CallingStationId, $"02-00-{session >> 24 & 255:X2}-{session >> 16 & 255:X2}-{session >> 8 & 255:X2}-{session & 255:X2}");
        Write(ref writer, AttributeType.CalledStationId, $"06-00-00-00-{session % 500 >> 8:X2}-{session % 500 & 255:X2}:Liberty");
        Write(ref writer, AttributeType.Class, "0123456789abcdef0123456789abcdef");
        Write(ref writer, AttributeType.OperatorName, "1liberty.example");
        writer.TryWriteInteger(AttributeType.EventTimestamp, (uint)at.ToUnixTimeSeconds());
        if (round > 0)
        {
            writer.TryWriteInteger(AttributeType.AcctSessionTime, (uint)(round * 300));
            writer.TryWriteInteger(AttributeType.AcctInputOctets, (uint)(round * 1_000_000));
            writer.TryWriteInteger(AttributeType.AcctOutputOctets, (uint)(round * 9_000_000));
            writer.TryWriteInteger(AttributeType.AcctInputGigawords, 0);
            writer.TryWriteInteger(AttributeType.AcctOutputGigawords, 0);
            writer.TryWriteInteger(AttributeType.AcctInputPackets, (uint)(round * 5_000));
            writer.TryWriteInteger(AttributeType.AcctOutputPackets, (uint)(round * 9_000));
        }

        return (PacketSecurity.Version11.SignRequest(ref writer), at);
    }

    static void Write(ref PacketWriter writer, AttributeType type, string text) => writer.TryWrite(type, Encoding.ASCII.GetBytes(text));

    sealed class NothingWaits : IReportedSessions
    {
        public LetIn? AcceptOf(AccountingReport report) => null;

        public void OnDurable(AccountingReport report, in SessionTake take, LetIn? accept)
        {
        }

        public void OnFault(Exception fault) => throw new InvalidOperationException("the store does not take it", fault);
    }

    sealed class NoSettlement : ISessionSettlement
    {
        public void Settle(StoreTransaction transaction, SessionRow row, RoamingSession session, Instant now)
        {
        }
    }
}
