using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>The way back over a connection that a neighbour has opened (RFC 8559 section 3): it has opened it to ask, and is asked on it. On the hub's loop.</summary>
sealed class ReverseLink(IStream stream, PacketSecurity security) : IServerLink
{
    bool _isOver;

    /// <inheritdoc/>
    public PacketSecurity? Security => _isOver ? null : security;

    /// <inheritdoc/>
    public bool IsOpening => false;

    /// <inheritdoc/>
    public bool IsStream => true;

    /// <inheritdoc/>
    public void Send(int port, ReadOnlySpan<byte> packet)
    {
        if (!stream.Send(packet))
            stream.Close();
    }

    /// <inheritdoc/>
    public IStream? StreamOf(int port) => stream;

    /// <inheritdoc/>
    public void Advance(long nowNs)
    {
        // It is the other end's to keep.
    }

    /// <inheritdoc/>
    public void Reset(long nowNs)
    {
        // Whoever opened it sees for itself whether it is of use.
    }

    public void Dispose() => _isOver = true;
}
