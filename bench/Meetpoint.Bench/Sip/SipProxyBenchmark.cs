using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>Calls that pass from one trunk to the other by edits of what was received (ours), and through a record-routing proxy (Kamailio).</summary>
sealed class SipProxyBenchmark : Benchmark
{
    readonly SipTransport _transport;
    readonly SippLoad _load;
    readonly SippSide _ours;
    readonly SippSide? _peer;

    /// <summary>Starts both servers, and wakes them.</summary>
    public SipProxyBenchmark(Effort effort, SipTransport transport)
    {
        SippLoad.Require();
        _transport = transport;
        var size = SipLoadSize.Of(effort);
        _load = new SippLoad(transport);
        try
        {
            _ours = new SippSide("ours", Ours(), _load, size);
            _ours.Wake();
            if (!KamailioServer.IsInstalled)
                return;
            PeerName = KamailioServer.ReadVersion();
            _peer = new SippSide(PeerName, Peer(), _load, size);
            _peer.Wake();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => _transport.IsUdp ? "sip-proxy" : $"sip-proxy-{_transport.Name}";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time a call, from INVITE to BYE";

    /// <inheritdoc/>
    public override double? RatioMark => _transport.IsUdp ? 0.35 : 0.5;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 8;

    /// <inheritdoc/>
    public override int Runs => 5;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Kamailio";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => _ours.Notes.Concat(_peer?.Notes ?? []);

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run();

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        _load.Dispose();
        base.Dispose();
    }

    SipServer Ours()
    {
        var layout = new ExchangeLayout
        {
            Host = SipPlan.Exchange,
            From = Trunk.ByAddress(SipPlan.Caller, SipPlan.CallerPort, _transport),
            To = Trunk.ByAddress(SipPlan.Called, SipPlan.CalledPort, _transport),
        };
        return new SipServer($"{SipPlan.Exchange}:{SipPlan.ServerPort}", [new ExchangeServer(layout)]);
    }

    SipServer Peer()
    {
        var nextHop = $"sip:{SipPlan.Called}:{SipPlan.CalledPort};transport={_transport.Name}";
        return new SipServer(
            $"{SipPlan.Kamailio}:{SipPlan.ServerPort}", [new KamailioServer(SipPlan.Kamailio, nextHop, KamailioServer.Listening(SipPlan.Kamailio, _transport))]);
    }
}
