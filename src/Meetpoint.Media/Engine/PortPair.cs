using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Hears what comes to a <see cref="PortPair"/>; on the media loop.</summary>
interface IPortUser
{
    /// <summary>A datagram came, lent for the call only.</summary>
    /// <param name="onControlPort">It came to the odd port.</param>
    /// <param name="payload">Its bytes, which may be changed.</param>
    /// <param name="from">Who sent it, by its own word.</param>
    /// <param name="nowNs">When it came.</param>
    void OnDatagram(bool onControlPort, Span<byte> payload, in NetAddress from, long nowNs);
}

/// <summary>Two bound sockets, RTP on an even port and RTCP on the one above (RFC 3550 11), and who hears them. On the media loop only.</summary>
sealed class PortPair : IDatagramReceiver, IDisposable
{
    readonly IDatagramSocket _rtp;
    readonly IDatagramSocket _rtcp;
    bool _disposed;

    PortPair(INetwork network, in NetAddress bind, int port, IEventLoop loop)
    {
        Port = port;
        _rtp = network.OpenDatagram(bind.WithPort(port), loop, this);
        try
        {
            _rtcp = network.OpenDatagram(bind.WithPort(port + 1), loop, this);
        }
        catch (IOException)
        {
            _rtp.Dispose();
            throw;
        }
    }

    /// <summary>The even port.</summary>
    public int Port { get; }

    /// <summary>Who hears it; null while it is in reserve: what comes then is dropped.</summary>
    public IPortUser? User { get; set; }

    /// <summary>False: what comes to the RTP port waits for <see cref="Deliver"/>.</summary>
    public bool DeliversAtOnce
    {
        set => _rtp.DeliversAtOnce = value;
    }

    /// <summary>Opens both sockets; null when one of the ports is taken by another program.</summary>
    public static PortPair? TryOpen(INetwork network, in NetAddress bind, int port, IEventLoop loop)
    {
        try
        {
            return new PortPair(network, bind, port, loop);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Hands over what waits at the RTP port; nothing does where datagrams are handed over as they come.</summary>
    public void Deliver()
    {
        if (!_disposed && !_rtp.DeliversAtOnce)
            _rtp.Deliver();
    }

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!_disposed && !payload.IsEmpty)
            User?.OnDatagram(socket == _rtcp, payload, from, nowNs);
    }

    /// <summary>Sends from one of the two ports; nothing is done without an address.</summary>
    public bool Send(bool fromControlPort, ReadOnlySpan<byte> datagram, in NetAddress to)
    {
        if (!to.IsSet || to.Port == 0 || _disposed)
            return false;
        (fromControlPort ? _rtcp : _rtp).Send(datagram, to);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        User = null;
        _rtp.Dispose();
        _rtcp.Dispose();
    }
}
