using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Streams;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>A connection that a neighbour has opened, whose certificate is its proof. On the hub's loop.</summary>
sealed class ClientConnection(IStream stream, RadiusClient client, PacketSecurity security, StreamPacketHandler onPacket, Action<ClientConnection> ended) : IStreamReceiver
{
    readonly RadiusStreamReader _reader = new();

    public IStream Stream => stream;

    /// <summary>Who has opened it.</summary>
    public RadiusClient Client => client;

    public PacketSecurity Security => security;

    /// <summary>What is asked over it in the reverse direction; null while nothing was.</summary>
    public HomeServer? Reverse { get; set; }

    /// <inheritdoc/>
    public void OnOpened(IStream opened)
    {
        // It came open.
    }

    /// <inheritdoc/>
    public void OnBytes(IStream from, ReadOnlySpan<byte> bytes, long nowNs)
    {
        var error = PacketError.None;
        while (!RadiusStreamReader.Ends(error) && _reader.TryRead(ref bytes, out var packet))
            error = onPacket(this, packet, nowNs);
        if (_reader.Error != PacketError.None || RadiusStreamReader.Ends(error))
            stream.Close(); // RFC 6613 section 2.6.4
    }

    /// <inheritdoc/>
    public void OnClosed(IStream closed, string reason) => ended(this);
}
