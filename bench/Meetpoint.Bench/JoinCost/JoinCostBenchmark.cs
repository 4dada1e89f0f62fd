using System.Globalization;
using System.Reflection;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.JoinTime;
using Meetpoint.Demo;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;

namespace Meetpoint.Bench.JoinCost;

/// <summary>What one browser that comes in costs the exchange, from its WebSocket until keys are agreed; what its leaving costs, with its record, stands in the notes.</summary>
public sealed class JoinCostBenchmark : Benchmark
{
    /// <summary>Second number of its addresses, unlike any that the tests use.</summary>
    const int SecondOfAddress = 48;

    /// <summary>For records that are on their way.</summary>
    const int SettleMs = 1_000;

    const string OfferName = "chromium-offer.sdp";

    readonly ThreadEventLoop _loop = new("pages", TimeProvider.System, static exception => Environment.FailFast("the pages threw", exception));
    readonly DtlsCertificate _certificate = DtlsCertificate.Create(TimeProvider.System.GetUtcNow().AddDays(-1), TimeSpan.FromDays(3));
    readonly int _joins;
    readonly string _offer;
    readonly DtlsContext _context;
    readonly MeetingWorld _world;
    readonly StandInPage _resident;
    readonly Uri _address;
    double _emptyMs;
    double _fullMs;
    double _leaveMs;

    /// <summary>Starts two exchanges, and has one page in a meeting of both.</summary>
    /// <exception cref="IOException">Something did not start.</exception>
    public JoinCostBenchmark(Effort effort)
    {
        _joins = effort == Effort.Full ? 30 : 5;
        using var offer = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(OfferName)!);
        _offer = offer.ReadToEnd();
        _context = new DtlsContext(_certificate);
        _world = MeetingWorld.Wait(MeetingWorld.StartAsync(SecondOfAddress));
        _address = new Uri(_world.Link.Replace("http://", "ws://", StringComparison.Ordinal).Replace("/join/", "/api/v1/join/", StringComparison.Ordinal) + "/ws");
        _resident = NewPage();
        MeetingWorld.Wait(_resident.EnterAsync(_address));
    }

    /// <inheritdoc/>
    public override string Name => "join-cost";

    /// <inheritdoc/>
    public override string Unit => "ms";

    /// <inheritdoc/>
    public override string Measure => "processor time of a join of a browser";

    /// <inheritdoc/>
    public override double? Mark => 2;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 30;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes =>
        [string.Create(CultureInfo.InvariantCulture, $"{_joins} joins a window, with all that follows of them within a second, who have left before the next; leaving took {_leaveMs:f2} ms each, with usage records that both exchanges agree on. The meeting itself took {_emptyMs:f1} ms of the processor a second with one who stays, and {_fullMs:f1} with all, which is taken off")];

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        var pages = new List<StandInPage>(_joins);
        var before = Rate();
        var joined = Cost(
            () =>
            {
                for (var i = 0; i < _joins; i++)
                {
                    pages.Add(NewPage());
                    MeetingWorld.Wait(pages[^1].EnterAsync(_address));
                }

                Pause.For(SettleMs);
            },
            out var joinNs);
        var after = Rate();
        var left = Cost(
            () =>
            {
                foreach (var page in pages)
                    MeetingWorld.Wait(page.LeaveAsync());
                Pause.For(SettleMs);
            },
            out var leaveNs);
        (_emptyMs, _fullMs) = (before * MonotonicTime.Second / MonotonicTime.Millisecond, after * MonotonicTime.Second / MonotonicTime.Millisecond);
        _leaveMs = Each(left, leaveNs, before);
        return new Sample(Each(joined, joinNs, after), null);

        // While they come the meeting grows evenly, and after that it is as it is: what it costs itself is nobody's joining.
        double Each(long ns, long wallNs, double settled)
        {
            var settleNs = SettleMs * (double)MonotonicTime.Millisecond;
            return (ns - (settled * settleNs) - ((before + after) / 2 * (wallNs - settleNs))) / _joins / MonotonicTime.Millisecond;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        MeetingWorld.Wait(_resident.LeaveAsync());
        MeetingWorld.Wait(_world.DisposeAsync().AsTask());
        _loop.Dispose();
        _context.Dispose();
        _certificate.Dispose();
        base.Dispose();
    }

    StandInPage NewPage() => new(_loop, _context, _offer);

    /// <summary>What the exchange takes of a processor as the meeting is: 1 is all of one.</summary>
    double Rate() => Cost(() => Pause.For(SettleMs), out var ns) / (double)ns;

    long Cost(Action work, out long wallNs)
    {
        var (begin, id) = (TimeProvider.System.NowNs(), _world.Exchange.Process.Id);
        var before = ProcessorTime.ProcessNs(id);
        work();
        wallNs = TimeProvider.System.NowNs() - begin;
        return ProcessorTime.ProcessNs(id) - before;
    }
}
