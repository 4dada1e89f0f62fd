using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip;

namespace Meetpoint.Bench.Xmpp;

/// <summary>Presence that comes from another server over TLS, and is handed to users.</summary>
sealed class XmppS2sBenchmark : Benchmark
{
    const int Changes = 5_000;
    const int ShortChanges = 100;

    readonly HopAuthority _authority = new();
    readonly XmppSide _ours;
    readonly XmppSide? _peer;

    /// <summary>Starts both receivers, and opens a stream to each.</summary>
    public XmppS2sBenchmark(Effort effort)
    {
        var changes = effort == Effort.Full ? Changes : ShortChanges;
        var (sender, receiver) = (_authority.Of(XmppPlan.SenderDomain), _authority.Of(XmppPlan.ReceiverDomain));
        try
        {
            _ours = new XmppSide("ours", new OwnReceiver(receiver), sender, changes);
            if (!ProsodyServer.IsInstalled)
                return;
            PeerName = ProsodyServer.ReadVersion();
            _peer = new XmppSide(PeerName, new ProsodyServer(receiver), sender, changes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "xmpp-s2s";

    /// <inheritdoc/>
    public override string Unit => "us";

    /// <inheritdoc/>
    public override string Measure => "processor time a stanza, received and delivered";

    /// <inheritdoc/>
    public override double? RatioMark => 1 / 3.0;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 10;

    /// <inheritdoc/>
    public override int Runs => 5;

    /// <inheritdoc/>
    public override string? PeerName { get; } = "Prosody";

    /// <inheritdoc/>
    public override bool HasPeer => _peer is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => _peer is null ? [_ours.Note] : [_ours.Note, _peer.Note];

    /// <inheritdoc/>
    public override Sample RunOurs() => _ours.Run();

    /// <inheritdoc/>
    public override Sample RunPeer() => _peer!.Run();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        _authority.Dispose();
        base.Dispose();
    }
}
