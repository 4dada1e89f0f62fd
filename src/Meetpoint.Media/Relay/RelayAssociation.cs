using Meetpoint.Media.Dtls;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// One DTLS association on one port of a side (RFC 5764 section 4): RTP's, which carries RTCP too where the two share a port, or RTCP's own. On the
/// media loop.
/// </summary>
sealed class RelayAssociation(RelayLeg leg, RelayHandshake terms, IEventLoop loop, bool onControlPort) : TimerNode, IDtlsOutput, IDisposable
{
    /// <summary>
    /// Handshakes that may fail before no other is begun: whoever finds the port may fail one, by a certificate that is not the peer's.
    /// </summary>
    public const int MaxAttempts = 8;

    DtlsEndpoint? _endpoint;
    NetAddress _peer;
    int _attempts;

    /// <summary>A client sends its first flight to where the peer said that it is; a server waits.</summary>
    public void Start(in NetAddress signalled)
    {
        _peer = terms.Role == DtlsRole.Client ? signalled : default;
        Attempt();
    }

    /// <summary>
    /// A record came. The handshake is with who began it, but who comes from the host that was signalled goes before anyone else.
    /// </summary>
    public void OnDatagram(ReadOnlySpan<byte> datagram, in NetAddress from, in NetAddress signalled, long nowNs)
    {
        if (_endpoint is not { } endpoint)
            return;
        if (from != _peer && _peer.IsSet && !Turns(endpoint, from, signalled))
            return;
        _peer = from;
        _endpoint?.OnDatagram(datagram, nowNs);
        Step();
    }

    /// <inheritdoc/>
    public void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        if (_peer.IsSet)
            leg.SendRaw(onControlPort, datagram, _peer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loop.Timers.Cancel(this);
        _endpoint?.Dispose();
        _endpoint = null;
    }

    /// <summary>Whether the handshake turns to another address than the one that it is with.</summary>
    bool Turns(DtlsEndpoint endpoint, in NetAddress from, in NetAddress signalled)
    {
        if (terms.Role == DtlsRole.Client)
            return from.SameHost(_peer);
        if (endpoint.State != DtlsState.Handshaking || !from.SameHost(signalled) || _peer.SameHost(signalled))
            return false;
        Renew();
        return true;
    }

    void Attempt()
    {
        _attempts++;
        _endpoint = new DtlsEndpoint(terms.Role, terms.Context, terms.Peer, this);
        _endpoint.Start(loop.NowNs);
        Step();
    }

    void Renew()
    {
        _endpoint?.Dispose();
        _endpoint = null;
        if (_attempts < MaxAttempts)
            Attempt();
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs)
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
            Failed(endpoint.Failure);
            return;
        }

        if (endpoint.TryTakeSrtp(out var session))
            leg.OnKeys(onControlPort, session);
        if (endpoint.NextTimeoutNs != long.MaxValue)
            loop.Timers.Arm(this, endpoint.NextTimeoutNs);
        else
            loop.Timers.Cancel(this);
    }

    void Failed(DtlsFailure failure)
    {
        loop.Timers.Cancel(this);
        var isOver = _attempts >= MaxAttempts || terms.Role == DtlsRole.Client;
        if (terms.Role == DtlsRole.Server)
            _peer = default;
        if (isOver || failure == DtlsFailure.FingerprintMismatch)
            leg.OnKeysFailed(failure);
        if (isOver)
            Dispose();
        else
            Renew();
    }
}
