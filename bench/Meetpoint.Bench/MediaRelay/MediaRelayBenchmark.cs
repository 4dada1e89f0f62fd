using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>32 calls in plain RTP relayed from port to port: ours and rtpengine in user space, each a process of its own.</summary>
public sealed class MediaRelayBenchmark : Benchmark
{
    const int HighRuns = 3;

    readonly ThreadEventLoop _loop = new("callers", TimeProvider.System, static exception => Environment.FailFast("the callers threw", exception));
    readonly Effort _effort;
    readonly long _windowNs;
    readonly Side _ours;
    readonly Side? _peer;

    /// <summary>Starts both relays and sets the calls up.</summary>
    public MediaRelayBenchmark(Effort effort)
    {
        _effort = effort;
        _windowNs = (effort == Effort.Full ? 4 : 1) * MonotonicTime.Second;
        _ours = Side.Of(new MeetpointRelay(), _loop);
        if (!RtpEngineRelay.IsInstalled)
            return;
        var peer = new RtpEngineRelay();
        PeerName = $"rtpengine {peer.Version}";
        _peer = Side.Of(peer, _loop);
    }

    /// <inheritdoc/>
    public override string Name => "media-relay";

    /// <inheritdoc/>
    public override string Unit => "ns";

    /// <inheritdoc/>
    public override string Measure => $"processor time a relayed packet, at {RelayLoad.PacketsPerSecond} a second";

    /// <inheritdoc/>
    public override double? RatioMark => 0.7;

    /// <inheritdoc/>
    public override string BytesMeasure => "bytes allocated a packet on the media loop";

    /// <inheritdoc/>
    public override double? BytesMark => 0;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 10;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "rtpengine";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            yield return $"ours: {_ours.Heard}";
            if (_peer is not null)
                yield return $"{PeerName}: {_peer.Heard}";
            yield return AtHighRate();
        }
    }

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run(RelayLoad.PacketsPerSecond, _windowNs, _effort);

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run(RelayLoad.PacketsPerSecond, _windowNs, _effort);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours.Dispose();
        _peer?.Dispose();
        _loop.Dispose();
        base.Dispose();
    }

    string AtHighRate()
    {
        var ours = new List<double>();
        var peer = new List<double>();
        for (var i = 0; i < (_effort == Effort.Full ? HighRuns : 1); i++)
        {
            ours.Add(_ours.Run(RelayLoad.HighPacketsPerSecond, _windowNs, _effort).CostPerUnit);
            if (_peer is not null)
                peer.Add(_peer.Run(RelayLoad.HighPacketsPerSecond, _windowNs, _effort).CostPerUnit);
        }

        var our = ours.Order().ElementAt(ours.Count / 2);
        var text = string.Create(CultureInfo.InvariantCulture, $"at {RelayLoad.HighPacketsPerSecond} a second: ours {our:f0} ns");
        if (peer.Count == 0)
            return text;
        var their = peer.Order().ElementAt(peer.Count / 2);
        return text + string.Create(CultureInfo.InvariantCulture, $", {PeerName} {their:f0} ns, ratio {our / their:f3}");
    }

    /// <summary>A relay, and the ends of its calls.</summary>
    sealed class Side : IDisposable
    {
        readonly RelayProcess _relay;
        readonly Callers _callers;
        Callers.Window _last;

        Side(RelayProcess relay, Callers callers) => (_relay, _callers) = (relay, callers);

        /// <summary>Sets the calls up; a relay that does not take them is ended.</summary>
        public static Side Of(RelayProcess relay, ThreadEventLoop loop) => relay.SetUp(() =>
        {
            var callers = new Callers(loop);
            relay.Connect(callers);
            return new Side(relay, callers);
        });

        public string Heard => string.Create(
            CultureInfo.InvariantCulture,
            $"of {_last.Sent} packets in the last window {_last.Heard} were heard, and {_last.ReportsHeard} reports");

        public Sample Run(int packetsPerSecond, long windowNs, Effort effort)
        {
            var allocated = _relay.AllocatedBytes;
            _last = _callers.Drive(packetsPerSecond, windowNs, () => _relay.ProcessorNs);
            allocated = _relay.AllocatedBytes - allocated;
            // A relay that loses packets is no measure. On a machine that is full, a short window may miss a few.
            var least = effort == Effort.Full ? 0.99 : 0.1;
            if (_last.Heard < _last.Sent * least || (effort == Effort.Full && _last.ReportsHeard == 0))
                throw new InvalidOperationException($"a relay does not do its work: {Heard}");
            return new Sample((double)_last.ClockNs / _last.Heard, (double?)allocated / _last.Heard);
        }

        public void Dispose() => _relay.Dispose();
    }
}
