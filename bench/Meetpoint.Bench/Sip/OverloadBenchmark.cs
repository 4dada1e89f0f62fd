using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip.Agents;

namespace Meetpoint.Bench.Sip;

/// <summary>
/// Five times as many calls as a server can carry: what is left of its yield. Calls count when they are answered and hung up within three seconds; the share is of the most
/// that the same server carried while the rate went up in steps. The server shares one processor with threads that spin, and the agents have the others: so it
/// can be offered five times as much as it carries by what is no faster than itself.
/// </summary>
sealed class OverloadBenchmark : Benchmark
{
    const int ServerProcessor = 0;
    const int SpinningThreads = 2;
    const double Times = 5;

    readonly AgentLoad _load;
    readonly ProcessorBrake _brake;
    readonly OverloadSide _ours;
    readonly OverloadSide? _peer;

    /// <summary>Starts both servers, and finds what each can carry.</summary>
    public OverloadBenchmark(Effort effort)
    {
        _load = new AgentLoad(mediaCalls: 0);
        ProcessorAffinity.KeepOff(ServerProcessor);
        _brake = new ProcessorBrake(ServerProcessor, SpinningThreads);
        try
        {
            _ours = new OverloadSide("ours", Ours(), _load, effort);
            _ours.FindPeak();
            if (!KamailioServer.IsInstalled)
                return;
            PeerName = KamailioServer.ReadVersion();
            _peer = new OverloadSide(PeerName, Peer(), _load, effort);
            _peer.FindPeak();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "overload";

    /// <inheritdoc/>
    public override string Unit => "of peak";

    /// <inheritdoc/>
    public override string Measure => "good calls a second at five times the rate of the peak";

    /// <inheritdoc/>
    public override double? Mark => 0.9;

    /// <inheritdoc/>
    public override bool MarkIsLeast => true;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 0;

    /// <inheritdoc/>
    public override int Runs => 3;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Kamailio";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => ["the mark is the least that ours must reach", .. _ours.Notes, .. _peer?.Notes ?? []];

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run(Times);

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run(Times);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        _brake.Dispose();
        _load.Dispose();
        base.Dispose();
    }

    static SipServer Ours() => new(
        $"{SipPlan.Exchange}:{SipPlan.ServerPort}",
        [
            new ExchangeServer(
                new ExchangeLayout
                {
                    Host = SipPlan.Exchange,
                    From = Trunk.ByAddress(SipPlan.Caller, SipPlan.CallerPort, SipTransport.Udp),
                    To = Trunk.ByAddress(SipPlan.Called, SipPlan.CalledPort, SipTransport.Udp),
                },
                ServerProcessor),
        ]);

    static SipServer Peer() => new(
        $"{SipPlan.Kamailio}:{SipPlan.ServerPort}",
        [
            new KamailioServer(
                SipPlan.Kamailio, $"sip:{SipPlan.Called}:{SipPlan.CalledPort}", KamailioServer.Listening(SipPlan.Kamailio, SipTransport.Udp), ServerProcessor),
        ]);
}
