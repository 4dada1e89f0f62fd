using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Janus;
using Meetpoint.Media.Codecs;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>
/// One room, 20 participants in plain RTP, 3 of them talking: ours and Janus' audio bridge, each a process of its own. In G.711 at 8 kHz, or in Opus
/// at 48.
/// </summary>
public sealed class MediaMixBenchmark : Benchmark
{
    const int FewListeners = 20;
    const int ManyListeners = 200;

    readonly ThreadEventLoop _loop = new("phones", TimeProvider.System, static exception => Environment.FailFast("the phones threw", exception));
    readonly bool _isOpus;
    readonly Effort _effort;
    readonly long _windowNs;
    readonly MixRoom _ours;
    readonly MixRoom? _peer;

    /// <summary>Starts both servers and fills their rooms.</summary>
    public MediaMixBenchmark(Effort effort, bool isOpus = false)
    {
        _effort = effort;
        _isOpus = isOpus;
        _windowNs = (effort == Effort.Full ? 6 : 1) * MonotonicTime.Second;
        var load = new MixLoad(isOpus ? AudioCodec.Opus : AudioCodec.Pcmu);
        _ours = MixRoom.Of(new MeetpointMix(load), _loop, load);
        if (!JanusServer.IsInstalled)
            return;
        var janus = new JanusMix(load);
        PeerName = $"Janus {janus.Version} audiobridge";
        _peer = MixRoom.Of(janus, _loop, load);
    }

    /// <inheritdoc/>
    public override string Name => _isOpus ? "media-mix-opus" : "media-mix";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time a participant and 20 ms frame";

    /// <inheritdoc/>
    public override double? RatioMark => _isOpus ? 0.3 : 0.25;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 20;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Janus audiobridge";

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
            if (!_isOpus)
                yield break;
            var told = Cost(new MixLoad(AudioCodec.Opus, TellsLevels: true));
            yield return string.Create(CultureInfo.InvariantCulture, $"ours where phones tell their levels: {told:f2} us a participant and frame; who is silent is not decoded");
            yield return Listeners();
        }
    }

    /// <inheritdoc/>
    public override Sample RunOurs() => new(_ours.CostPerFrame(_windowNs, _effort), null);

    /// <inheritdoc/>
    public override Sample RunPeer() => new(_peer!.CostPerFrame(_windowNs, _effort), null);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours.Dispose();
        _peer?.Dispose();
        _loop.Dispose();
        base.Dispose();
    }

    /// <summary>What those cost who only listen, and send nothing: they share an encode, and a packet each is what stays.</summary>
    string Listeners()
    {
        var (few, many) = (CostOfTick(FewListeners), CostOfTick(ManyListeners));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"ours with {MixLoad.Talkers} who talk, and with {FewListeners} who listen and send nothing: {few:f0} us a tick; with {ManyListeners}: {many:f0} us, {many / few:f2} of that");
    }

    double CostOfTick(int listeners) =>
        Cost(new MixLoad(AudioCodec.Opus, MixLoad.Talkers + listeners, ListenersSend: false)) * (MixLoad.Talkers + listeners);

    /// <summary>Of a room of its own, warmed.</summary>
    double Cost(MixLoad load)
    {
        using var room = MixRoom.Of(new MeetpointMix(load), _loop, load);
        for (var i = 0; i < (_effort == Effort.Full ? 3 : 1); i++)
            room.CostPerFrame(_windowNs, _effort);
        return room.CostPerFrame(_windowNs, _effort);
    }
}
