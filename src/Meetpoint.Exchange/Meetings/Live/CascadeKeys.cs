using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Agrees on the keys of one opening of a cascade: DTLS on the leg's own port (RFC 5764), then SRTP. On the media loop.</summary>
sealed class CascadeKeys : ILegDatagramHandler, IDtlsOutput
{
    readonly MediaLegHandle _leg;
    readonly DtlsRole _role;
    readonly byte[] _certificate;
    readonly string _expected;
    readonly Action<string> _failed;
    readonly LoopTimer _timer;
    NetAddress _remote;
    DtlsContext? _context;
    DtlsEndpoint? _endpoint;
    bool _isKeyed;

    public CascadeKeys(MediaLegHandle leg, DtlsRole role, byte[] certificate, string expectedFingerprint, NetAddress remote, Action<string> failed)
    {
        _leg = leg;
        _role = role;
        _certificate = certificate;
        _expected = expectedFingerprint;
        _remote = remote;
        _failed = failed;
        _timer = new LoopTimer(leg.Loop, OnTimer);
    }

    /// <summary>Begins; from any thread.</summary>
    public void Start() => _leg.Loop.Post(() =>
    {
        if (!DtlsFingerprint.TryParse(_expected, out var expected))
        {
            _failed("the booked fingerprint cannot be read");
            return;
        }

        _context = new DtlsContext(CascadeCertificate.Import(_certificate));
        _endpoint = new DtlsEndpoint(_role, _context, expected!, this);
        _endpoint.Start(_leg.Loop.NowNs);
        Step();
    });

    /// <summary>Ends; from any thread.</summary>
    public void Stop() => _leg.Loop.Post(() =>
    {
        _timer.Disarm();
        _endpoint?.Dispose();
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
            _failed($"keys: {endpoint.Failure}");
            return;
        }

        if (!_isKeyed && endpoint.TryTakeSrtp(out var session))
        {
            _isKeyed = true;
            _leg.SetProtection(new SrtpProtection(session!));
        }

        if (endpoint.NextTimeoutNs != long.MaxValue)
            _timer.Arm(Math.Max(0, endpoint.NextTimeoutNs - _leg.Loop.NowNs));
        else
            _timer.Disarm();
    }
}
