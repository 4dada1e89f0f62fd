using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Janus;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>One camera in SRTP, forwarded to 20 receivers in SRTP: ours and Janus' video room, each a process of its own.</summary>
public sealed class VideoForwardBenchmark : Benchmark
{
    readonly ThreadEventLoop _loop = new("audience", TimeProvider.System, static exception => Environment.FailFast("the audience threw", exception));
    readonly Effort _effort;
    readonly long _windowNs;
    readonly Side _ours;
    readonly Side? _peer;

    /// <summary>Starts both servers and fills their rooms.</summary>
    public VideoForwardBenchmark(Effort effort)
    {
        _effort = effort;
        _windowNs = (effort == Effort.Full ? 5 : 2) * MonotonicTime.Second;
        _ours = Side.Of(new MeetpointVideo(), _loop);
        if (!JanusServer.IsInstalled)
            return;
        var janus = new JanusVideo();
        PeerName = $"Janus {janus.Version} videoroom";
        _peer = Side.Of(janus, _loop);
    }

    /// <inheritdoc/>
    public override string Name => "media-forward";

    /// <inheritdoc/>
    public override string Unit => "ns";

    /// <inheritdoc/>
    public override string Measure => "processor time a video packet sent";

    /// <inheritdoc/>
    public override double? RatioMark => 0.6;

    /// <inheritdoc/>
    public override string BytesMeasure => "bytes allocated a packet on the media loop";

    /// <inheritdoc/>
    public override double? BytesMark => 0;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 20;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Janus videoroom";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            yield return $"ours: {_ours.Seen}";
            if (_peer is not null)
                yield return $"{PeerName}: {_peer.Seen}";
        }
    }

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

    /// <summary>A server, and who is in its room.</summary>
    sealed class Side : IDisposable
    {
        readonly VideoSide _server;
        readonly Audience _audience;
        Audience.Window _last;

        Side(VideoSide server, Audience audience) => (_server, _audience) = (server, audience);

        /// <summary>Brings them in; a server that does not take them is ended.</summary>
        public static Side Of(VideoSide server, ThreadEventLoop loop)
        {
            try
            {
                var audience = new Audience(loop);
                server.Join(audience);
                return new Side(server, audience);
            }
            catch
            {
                server.Dispose();
                throw;
            }
        }

        public string Seen => string.Create(
            CultureInfo.InvariantCulture,
            $"the camera sent {_last.Sent} packets in the last window, the screens were sent {_last.Heard}; of {_last.Looked} that were opened {_last.Whole} were whole");

        public Sample Run(long windowNs, Effort effort)
        {
            var allocated = _server.AllocatedBytes;
            _last = _audience.Drive(windowNs, () => _server.ProcessorNs);
            allocated = _server.AllocatedBytes - allocated;
            // A server that loses packets is no measure. On a machine that is full, a short window may miss a few.
            var least = effort == Effort.Full ? 0.99 : 0.1;
            if (_last.Heard < _last.Sent * VideoLoad.Screens * least || _last.Whole < _last.Looked)
                throw new InvalidOperationException($"a server does not do its work: {Seen}");
            return new Sample((double)_last.ClockNs / _last.Heard, (double?)allocated / _last.Heard);
        }

        public void Dispose() => _server.Dispose();
    }
}
