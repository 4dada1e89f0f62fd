using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>Calls through a chain of two: UDP, mutual TLS between the two, UDP. Two exchanges in transparent mode, and two Kamailios; the cost is that of one hop.</summary>
sealed class SipProxyTlsBenchmark : Benchmark
{
    const string Near = "near.example";
    const string Far = "far.example";

    readonly HopAuthority _authority = new();
    readonly SippLoad _load;
    readonly SippSide _ours;
    readonly SippSide? _peer;

    /// <summary>Starts both chains, and wakes them.</summary>
    public SipProxyTlsBenchmark(Effort effort)
    {
        SippLoad.Require();
        var size = SipLoadSize.Of(effort) with { CallsPerSecond = effort == Effort.Full ? 250 : 50, Calls = effort == Effort.Full ? 1_000 : 100 };
        _load = new SippLoad(SipTransport.Udp);
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
    public override string Name => "sip-proxy-tls";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time a call and hop of a chain of two, from INVITE to BYE";

    /// <inheritdoc/>
    public override double? RatioMark => 0.6;

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
        _authority.Dispose();
        base.Dispose();
    }

    SipServer Ours() => SipServer.Chain(
        $"{SipPlan.Exchange}:{SipPlan.ServerPort}",
        () => new ExchangeServer(new ExchangeLayout
        {
            Name = Far,
            Host = SipPlan.FarExchange,
            From = Trunk.ByName(Near, SipPlan.Exchange),
            To = Trunk.ByAddress(SipPlan.Called, SipPlan.CalledPort, SipTransport.Udp),
            Certificate = _authority.Of(Far),
        }),
        () => new ExchangeServer(new ExchangeLayout
        {
            Name = Near,
            Host = SipPlan.Exchange,
            From = Trunk.ByAddress(SipPlan.Caller, SipPlan.CallerPort, SipTransport.Udp),
            To = Trunk.ByName(Far, SipPlan.FarExchange),
            Certificate = _authority.Of(Near),
        }));

    SipServer Peer() => SipServer.Chain(
        $"{SipPlan.Kamailio}:{SipPlan.ServerPort}",
        () => Hop(SipPlan.FarKamailio, $"sip:{SipPlan.Called}:{SipPlan.CalledPort}", Far),
        () => Hop(SipPlan.Kamailio, $"sip:{SipPlan.FarKamailio}:{SipPlan.TlsPort};transport=tls", Near));

    KamailioServer Hop(string host, string nextHop, string name) => new(
        host, nextHop,
        [
            .. KamailioServer.Listening(host, SipTransport.Udp), "WITH_STREAMS", "WITH_TLS", $"LISTEN_TLS=tls:{host}:{SipPlan.TlsPort}",
            $"TLSCONFIG=\"{_authority.KamailioProfile(name)}\"",
        ]);
}
