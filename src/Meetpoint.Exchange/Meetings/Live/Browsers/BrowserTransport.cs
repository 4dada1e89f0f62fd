using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Ice;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>
/// What a browser does on the one port of its leg before there is media: checks by ICE, of which we are the lite half (RFC 8445), then keys by DTLS. On the media loop, but for construction,
/// <see cref="Start"/> and <see cref="Stop"/>.
/// </summary>
sealed class BrowserTransport : ILegDatagramHandler
{
    const long TickNs = MonotonicTime.Second;

    readonly MediaLegHandle _leg;
    readonly IceLiteAgent _ice;
    readonly LegKeys _keys;
    readonly LoopTimer _tick;
    readonly byte[] _response = new byte[IceLiteAgent.MaxResponseBytes];

    /// <summary>A transport that waits for the browser's checks.</summary>
    /// <param name="leg">Whose port it is.</param>
    /// <param name="local">Our credentials, as the answer tells them.</param>
    /// <param name="remote">The browser's.</param>
    /// <param name="fingerprint">Of the browser's certificate, as its offer told it.</param>
    /// <param name="certificate">What we show.</param>
    public BrowserTransport(MediaLegHandle leg, IceCredentials local, IceCredentials remote, string fingerprint, DtlsContext certificate)
    {
        _leg = leg;
        _ice = new IceLiteAgent(local, remote);
        _keys = new LegKeys(leg, DtlsRole.Server, fingerprint, NetAddress.None)
        {
            Context = () => certificate,
            Keyed = protection => Keyed!(protection), // set by whoever makes it
            Failed = reason => Failed!(reason),
        };
        _tick = new LoopTimer(leg.Loop, OnTick);
    }

    /// <summary>Takes the keys, on the media loop.</summary>
    public required Action<IMediaProtection> Keyed { get; init; }

    /// <summary>Hears why there are none, on the media loop.</summary>
    public required Action<string> Failed { get; init; }

    /// <summary>Begins; from any thread.</summary>
    public void Start()
    {
        _leg.DatagramHandler = this;
        _keys.Start();
        _leg.Loop.Post(() => _tick.Arm(TickNs));
    }

    /// <summary>Ends; from any thread.</summary>
    public void Stop()
    {
        _keys.Stop();
        _leg.Loop.Post(_tick.Disarm);
    }

    /// <inheritdoc/>
    public void OnDatagram(MediaLegHandle leg, Span<byte> datagram, in NetAddress from, long nowNs)
    {
        if (PacketKind.Of(datagram[0]) != PacketKind.Stun)
        {
            // Who has made no right check is nobody to shake hands with.
            if (_ice.Accepts(from, nowNs))
                _keys.OnDatagram(leg, datagram, from, nowNs);
            return;
        }

        var answer = _ice.OnDatagram(datagram, from, nowNs, _response);
        if (answer.ResponseLength > 0)
            leg.SendRaw(_response.AsSpan(0, answer.ResponseLength), from);
        if (answer.SelectedChanged)
            Follow();
    }

    void OnTick(long nowNs)
    {
        _tick.Arm(TickNs);
        if (_ice.Tick(nowNs))
            Follow();
    }

    /// <summary>Media goes where the browser nominated, and nowhere when it consents to nothing any more.</summary>
    void Follow() => _leg.SetRemote(_ice.Selected, controlMuxed: true);
}
