namespace Meetpoint.Net.Virtual;

/// <summary>A datagram socket of a virtual host.</summary>
sealed class VirtualDatagramSocket(VirtualHost host, NetAddress local, VirtualEventLoop loop, IDatagramReceiver receiver) : IDatagramSocket
{
    const int MaxPayloadBytes = 65_507;
    const int MaxWaiting = 4096;

    readonly Queue<(byte[] Payload, NetAddress From, long ArrivedNs)> _waiting = new();
    bool _closed;

    public NetAddress Local { get; } = local;

    public void Send(ReadOnlySpan<byte> payload, in NetAddress to)
    {
        if (_closed || payload.Length > MaxPayloadBytes)
            return;
        var network = host.Network;
        var source = VirtualHost.IsAny(Local) ? host.SourceFor(to) : Local;
        if (!source.IsSet)
            return;
        var from = source.WithPort(Local.Port);
        var conditions = network.ConditionsOf(from, to);
        if (network.Happens(conditions.Loss) || network.Happens(conditions.DatagramLoss))
        {
            network.Note(VirtualTraceKind.Lost, false, from, to, payload);
            return;
        }

        Carry(payload.ToArray(), from, to, conditions);
        if (network.Happens(conditions.Duplication))
            Carry(payload.ToArray(), from, to, conditions);
    }

    public bool DeliversAtOnce
    {
        get;
        set
        {
            field = value;
            if (value)
                HandOverWaiting();
        }
    }
    = true;

    public void Deliver()
    {
        if (loop.IsHandingOver)
            throw new InvalidOperationException("Deliver was called while a datagram or the bytes of a stream were being handed over on the same loop");
        HandOverWaiting();
    }

    public void Dispose()
    {
        _closed = true;
        host.Remove(this);
    }

    void HandOverWaiting()
    {
        while (!_closed && _waiting.TryDequeue(out var datagram))
            HandOver(datagram.Payload, datagram.From, datagram.ArrivedNs);
    }

    void HandOver(byte[] payload, NetAddress from, long arrivedNs)
    {
        var outer = loop.IsHandingOver;
        loop.IsHandingOver = true;
        try
        {
            receiver.OnDatagram(this, payload, from, arrivedNs);
        }
        finally
        {
            loop.IsHandingOver = outer;
        }
    }

    void Carry(byte[] payload, NetAddress from, NetAddress to, LinkConditions conditions)
    {
        var network = host.Network;
        var delayNs = network.DelayOf(conditions);
        if (network.Happens(conditions.Reordering))
            delayNs += conditions.ReorderNs;
        var world = network.World;
        world.At(world.NowNs + delayNs, () => Arrive(network, payload, from, to));
    }

    static void Arrive(VirtualNetwork network, byte[] payload, NetAddress from, NetAddress to)
    {
        if (network.IsCut(from, to))
        {
            network.Note(VirtualTraceKind.Cut, false, from, to, payload);
            return;
        }

        var socket = network.HostOf(to)?.FindDatagram(to);
        network.Note(socket is null ? VirtualTraceKind.Unreachable : VirtualTraceKind.Delivered, false, from, to, payload);
        socket?.Receive(payload, from);
    }

    void Receive(byte[] payload, NetAddress from)
    {
        // As a kernel stamps it: what waits for the loop came when it came.
        var arrivedNs = loop.NowNs;
        loop.World.RunOn(loop, () =>
        {
            if (_closed)
                return;
            if (DeliversAtOnce)
                HandOver(payload, from, arrivedNs);
            else if (_waiting.Count < MaxWaiting)
                _waiting.Enqueue((payload, from, arrivedNs));
        });
    }
}
