using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.MediaRelay;
using Meetpoint.Bench.Sip.Agents;
using Meetpoint.Net;

namespace Meetpoint.Bench.Sip;

/// <summary>
/// Calls whose media we carry: both ends talk for 20 s in G.711. Ours anchors (two dialogs and a media relay in one process); the peer is Kamailio, which has
/// rtpengine in user space relay the media. A call's share of all their processor time is the cost.
/// </summary>
sealed class SipAnchoredBenchmark : Benchmark
{
    const int FullCalls = 200;
    const int FullCallsPerSecond = 50;
    const int FullWakingCalls = 4_000;
    const int WakingCallsPerSecond = 250;

    /// <summary>Of packets sent, how many must be heard.</summary>
    const double LeastHeard = 0.99;

    /// <summary>Time for what is written and sent after the last BYE.</summary>
    const int TailMs = 300;

    readonly AgentLoad _load;
    readonly int _calls;
    readonly int _callsPerSecond;
    readonly AgentTimes _times;
    readonly SipServer _ours;
    readonly SipServer? _peer;
    readonly Dictionary<SipServer, string> _last = [];

    /// <summary>Starts both servers, and wakes them with silent short calls.</summary>
    public SipAnchoredBenchmark(Effort effort)
    {
        var full = effort == Effort.Full;
        (_calls, _callsPerSecond) = full ? (FullCalls, FullCallsPerSecond) : (20, 20);
        _times = new AgentTimes { HoldNs = (full ? 20 : 2) * MonotonicTime.Second };
        _load = new AgentLoad(FullCalls);
        try
        {
            _ours = Ours();
            Wake(_ours, full ? FullWakingCalls : 100);
            if (!KamailioServer.IsInstalled || !RtpEngineRelay.IsInstalled)
                return;
            (_peer, PeerName) = Peer();
            Wake(_peer, full ? FullWakingCalls : 100);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "sip-anchored";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => string.Create(CultureInfo.InvariantCulture, $"processor time a call with {_times.HoldNs / MonotonicTime.Second} s of media");

    /// <inheritdoc/>
    public override double? RatioMark => 0.6;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 1;

    /// <inheritdoc/>
    public override int Runs => 3;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Kamailio with rtpengine";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => _last.Select(pair => $"{(pair.Key == _ours ? "ours" : PeerName)}: {pair.Value}");

    /// <inheritdoc/>
    public override Sample RunOurs() => Run(_ours);

    /// <inheritdoc/>
    public override Sample RunPeer() => Run(_peer!);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        _load.Dispose();
        base.Dispose();
    }

    static SipServer Ours() => new(
        $"{SipPlan.Exchange}:{SipPlan.ServerPort}",
        [
            new ExchangeServer(new ExchangeLayout
            {
                Host = SipPlan.Exchange,
                From = Trunk.ByAddress(SipPlan.Caller, SipPlan.CallerPort, SipTransport.Udp),
                To = Trunk.ByAddress(SipPlan.Called, SipPlan.CalledPort, SipTransport.Udp),
                Mode = "anchored",
            }),
        ]);

    static (SipServer Server, string Name) Peer()
    {
        var name = "";
        var server = SipServer.Chain(
            $"{SipPlan.Kamailio}:{SipPlan.ServerPort}",
            () =>
            {
                var relay = new RtpEngineHop();
                name = $"{KamailioServer.ReadVersion()} with rtpengine {relay.Version}";
                return relay;
            },
            static () => new KamailioServer(
                SipPlan.Kamailio, $"sip:{SipPlan.Called}:{SipPlan.CalledPort}",
                [.. KamailioServer.Listening(SipPlan.Kamailio, SipTransport.Udp), "WITH_MEDIA", $"RTPENGINE=\"udp:127.0.0.1:{RtpEngineRelay.NgPort}\""]));
        return (server, name);
    }

    void Wake(SipServer server, int calls) => _load.Run(server.Entry, calls, WakingCallsPerSecond, new AgentTimes());

    Sample Run(SipServer server)
    {
        var (sent, heard, clock) = (_load.Media!.Sent, _load.Media.Heard, server.ProcessorNs);
        var counts = _load.Run(server.Entry, _calls, _callsPerSecond, _times);
        Pause.For(TailMs);
        (sent, heard, clock) = (_load.Media.Sent - sent, _load.Media.Heard - heard, server.ProcessorNs - clock);
        var seen = string.Create(
            CultureInfo.InvariantCulture, $"last window {counts}; of {sent} packets of media {heard} were heard; resident {server.ResidentBytes / 1e6:f0} MB");
        _last[server] = seen;
        if (counts.Good < _calls || heard < sent * LeastHeard)
            throw new InvalidOperationException($"a server does not do its work: {seen}\n{server.Tail}");
        return new Sample(clock / 1e3 / _calls, null);
    }
}
