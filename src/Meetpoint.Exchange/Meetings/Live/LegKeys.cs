using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Agrees on the keys of a leg, once: DTLS on the leg's own port (RFC 5764), then SRTP. On the media loop.</summary>
/// <param name="leg">Whose port it is.</param>
/// <param name="role">From a=setup.</param>
/// <param name="expectedFingerprint">Of the peer's certificate, as it was told by a way that is itself protected.</param>
/// <param name="remote">Where the peer is, as far as it is known.</param>
sealed class LegKeys(MediaLegHandle leg, DtlsRole role, string expectedFingerprint, NetAddress remote) : ILegDatagramHandler, IDtlsOutput
{
    readonly MediaLegHandle _leg = leg;
    NetAddress _remote = remote;
    LoopTimer? _timer;
    DtlsContext? _context;
    DtlsEndpoint? _endpoint;
    bool _isKeyed;

    /// <summary>The certificate that is shown; called on the media loop.</summary>
    public required Func<DtlsContext> Context { get; init; }

    /// <summary>True where <see cref="Context"/> makes one for this leg alone, which ends with it.</summary>
    public bool OwnsContext { get; init; }

    /// <summary>Takes the keys, on the media loop.</summary>
    public required Action<IMediaProtection> Keyed { get; init; }

    /// <summary>Hears why there are none, on the media loop.</summary>
    public required Action<string> Failed { get; init; }

    /// <summary>Begins; from any thread.</summary>
    public void Start() => _leg.Loop.Post(() =>
    {
        if (!DtlsFingerprint.TryParse(expectedFingerprint, out var expected))
        {
            Failed("the fingerprint that was told cannot be read");
            return;
        }

        _timer = new LoopTimer(_leg.Loop, OnTimer);
        _context = Context();
        _endpoint = new DtlsEndpoint(role, _context, expected!, this);
        _endpoint.Start(_leg.Loop.NowNs);
        Step();
    });

    /// <summary>Ends; from any thread.</summary>
    public void Stop() => _leg.Loop.Post(() =>
    {
        _timer?.Disarm();
        _endpoint?.Dispose();
        if (OwnsContext)
            _context?.Dispose();
        _endpoint = null;
        _context = null;
    });

    /// <inheritdoc/>
    public void OnDatagram(MediaLegHandle leg, Span<byte> datagram, in NetAddress from, long nowNs)
    {
        if (_endpoint is not { } endpoint || PacketKind.Of(datagram[0]) != PacketKind.Dtls)
            return;
        // Replies go where the handshake comes from, as media will (symmetric).
        _remote = from;
        endpoint.OnDatagram(datagram, nowNs);
        Step();
    }

    /// <inheritdoc/>
    public void SendDatagram(ReadOnlySpan<byte> datagram) => _leg.SendRaw(datagram, _remote);

    void OnTimer(long nowNs)
    {
        _endpoint?.OnTimer(nowNs);
        Step();
    }

    void Step()
    {
        if (_endpoint is not { } endpoint)
            return;
        if (endpoint.State == DtlsState.Failed)
        {
            Failed($"keys: {endpoint.Failure}");
            return;
        }

        if (!_isKeyed && endpoint.TryTakeSrtp(out var session))
        {
            _isKeyed = true;
            Keyed(new SrtpProtection(session!));
        }

        if (endpoint.NextTimeoutNs != long.MaxValue)
            _timer!.Arm(Math.Max(0, endpoint.NextTimeoutNs - _leg.Loop.NowNs));
        else
            _timer!.Disarm();
    }
}
