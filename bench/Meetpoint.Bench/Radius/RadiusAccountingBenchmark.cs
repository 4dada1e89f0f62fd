using Meetpoint.Bench.Harness;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>Accounting-Requests that are carried to the home of their realm over UDP: by ours kept first, by the peer never.</summary>
sealed class RadiusAccountingBenchmark : Benchmark
{
    const int Requests = 20_000;
    const int ShortRequests = 500;

    readonly RadiusHome _home = new();
    readonly RadiusLoad _load = new();
    readonly RadiusSide _ours;
    readonly RadiusSide? _peer;

    /// <summary>Starts both proxies.</summary>
    public RadiusAccountingBenchmark(Effort effort)
    {
        var requests = effort == Effort.Full ? Requests : ShortRequests;
        try
        {
            _ours = new RadiusSide("ours", RadiusLayout.Start(), RadiusPlan.Exchange, RadiusCode.AccountingRequest, requests);
            if (!RadsecProxy.IsInstalled)
                return;
            PeerName = RadsecProxy.Version;
            _peer = new RadiusSide(PeerName, RadsecProxy.Start(RadiusPlan.RadsecProxy, logsAnswers: false), RadiusPlan.RadsecProxy, RadiusCode.AccountingRequest, requests);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "radius-accounting";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time an Accounting-Request, answered and brought home";

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
        "ours answers once it is durable in SQLite, and sends on until the home acknowledges, over restarts; radsecproxy keeps nothing, and answers what the home answers",
        .. new[] { _ours, _peer }.OfType<RadiusSide>().Select(side => side.Note),
    ];

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run(_load, _home);

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run(_load, _home);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        _load.Dispose();
        _home.Dispose();
        base.Dispose();
    }
}
