using Meetpoint.Bench.Harness;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>Access-Requests that are carried to the home of their realm over UDP, and the answers back.</summary>
sealed class RadiusProxyBenchmark : Benchmark
{
    const int Requests = 100_000;
    const int ShortRequests = 1_000;

    readonly RadiusHome _home = new();
    readonly RadiusLoad _load = new();
    readonly RadiusSide _ours;
    readonly RadiusSide? _peer;
    readonly List<RadiusSide> _others = [];

    /// <summary>Starts all proxies.</summary>
    public RadiusProxyBenchmark(Effort effort)
    {
        var requests = effort == Effort.Full ? Requests : ShortRequests;
        try
        {
            _ours = new RadiusSide("ours", RadiusLayout.Start(), RadiusPlan.Exchange, RadiusCode.AccessRequest, requests);
            if (!RadsecProxy.IsInstalled)
                return;
            PeerName = RadsecProxy.Version;
            _peer = new RadiusSide(PeerName, RadsecProxy.Start(RadiusPlan.RadsecProxy, logsAnswers: false), RadiusPlan.RadsecProxy, RadiusCode.AccessRequest, requests);
            _others.Add(new RadiusSide(
                $"{PeerName} that logs every answer", RadsecProxy.Start(RadiusPlan.LoggingRadsecProxy, logsAnswers: true), RadiusPlan.LoggingRadsecProxy, RadiusCode.AccessRequest, requests));
            if (FreeRadius.IsInstalled)
                _others.Add(new RadiusSide(FreeRadius.Version, FreeRadius.Start(RadiusPlan.FreeRadius), RadiusPlan.FreeRadius, RadiusCode.AccessRequest, requests));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "radius-proxy";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time an Access-Request, with its answer";

    /// <inheritdoc/>
    public override double? RatioMark => 0.6;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 10;

    /// <inheritdoc/>
    public override int Runs => 5;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "radsecproxy";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes =>
    [
        .. new[] { _ours, _peer }.OfType<RadiusSide>().Concat(_others).Select(side => side.Note),
        .. _others.Select(other => $"{other.Name} beside each window of {PeerName}, us: {other.Costs} (the first ones warm it)"),
    ];

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run(_load, _home);

    /// <inheritdoc/>
    public override Sample RunPeer()
    {
        foreach (var other in _others)
            other.Run(_load, _home);
        return _peer!.Run(_load, _home);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        foreach (var other in _others)
            other.Dispose();
        _load.Dispose();
        _home.Dispose();
        base.Dispose();
    }
}
