using System.Globalization;
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
    readonly XmppSide? _other;
    readonly ExchangeSide _exchange;
    readonly List<double> _otherUs = [];
    readonly List<double> _exchangeUs = [];

    /// <summary>Starts both receivers, and opens a stream to each.</summary>
    public XmppS2sBenchmark(Effort effort)
    {
        var changes = effort == Effort.Full ? Changes : ShortChanges;
        var (sender, receiver) = (_authority.Of(XmppPlan.SenderDomain), _authority.Of(XmppPlan.ReceiverDomain));
        try
        {
            _ours = new XmppSide("ours", new OwnReceiver(receiver), sender, changes);
            _exchange = new ExchangeSide(receiver, sender, changes);
            if (!ProsodyServer.IsInstalled)
                return;
            PeerName = Receivers.VersionOf("Prosody", "prosody");
            _peer = new XmppSide(PeerName, new ProsodyServer(receiver), sender, changes);
            if (EjabberdServer.IsInstalled)
                _other = new XmppSide(Receivers.VersionOf("ejabberd", "ejabberd"), new EjabberdServer(receiver), sender, changes);
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
    public override IEnumerable<string> Notes =>
    [
        .. new[] { _ours, _peer, _other }.OfType<XmppSide>().Select(side => side.Note), _exchange.Note,
        $"the whole exchange, a stanza composed and shown by a NOTIFY, beside each window of ours, us: {List(_exchangeUs)}",
        _other is null ? "ejabberd is not installed" : $"ejabberd beside each window of Prosody, us: {List(_otherUs)}",
    ];

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        _exchangeUs.Add(_exchange.Run().CostPerUnit);
        return _ours.Run();
    }

    /// <inheritdoc/>
    public override Sample RunPeer()
    {
        if (_other is not null)
            _otherUs.Add(_other.Run().CostPerUnit);
        return _peer!.Run();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ours?.Dispose();
        _peer?.Dispose();
        _other?.Dispose();
        _exchange?.Dispose();
        _authority.Dispose();
        base.Dispose();
    }

    static string List(IEnumerable<double> costs) => string.Join(", ", costs.Select(static us => us.ToString("f1", CultureInfo.InvariantCulture))) + " (the first ones warm it)";
}
