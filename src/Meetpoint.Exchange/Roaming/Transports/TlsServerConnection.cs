using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Streams;

namespace Meetpoint.Exchange.Roaming.Transports;

/// <summary>One connection to a server. What is sent before it is open waits, and goes out when it is. On the hub's loop.</summary>
sealed class TlsServerConnection(TlsServerLink link, int port) : IStreamReceiver
{
    /// <summary>What may wait for it: as many requests as it has ids.</summary>
    const int MaxWaiting = 256;

    readonly RadiusStreamReader _reader = new();
    readonly List<byte[]> _waiting = [];
    bool _isOpen;

    /// <summary>By which its requests are numbered.</summary>
    public int Port => port;

    /// <summary>Null until its address is known.</summary>
    public IStream? Stream { get; private set; }

    /// <summary>True once it has been given up.</summary>
    public bool IsOver { get; private set; }

    /// <summary>True once both ends agree on what they speak.</summary>
    public bool IsOpen
    {
        get => _isOpen && !IsOver;
        set
        {
            _isOpen = value;
            foreach (var packet in _waiting)
                Send(packet);
            _waiting.Clear();
        }
    }

    /// <summary>Begins.</summary>
    public void Connect(RadiusTls tls, IEventLoop loop, NeighbourEntry entry, NetAddress address, string host) =>
        Stream = tls.Network.Connect(address, tls.ForServer(entry.Neighbour, host), host, loop, this);

    /// <summary>Sends now or once it is open. A server that does not read loses its connection: what it was asked goes elsewhere.</summary>
    public void Send(ReadOnlySpan<byte> packet)
    {
        if (!_isOpen && _waiting.Count < MaxWaiting)
            _waiting.Add(packet.ToArray());
        else if (!_isOpen || !Stream!.Send(packet))
            Close("its queue is full");
    }

    /// <summary>Gives it up.</summary>
    public void Close(string reason)
    {
        if (IsOver)
            return;
        IsOver = true;
        Stream?.Close();
        link.OnClosed(this, reason);
    }

    /// <inheritdoc/>
    public void OnOpened(IStream stream) => link.OnOpened(this, stream);

    /// <inheritdoc/>
    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        while (!IsOver && _reader.TryRead(ref bytes, out var packet))
            link.OnPacket(this, packet, nowNs);
        if (_reader.Error != PacketError.None)
            Close($"no packet: {_reader.Error}");
    }

    /// <inheritdoc/>
    public void OnClosed(IStream stream, string reason) => Close(reason);
}
