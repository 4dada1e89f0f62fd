using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>One room, 20 participants in plain RTP and G.711, 3 of them talking: ours and Janus' audio bridge, each a process of its own.</summary>
public sealed class MediaMixBenchmark : Benchmark
{
    readonly ThreadEventLoop _loop = new("phones", TimeProvider.System, static exception => Environment.FailFast("the phones threw", exception));
    readonly Effort _effort;
    readonly long _windowNs;
    readonly Side _ours;
    readonly Side? _peer;

    /// <summary>Starts both servers and fills their rooms.</summary>
    public MediaMixBenchmark(Effort effort)
    {
        _effort = effort;
        _windowNs = (effort == Effort.Full ? 6 : 1) * MonotonicTime.Second;
        _ours = Side.Of(new MeetpointMix(), _loop);
        if (!JanusMix.IsInstalled)
            return;
        var janus = new JanusMix();
        PeerName = $"Janus {janus.Version} audiobridge";
        _peer = Side.Of(janus, _loop);
    }

    /// <inheritdoc/>
    public override string Name => "media-mix";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time a participant and 20 ms frame";

    /// <inheritdoc/>
    public override double? RatioMark => 0.25;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 20;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Janus audiobridge";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes =>
        _peer is null ? [$"ours: {_ours.Heard}"] : [$"ours: {_ours.Heard}", $"{PeerName}: {_peer.Heard}"];

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run(_windowNs, _effort);

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run(_windowNs, _effort);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours.Dispose();
        _peer?.Dispose();
        _loop.Dispose();
        base.Dispose();
    }

    /// <summary>A server, and the phones that are in its room.</summary>
    sealed class Side : IDisposable
    {
        readonly MixSide _server;
        readonly PhoneBank _bank;
        PhoneBank.Window _last;

        Side(MixSide server, PhoneBank bank) => (_server, _bank) = (server, bank);

        /// <summary>Brings the phones in; a server that does not take them is ended.</summary>
        public static Side Of(MixSide server, ThreadEventLoop loop)
        {
            try
            {
                var bank = new PhoneBank(loop);
                server.Join(bank.Phones);
                return new Side(server, bank);
            }
            catch
            {
                server.Dispose();
                throw;
            }
        }

        public string Heard => string.Create(
            CultureInfo.InvariantCulture,
            $"the phones sent {_last.Sent} packets in the last window and heard {_last.Heard}, {(double)_last.HeardVoice / _last.Heard:p0} of them with a voice");

        public Sample Run(long windowNs, Effort effort)
        {
            var id = _server.ProcessId;
            _last = _bank.Drive(windowNs, () => ProcessorTime.ProcessNs(id));
            // A server that does less than its work is no measure. On a machine that is full, a short window may miss a few.
            var least = effort == Effort.Full ? 0.9 : 0.1;
            if (_last.Heard < _last.Sent * least || _last.HeardVoice < _last.Heard * (least - 0.1))
                throw new InvalidOperationException($"a server does not do its work: {Heard}");
            var frames = (double)windowNs * MixLoad.Legs * MixLoad.FramesPerSecond / MonotonicTime.Second;
            return new Sample(_last.ClockNs / frames / MonotonicTime.Microsecond, null);
        }

        public void Dispose() => _server.Dispose();
    }
}
