using System.Globalization;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Presence;

/// <summary>
/// Many presentities with ten watchers each: what they take of memory, and what a NOTIFY of a change costs beside the same with few, for a change is to cost by its own watchers alone.
/// </summary>
sealed class PresenceManyBenchmark : Benchmark
{
    /// <summary>After the last request: its transaction over UDP is gone after 32 s.</summary>
    const int SettleMs = 40_000;

    readonly int _changes;
    readonly Side _many;
    readonly Side _few;

    public PresenceManyBenchmark(Effort effort)
    {
        _changes = effort == Effort.Full ? 2_000 : 200;
        var isFull = effort == Effort.Full;
        try
        {
            _few = new Side(PresencePlan.Presentities, isFull);
            _many = new Side(isFull ? PresencePlan.Many : 2 * PresencePlan.Presentities, isFull, few: false);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "presence-many";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time a NOTIFY, with the tenth of a PUBLISH";

    /// <inheritdoc/>
    public override double? RatioMark => 1.5;

    /// <inheritdoc/>
    public override string BytesMeasure => "bytes resident";

    /// <inheritdoc/>
    public override double? BytesMark => 1e9;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 12;

    /// <inheritdoc/>
    public override string? PeerName { get; } = string.Create(CultureInfo.InvariantCulture, $"ours with {PresencePlan.Presentities} presentities");

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => [_many.Note, _few.Note];

    /// <inheritdoc/>
    public override Sample RunOurs() => _many.Run(_changes);

    /// <inheritdoc/>
    public override Sample RunPeer() => _few.Run(_changes);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _many?.Dispose();
        _few?.Dispose();
        base.Dispose();
    }

    sealed class Side : IDisposable
    {
        readonly int _presentities;
        readonly PresenceExchange _server;
        readonly PresenceLoad _load;

        public Side(int presentities, bool settles, bool few = true)
        {
            _presentities = presentities;
            var (host, watchers, publishers) = few
                ? (PresencePlan.Kamailio, PresencePlan.Watchers.Peer, PresencePlan.Publishers.Peer) : (PresencePlan.Exchange, PresencePlan.Watchers.Ours, PresencePlan.Publishers.Ours);
            _server = new PresenceExchange(host, watchers, publishers);
            try
            {
                _load = new PresenceLoad(host, watchers, publishers);
                _load.Subscribe(presentities, PresencePlan.WatchersOfEach, Tell);
                _load.Publish("u", presentities, PresencePlan.WatchersOfEach, presentities);
                Pause.For(settles ? SettleMs : 0);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public string Note => string.Create(
            CultureInfo.InvariantCulture, $"{_presentities} presentities with {PresencePlan.WatchersOfEach} watchers each: {_server.ResidentBytes / 1e6:f0} MB resident, {_load.Notified} NOTIFYs of {_load.NotifyBytes} bytes so far");

        public Sample Run(int changes)
        {
            const int settleMs = 200;
            var before = _server.ProcessorNs;
            _load.Publish("u", changes, PresencePlan.WatchersOfEach, _presentities);
            Pause.For(settleMs);
            return new Sample((_server.ProcessorNs - before) / 1e3 / changes / PresencePlan.WatchersOfEach, _server.ResidentBytes);
        }

        public void Dispose()
        {
            _load?.Dispose();
            _server.Dispose();
        }

        void Tell(int done)
        {
            const int every = 10_000;
            if (done > 0 && done % every == 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} of {_presentities} presentities have their watchers, {_server.ResidentBytes / 1e6:f0} MB"));
        }
    }
}
