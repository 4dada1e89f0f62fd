using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>How long a packet of video is in a room with 200 forwarded streams: ten cameras, each of which twenty receivers see.</summary>
public sealed class VideoDelayBenchmark : Benchmark
{
    const double Share = 0.99;

    static readonly VideoLoad _load = new(Cameras: 10, Screens: 200) { Watches = 20, PacketsPerPicture = 3 };

    readonly ThreadEventLoop _loop = new("audience", TimeProvider.System, static exception => Environment.FailFast("the audience threw", exception));
    readonly Effort _effort;
    readonly VideoRun _ours;
    List<long> _last = [];

    /// <summary>Starts the server and fills its room.</summary>
    public VideoDelayBenchmark(Effort effort)
    {
        _effort = effort;
        _ours = VideoRun.Of(new MeetpointVideo(), _loop, _load);
    }

    /// <inheritdoc/>
    public override string Name => "video-delay";

    /// <inheritdoc/>
    public override string Unit => "ms";

    /// <inheritdoc/>
    public override string Measure => "from when a camera sends a packet until its receiver has it, 99 of 100 packets";

    /// <inheritdoc/>
    public override double? Mark => 5;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 5;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            yield return $"ours: {_ours.Seen}";
            yield return string.Create(
                CultureInfo.InvariantCulture, $"of {_last.Count} packets of the last window: half {At(0.5):f2} ms, 9 of 10 {At(0.9):f2} ms, 999 of 1000 {At(0.999):f2} ms, the last {At(1):f2} ms");
        }
    }

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        var sample = _ours.Run((_effort == Effort.Full ? 5 : 2) * MonotonicTime.Second, _effort);
        _last = _ours.UnderWayNs;
        return sample with { CostPerUnit = At(Share) };
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours.Dispose();
        _loop.Dispose();
        base.Dispose();
    }

    double At(double share) => _last.Count == 0 ? 0 : (double)_last[Math.Min(_last.Count - 1, (int)(_last.Count * share))] / MonotonicTime.Millisecond;
}
