using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Janus;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>One camera in SRTP, forwarded to 20 receivers in SRTP: ours and Janus' video room, each a process of its own.</summary>
public sealed class VideoForwardBenchmark : Benchmark
{
    static readonly VideoLoad _load = new(Cameras: 1, Screens: 20);

    readonly ThreadEventLoop _loop = new("audience", TimeProvider.System, static exception => Environment.FailFast("the audience threw", exception));
    readonly Effort _effort;
    readonly long _windowNs;
    readonly VideoRun _ours;
    readonly VideoRun? _peer;

    /// <summary>Starts both servers and fills their rooms.</summary>
    public VideoForwardBenchmark(Effort effort)
    {
        _effort = effort;
        _windowNs = (effort == Effort.Full ? 5 : 2) * MonotonicTime.Second;
        _ours = VideoRun.Of(new MeetpointVideo(), _loop, _load);
        if (!JanusServer.IsInstalled)
            return;
        var janus = new JanusVideo();
        PeerName = $"Janus {janus.Version} videoroom";
        _peer = VideoRun.Of(janus, _loop, _load);
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
}
