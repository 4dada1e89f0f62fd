using System.Globalization;
using System.Net.Sockets;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Presence;

/// <summary>What a NOTIFY costs, with the taking of its answer: publications for presentities with ten watchers, less the same for presentities with none.</summary>
sealed class PresenceFanoutBenchmark : Benchmark
{
    readonly int _publications;
    readonly Side _ours;
    readonly Side? _peer;

    public PresenceFanoutBenchmark(Effort effort)
    {
        _publications = effort == Effort.Full ? 2_000 : 200;
        try
        {
            _ours = new Side(new PresenceExchange(PresencePlan.Exchange, PresencePlan.Watchers.Ours, PresencePlan.Publishers.Ours), PresencePlan.Exchange, PresencePlan.Watchers.Ours, PresencePlan.Publishers.Ours);
            _ours.Begin();
            if (!KamailioPresence.IsInstalled)
                return;
            PeerName = KamailioServer.ReadVersion();
            _peer = new Side(new KamailioPresence(), PresencePlan.Kamailio, PresencePlan.Watchers.Peer, PresencePlan.Publishers.Peer);
            _peer.Begin();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "presence-fanout";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time a NOTIFY";

    /// <inheritdoc/>
    public override double? RatioMark => 1.0 / 3;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 12;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Kamailio";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => new[] { _ours, _peer }.OfType<Side>().Select(side => side.Note);

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run(_publications);

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run(_publications);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        base.Dispose();
    }

    sealed class Side(IMeasured server, string host, string watchers, string publishers) : IDisposable
    {
        /// <summary>After the last answer: what a server does afterwards belongs to it.</summary>
        const int SettleMs = 200;

        PresenceLoad? _load;
        double _publicationUs;

        public string Note => string.Create(
            CultureInfo.InvariantCulture, $"{host}: {_publicationUs:f0} us a PUBLISH without watchers; {_load?.NotifyBytes} bytes a NOTIFY; {_load?.Notified} of them; {server.ResidentBytes / 1e6:f0} MB");

        public void Begin() => With(load =>
        {
            load.Subscribe(PresencePlan.Presentities, PresencePlan.WatchersOfEach);
            load.Publish("u", PresencePlan.Presentities, PresencePlan.WatchersOfEach);
            load.Publish("v", PresencePlan.Presentities, 0);
            return 0;
        });

        public Sample Run(int publications) => With(load =>
        {
            var without = Cost(() => load.Publish("v", publications, 0));
            var with = Cost(() => load.Publish("u", publications, PresencePlan.WatchersOfEach));
            _publicationUs = without / 1e3 / publications;
            return new Sample((with - without) / 1e3 / publications / PresencePlan.WatchersOfEach, null);
        });

        public void Dispose()
        {
            _load?.Dispose();
            server.Dispose();
        }

        long Cost(Action work)
        {
            var before = server.ProcessorNs;
            work();
            Pause.For(SettleMs);
            return server.ProcessorNs - before;
        }

        T With<T>(Func<PresenceLoad, T> work)
        {
            try
            {
                return work(_load ??= new PresenceLoad(host, watchers, publishers));
            }
            catch (Exception error) when (error is InvalidOperationException or SocketException)
            {
                throw new IOException($"{host}: {error.Message}\n{server.Tail}", error);
            }
        }
    }
}
