using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>
/// Symmetric RTP (RFC 4961): where to send to. The address that was signalled, until a valid packet shows where the peer really is;
/// after that only rules that a stranger does not meet move it.
/// </summary>
struct AddressLatch
{
    /// <summary>A peer behind NAT may come from a new port when the old one was silent for this long.</summary>
    public const long RebindNs = 500 * MonotonicTime.Millisecond;

    NetAddress _signalled;
    NetAddress _latched;
    uint _ssrc;
    long _lastNs;

    /// <summary>Where to send to; not set while nothing is known.</summary>
    public readonly NetAddress Target => _latched.IsSet ? _latched : _signalled;

    /// <summary>Takes an address from signalling. Another than before begins anew.</summary>
    public void Signal(in NetAddress address)
    {
        if (address == _signalled)
            return;
        _signalled = address;
        _latched = default;
    }

    /// <summary>True when a packet may be looked at. What it proves by itself (SRTP) is not asked here.</summary>
    public readonly bool MayAccept(in NetAddress from, uint ssrc, long nowNs)
    {
        if (!_latched.IsSet || from == _latched || from == _signalled)
            return true;
        var silent = nowNs - _lastNs >= RebindNs;
        return silent && (ssrc == _ssrc || (_signalled.IsSet && from.SameHost(_signalled)));
    }

    /// <summary>A packet from there was valid.</summary>
    public void Accepted(in NetAddress from, uint ssrc, long nowNs)
    {
        if (from != _latched)
            _latched = from;
        _ssrc = ssrc;
        _lastNs = nowNs;
    }
}
