using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>Access-Requests that come over UDP and go on over TLS, and the answers back: the visited side of a hop, with the same radsecproxy on the other side of both.</summary>
sealed class RadiusTlsBenchmark : Benchmark
{
    const int Requests = 40_000;
    const int ShortRequests = 1_000;
    const string Ours = "ours.example", Theirs = "theirs.example";

    readonly RadiusHome _home = new();
    readonly RadiusLoad _load = new();
    readonly HopAuthority _authority = new();
    readonly List<IDisposable> _started = [];
    readonly RadiusSide? _ours;
    readonly RadiusSide? _peer;
    readonly List<RadiusSide> _others = [];

    /// <summary>Starts all proxies.</summary>
    public RadiusTlsBenchmark(Effort effort)
    {
        var requests = effort == Effort.Full ? Requests : ShortRequests;
        var (ours, theirs) = (_authority.Of(Ours), _authority.Of(Theirs));
        try
        {
            // Ours on both sides, which speak RADIUS/1.1.
            Side(Started(RadiusHops.StartHome(RadiusPlan.HomeExchange, Ours, ours)), RadiusPlan.VisitedExchange, "ours on both sides, the home side", requests, _others);
            var visited = Side(Started(RadiusHops.StartVisited(RadiusPlan.VisitedExchange, RadiusPlan.HomeExchange, Ours, ours)), RadiusPlan.VisitedExchange, "ours on both sides, the visited side", requests, _others);
            if (!RadsecProxy.IsInstalled)
            {
                _ours = visited;
                return;
            }

            PeerName = RadsecProxy.Version;
            var home = Started(RadsecProxy.StartHome(RadiusPlan.HomeProxy, theirs));
            _ours = Side(Started(RadiusHops.StartVisited(RadiusPlan.ExchangeBeforeProxy, RadiusPlan.HomeProxy, Theirs, ours)), RadiusPlan.ExchangeBeforeProxy, "ours", requests);
            _peer = Side(Started(RadsecProxy.StartVisited(RadiusPlan.VisitedProxy, RadiusPlan.HomeProxy, Theirs, theirs)), RadiusPlan.VisitedProxy, PeerName, requests);
            Side(home, RadiusPlan.VisitedProxy, $"{PeerName} as home side", requests, _others);
            var behind = Started(RadiusHops.StartHome(RadiusPlan.ExchangeBehindProxy, Theirs, ours));
            Started(RadsecProxy.StartVisited(RadiusPlan.ProxyBeforeExchange, RadiusPlan.ExchangeBehindProxy, Ours, theirs));
            Side(behind, RadiusPlan.ProxyBeforeExchange, "ours as home side", requests, _others);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "radius-tls";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time of the visited side for an Access-Request over TLS, with its answer";

    /// <inheritdoc/>
    public override double? RatioMark => 1;

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
        .. _others.Select(other => $"{other.Name} beside each window, us: {other.Costs} (the first ones warm it)"),
    ];

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        foreach (var other in _others)
            other.Run(_load, _home);
        return _ours!.Run(_load, _home);
    }

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run(_load, _home);

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var one in _started)
            one.Dispose();
        _load.Dispose();
        _home.Dispose();
        _authority.Dispose();
        base.Dispose();
    }

    static RadiusSide Side(IMeasured server, string asked, string name, int requests, List<RadiusSide>? into = null)
    {
        var side = new RadiusSide(name, server, asked, RadiusCode.AccessRequest, requests);
        into?.Add(side);
        return side;
    }

    T Started<T>(T server)
        where T : IDisposable
    {
        _started.Add(server);
        return server;
    }
}
